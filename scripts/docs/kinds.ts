/** The tables that the pages are made of. A further kind is an entry here, and markers in its page. */
import type { z } from "zod";
import { bridgeTable } from "../../provider/resources/bridge/bridge.properties";
import { diskImageTable } from "../../provider/resources/disk-image/disk-image.properties";
import { domuTable } from "../../provider/resources/domu/domu.properties";
import { installMediaTable } from "../../provider/resources/install-media/install-media.properties";
import { xenHostTable } from "../../provider/resources/xen-host/xen-host.properties";

/** What the documentation needs of an entry of a kind's table. */
export interface DocumentedProperty {
  readonly type: z.ZodType;
  readonly default?: unknown;
  readonly defaultSays?: string;
  readonly change: { readonly says: string };
}

export interface DocumentedKind {
  readonly title: string;
  readonly page: string;
  /** Where the table stands, and what it is called there. */
  readonly file: string;
  readonly name: string;
  readonly table: Readonly<Record<string, DocumentedProperty>>;
  /** Those that a program must say. */
  readonly required: readonly string[];
  /** Values that have fields of their own: what is said of each is the doc comment of an interface. */
  readonly parts: readonly { readonly of: string; readonly file: string; readonly name: string }[];
}

const xenHost = "provider/resources/xen-host";
const bridge = "provider/resources/bridge";
const diskImage = "provider/resources/disk-image";
const installMedia = "provider/resources/install-media";
const domu = "provider/resources/domu";
const cloudInit = "provider/xen/cloud-init/cloud-init.ts";

export const KINDS: readonly DocumentedKind[] = [
  {
    title: "XenHost",
    page: "docs/xen-host.md",
    file: `${xenHost}/xen-host.properties.ts`,
    name: "xenHostTable",
    table: xenHostTable,
    required: [],
    parts: [
      { of: "dom0", file: "provider/host/boot/hypervisor-arguments.ts", name: "Dom0Arguments" },
      { of: "repository", file: "provider/host/packages/package-manager.ts", name: "PackageRepository" },
    ],
  },
  {
    title: "Bridge",
    page: "docs/bridge.md",
    file: `${bridge}/bridge.properties.ts`,
    name: "bridgeTable",
    table: bridgeTable,
    required: ["name"],
    parts: [
      { of: "ports", file: "provider/host/network/desired-bridge.ts", name: "PortVlan" },
      { of: "ports", file: "provider/host/network/bonds.ts", name: "PortBond" },
      { of: "addresses", file: "provider/host/network/desired-bridge.ts", name: "StaticAddresses" },
    ],
  },
  {
    title: "DiskImage",
    page: "docs/disk-image.md",
    file: `${diskImage}/disk-image.properties.ts`,
    name: "diskImageTable",
    table: diskImageTable,
    required: ["path"],
    parts: [],
  },
  {
    title: "InstallMedia",
    page: "docs/install-media.md",
    file: `${installMedia}/install-media.properties.ts`,
    name: "installMediaTable",
    table: installMediaTable,
    required: ["kernel", "ramdisk"],
    parts: [],
  },
  {
    title: "DomU",
    page: "docs/domu.md",
    file: `${domu}/domu.properties.ts`,
    name: "domuTable",
    table: domuTable,
    required: [],
    parts: [
      { of: "disks[]", file: `${domu}/domu.shall.ts`, name: "DomUDisk" },
      { of: "vifs[]", file: `${domu}/domu.shall.ts`, name: "DomUVif" },
      { of: "vifs[].vlans", file: `${domu}/domu.shall.ts`, name: "VifVlans" },
      { of: "vfb", file: `${domu}/domu.shall.ts`, name: "DomUVfb" },
      { of: "install", file: `${domu}/domu.install.schema.ts`, name: "DomUInstall" },
      { of: "install.answers", file: `${domu}/domu.install.schema.ts`, name: "DomUAnswers" },
      { of: "cloudInit", file: cloudInit, name: "CloudInit" },
      { of: "cloudInit.users[]", file: cloudInit, name: "CloudInitUser" },
      { of: "cloudInit.network", file: cloudInit, name: "CloudInitNetwork" },
      { of: "waitFor", file: `${domu}/domu.install.schema.ts`, name: "DomUWait" },
      { of: "waitFor.http", file: `${domu}/domu.install.schema.ts`, name: "DomUHttpWait" },
    ],
  },
];
