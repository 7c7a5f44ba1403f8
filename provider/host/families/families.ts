/** The host families that we know. Pure. */
import { type ShellText, lines } from "../../shell";
import type { OsRelease } from "../os-release";
import { apk } from "../packages/apk";
import { apt } from "../packages/apt";
import type { PackageManager } from "../packages/package-manager";
import { rpm } from "../packages/rpm";
import { zypper } from "../packages/zypper";
import { alpine } from "./alpine";
import { debian } from "./debian";
import { debian11 } from "./debian-11";
import { el } from "./el";
import { el6 } from "./el6";
import { el7 } from "./el7";
import type { HostFamily } from "./host-family";
import { suse, suse16 } from "./suse";
import { ubuntu } from "./ubuntu";

export const HOST_FAMILIES: readonly HostFamily[] = [debian, debian11, ubuntu, el6, el7, el, suse, suse16, alpine];
const PACKAGE_MANAGERS: readonly PackageManager[] = [apt, rpm, zypper, apk];

/** For messages: what XenHost supports today. */
export const SUPPORTED_SYSTEMS = new Intl.ListFormat("en-GB").format(
  HOST_FAMILIES.filter(({ lacks }) => lacks === undefined).map(({ systems }) => systems),
);

/** The family of a release, or `undefined` where none of ours fits. */
export function familyOf(release: OsRelease): HostFamily | undefined {
  return HOST_FAMILIES.find((family) => family.supports(release));
}

/** Units of Xen, of whatever family. */
export const XEN_SERVICES: readonly string[] = [...new Set(HOST_FAMILIES.flatMap(({ services = [] }) => services))];

/** What Xen needs on any host that we know: no two families call different packages by one name. */
export const XEN_PACKAGES: readonly string[] = [...new Set(HOST_FAMILIES.flatMap(({ xenPackages }) => xenPackages))];

/** Services that any family needs at each boot. */
export const SERVICES_AT_BOOT: readonly string[] = [
  ...new Set(HOST_FAMILIES.flatMap(({ atBoot }) => [...(atBoot?.services ?? []), ...(atBoot?.further ?? [])])),
];

/** On a dom0, whatever family it turns out to be of; $pending_xen: a hypervisor's file that does not run yet, or empty. */
export const sayHypervisorPackages: ShellText = lines(
  PACKAGE_MANAGERS.flatMap(({ sayHypervisor }) => (sayHypervisor === undefined ? [] : [sayHypervisor])),
);

/**
 * Says `packages-busy`, and `package.NAME` with its version for each installed one of these and of what any family needs, and the package sources of
 * ours, whatever family the host turns out to be of.
 */
export function sayPackages(packages: readonly string[]): ShellText {
  const names = [...new Set([...XEN_PACKAGES, ...packages])];
  return lines(
    PACKAGE_MANAGERS.flatMap(({ sayInstalled, sayRepositories, sayBusy }) => [
      sayInstalled(names),
      sayRepositories,
      ...(sayBusy === undefined ? [] : [sayBusy]),
    ]),
  );
}
