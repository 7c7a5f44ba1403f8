/**
 * What the files said before a bridge was made. The ifcfg files themselves come out as an operator would have written them, without a
 * word of ours; so the old texts are kept in a file beside them whose name the scripts and wicked pass over (they read `ifcfg-*` and names
 * of routes and rules). It also says what was declared, which an ifcfg file cannot tell from what was inherited. Pure.
 *
 *   # Declared: {"addresses":"inherit","ports":["eth0"],"from":"eth0"}
 *   #--- /etc/sysconfig/network-scripts/ifcfg-eth0
 *   #|DEVICE="eth0"
 *   #+++ /etc/sysconfig/network-scripts/ifcfg-br0      it was not there
 */
import { z } from "zod";
import { normalAddress, normalCidr } from "../addresses";
import { type ConfiguredBridge, type DesiredBridge, given } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { OWN_HEAD } from "../own-files";

export interface BridgeRecord {
  readonly declared: Declared;
  /** By their paths; `undefined`: it was not there. */
  readonly before: ReadonlyMap<string, string | undefined>;
}

interface Declared {
  readonly addresses: DesiredBridge["addresses"];
  readonly dns?: readonly string[] | undefined;
  readonly ports: readonly string[];
  /** The port whose aliases, routes and rules the bridge has. */
  readonly from?: string | undefined;
}

const DECLARED = "# Declared: ";
const PURPOSE = "# What the files said before the bridge was made: they get it back when it is removed.";

const declaredSchema = z.object({
  addresses: z.union([
    z.enum(["inherit", "dhcp", "none"]),
    z.object({ cidr: z.array(z.string()), gateway: z.string().optional() }),
  ]),
  dns: z.array(z.string()).optional(),
  ports: z.array(z.string()),
  from: z.string().optional(),
});

/** `folder`: that of the ifcfg files, with its last slash. */
export function recordPath(folder: string, name: string): string {
  return `${folder}pulumi-xen-${name}`;
}

export function recordOf(files: NetworkFiles, folder: string, name: string): BridgeRecord | undefined {
  return parseRecord(files.get(recordPath(folder, name)));
}

export function renderRecord({ declared, before }: BridgeRecord): string {
  const files = [...before].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    OWN_HEAD,
    `${DECLARED}${JSON.stringify(declared)}`,
    PURPOSE,
    ...files.flatMap(([path, text]) =>
      text === undefined ? [`#+++ ${path}`] : [`#--- ${path}`, ...text.split("\n").map((line) => `#|${line}`)],
    ),
    "",
  ].join("\n");
}

/** `undefined`: there is none, or somebody has edited it so that it is none. */
function parseRecord(text: string | undefined): BridgeRecord | undefined {
  if (text === undefined) return undefined;
  const declared = declaredIn(text);
  if (declared === undefined) return undefined;
  const before = new Map<string, string | undefined>();
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const [, sign, path] = /^#(---|\+\+\+) (.+)$/.exec(line) ?? [];
    if (path !== undefined) {
      open = sign === "---" ? path : undefined;
      if (open === undefined) before.set(path, undefined);
    } else if (open !== undefined && line.startsWith("#|")) {
      const had = before.get(open);
      before.set(open, had === undefined ? line.slice(2) : `${had}\n${line.slice(2)}`);
    }
  }
  return { declared, before };
}

function declaredIn(text: string): Declared | undefined {
  const line = text.split("\n").find((candidate) => candidate.startsWith(DECLARED));
  try {
    return declaredSchema.parse(JSON.parse(line?.slice(DECLARED.length) ?? ""));
  } catch {
    return undefined;
  }
}

/** What was declared counts only so far as the bridge's own file says it too. `written`: what that file gives. */
export function addressesAsWritten(
  declared: DesiredBridge["addresses"],
  written: { readonly fixed: readonly string[]; readonly isLeased: boolean },
): Pick<ConfiguredBridge, "addresses" | "inherits"> {
  if (declared === "inherit") return { addresses: undefined, inherits: true };
  return { addresses: countingAddresses(declared, written), inherits: false };
}

function countingAddresses(
  declared: Exclude<DesiredBridge["addresses"], "inherit">,
  { fixed, isLeased }: { readonly fixed: readonly string[]; readonly isLeased: boolean },
): ConfiguredBridge["addresses"] {
  if (declared === "dhcp") return isLeased ? "dhcp" : undefined;
  if (declared === "none") return fixed.length === 0 && !isLeased ? "none" : undefined;
  const cidr = declared.cidr.map(normalCidr);
  if (!cidr.every((address) => fixed.includes(address))) return undefined;
  return { cidr, ...given("gateway", declared.gateway === undefined ? undefined : normalAddress(declared.gateway)) };
}

/**
 * A file in the form by which two are compared: without the old texts, and addresses as one writes them. `address`: a line that holds one,
 * with three groups: what stands before it, the address, and what stands behind.
 */
export function normalText(text: string, address: RegExp): string {
  return withoutBefore(text)
    .split("\n")
    .map((line) => {
      const [, before, value = "", behind = ""] = address.exec(line) ?? [];
      return before === undefined ? line.trimEnd() : `${before}${normalCidr(value)}${behind}`;
    })
    .join("\n")
    .trimEnd();
}

/** Without the old texts, which follow what somebody else changes. */
function withoutBefore(text: string): string {
  return text.startsWith(`${OWN_HEAD}\n${DECLARED}`) ? text.replaceAll(/^#(\||--- |\+\+\+ ).*\n?/gm, "") : text;
}
