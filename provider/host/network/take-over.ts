/**
 * How a bridge takes a port's addresses over in ifupdown's files, and gives them back. Pure.
 *
 * The port's old lines stay where they are, as comments, and our own lines stand between two marks. So giving back
 * needs no copy of the old file: it is exact, byte for byte, and keeps whatever else somebody has changed since
 * (test/unit/host/network/take-over.test.ts holds the law).
 */
import { type InterfaceStanza, parseInterfaces, readsInterfacesD } from "./interfaces-file";

/** Paths and texts of /etc/network/interfaces and all files that it reads. */
export type NetworkFiles = ReadonlyMap<string, string>;

export const MAIN_FILE = "/etc/network/interfaces";

export interface BridgeWishes {
  readonly name: string;
  readonly ports: readonly string[];
  readonly addresses: "inherit" | "dhcp" | "none" | { readonly cidr: readonly string[]; readonly gateway?: string };
  readonly dns?: readonly string[];
  readonly stp: boolean;
  readonly forwardDelaySeconds: number;
  readonly helloTimeSeconds?: number;
  readonly ageingSeconds?: number;
  readonly priority?: number;
  readonly mtu?: number;
  /** That of the first port, so that leases and neighbours survive; a bridge without ports keeps the kernel's. */
  readonly macAddress?: string;
}

/** The bridge's own file, where /etc/network/interfaces reads that folder. */
export function ownFile(name: string): string {
  return `/etc/network/interfaces.d/pulumi-xen-${name}`;
}

/** What stands in the way of a bridge with these wishes; whole sentences. `files` are without our changes. */
export function takeOverFaults(files: NetworkFiles, wishes: BridgeWishes): string[] {
  const faults: string[] = [];
  const all = allStanzas(files);
  if (!files.has(MAIN_FILE)) faults.push(`${MAIN_FILE} is not there, so ifupdown does not run this host's network.`);
  if (all.some((stanza) => stanza.interface === wishes.name)) {
    faults.push(`${MAIN_FILE} or a file that it reads configures ${wishes.name} already.`);
  }
  for (const port of wishes.ports) {
    for (const stanza of all.filter((candidate) => candidate.interface === port)) {
      if (stanza.inherits !== undefined)
        faults.push(`The lines of ${port} inherit from "${stanza.inherits}", which cannot be moved to a bridge.`);
      if (stanza.options.some(({ name }) => /^(wpa|wireless)/.test(name)))
        faults.push(`${port} is wireless; it cannot be a port of a bridge.`);
    }
  }
  if (wishes.addresses === "inherit") {
    const addressed = wishes.ports.filter((port) =>
      all.some((stanza) => stanza.interface === port && isAddressed(stanza)),
    );
    if (addressed.length === 0) {
      faults.push(
        `None of ${wishes.ports.join(", ")} has addresses in ${MAIN_FILE} that ${wishes.name} could inherit. Give addresses as { cidr: […] }, "dhcp" or "none".`,
      );
    }
    if (addressed.length > 1)
      faults.push(
        `${addressed.join(" and ")} both have addresses, and ${wishes.name} can inherit only one port's. Give addresses as { cidr: […] }.`,
      );
  }
  return faults;
}

/** The files with the bridge in them. `files` are without our changes, and have no faults. */
export function takeOver(files: NetworkFiles, wishes: BridgeWishes): NetworkFiles {
  const changed = new Map(files);
  for (const [path, text] of files) {
    const replaced = releasePorts(text, wishes);
    if (replaced !== text) changed.set(path, replaced);
  }
  const stanza = renderBridge(files, wishes);
  const main = changed.get(MAIN_FILE) ?? "";
  if (readsInterfacesD(parseInterfaces(main), isInsideMarks(main))) changed.set(ownFile(wishes.name), stanza);
  else changed.set(MAIN_FILE, `${main}${marked(wishes.name, stanza.trimEnd(), main !== "" && !main.endsWith("\n"))}\n`);
  return changed;
}

/** The files as they were before `takeOver`, with all that somebody else has changed since. */
export function giveBack(files: NetworkFiles, name: string): NetworkFiles {
  const comment = `#pulumi-xen ${name}# `;
  const given = new Map<string, string>();
  for (const [path, text] of files) {
    if (path === ownFile(name)) continue;
    const kept: string[] = [];
    let isOurs = false;
    let rest = text;
    // A block that was appended to a file without a newline at its end takes the newline away again.
    const joined = `\n${openMark(name)}, joined\n`;
    if (rest.includes(joined)) {
      const at = rest.indexOf(joined);
      const end = rest.indexOf(closeMark(name), at) + closeMark(name).length + 1;
      // The newline then belongs to the next one's block, if there is one.
      const behind = rest.slice(end).replace(/^# >>> pulumi-xen \S+(?=\n)/, "$&, joined");
      rest = rest.slice(0, at) + (rest.length > end ? `\n${behind}` : "");
    }
    for (const line of rest.split("\n")) {
      if (line === openMark(name)) isOurs = true;
      else if (line === closeMark(name)) isOurs = false;
      else if (!isOurs) kept.push(line.startsWith(comment) ? line.slice(comment.length) : line);
    }
    given.set(path, kept.join("\n"));
  }
  return given;
}

/** Has a bridge of this name left its marks in these files? */
export function holdsBridge(files: NetworkFiles, name: string): boolean {
  if (files.has(ownFile(name))) return true;
  return [...files.values()].some((text) => text.includes(openMark(name)));
}

/**
 * The text with the bridges' own blocks at its end, by name: what two bridges wrote one after the other says the same as what
 * they would have written the other way round.
 */
export function inNormalOrder(text: string): string {
  const block =
    /(?:^|\n)# >>> pulumi-xen (\S+?)(?:, joined)?\n(# Written by pulumi-xen \(Bridge\)[^]*?)\n# <<< pulumi-xen \1(?=\n|$)/g;
  const blocks = [...text.matchAll(block)].map(
    ([, name = "", lines = ""]) => `${openMark(name)}\n${lines}\n${closeMark(name)}`,
  );
  return [text.replaceAll(block, "").trimEnd(), ...blocks.sort(), ""].join("\n");
}

function openMark(name: string): string {
  return `# >>> pulumi-xen ${name}`;
}

function closeMark(name: string): string {
  return `# <<< pulumi-xen ${name}`;
}

function marked(name: string, text: string, joined: boolean): string {
  return `${joined ? `\n${openMark(name)}, joined` : openMark(name)}\n${text}\n${closeMark(name)}`;
}

function isInsideMarks(text: string): (line: number) => boolean {
  const lines = text.split("\n");
  return (line) =>
    lines.slice(0, line).findLastIndex((candidate) => candidate.startsWith("# >>> pulumi-xen ")) >
    lines.slice(0, line).findLastIndex((candidate) => candidate.startsWith("# <<< pulumi-xen "));
}

function isAddressed(stanza: InterfaceStanza): boolean {
  return stanza.method !== "manual" && stanza.method !== "loopback";
}

function allStanzas(files: NetworkFiles): InterfaceStanza[] {
  return [...files.values()].flatMap((text) => parseInterfaces(text).stanzas);
}

/** Stays with the port: what belongs to the hardware, not to the address. */
function isPortOption(name: string): boolean {
  return /^(hwaddress|ethernet-.*|link-.*|mtu)$/.test(name);
}

function releasePorts(text: string, wishes: BridgeWishes): string {
  const stanzas = parseInterfaces(text).stanzas.filter(
    (stanza) => wishes.ports.includes(stanza.interface) && !(stanza.method === "manual" && stanza.family === "inet"),
  );
  if (stanzas.length === 0) return text;
  const lines = text.split("\n");
  return lines
    .flatMap((line, at) => {
      const stanza = stanzas.find(({ begin, end }) => at >= begin && at < end);
      if (stanza === undefined) return [line];
      const old = `#pulumi-xen ${wishes.name}# ${line}`;
      if (at !== stanza.end - 1) return [old];
      const kept = stanza.options
        .filter(({ name }) => isPortOption(name))
        .map(({ name, value }) => `  ${name} ${value}`);
      return [
        old,
        openMark(wishes.name),
        `iface ${stanza.interface} ${stanza.family} manual`,
        ...kept,
        closeMark(wishes.name),
      ];
    })
    .join("\n");
}

function renderBridge(files: NetworkFiles, wishes: BridgeWishes): string {
  const bridge = [
    `  bridge_ports ${wishes.ports.length === 0 ? "none" : wishes.ports.join(" ")}`,
    `  bridge_stp ${wishes.stp ? "on" : "off"}`,
    `  bridge_fd ${wishes.forwardDelaySeconds}`,
    ...(wishes.helloTimeSeconds === undefined ? [] : [`  bridge_hello ${wishes.helloTimeSeconds}`]),
    ...(wishes.ageingSeconds === undefined ? [] : [`  bridge_ageing ${wishes.ageingSeconds}`]),
    ...(wishes.priority === undefined ? [] : [`  bridge_bridgeprio ${wishes.priority}`]),
    ...(wishes.macAddress === undefined ? [] : [`  bridge_hw ${wishes.macAddress}`]),
    "  bridge_maxwait 0",
    // Not the option "mtu": ifupdown's dhcp method does not have it.
    ...(wishes.mtu === undefined
      ? []
      : [...wishes.ports, wishes.name].map((link) => `  post-up ip link set dev ${link} mtu ${wishes.mtu ?? ""}`)),
    ...(wishes.dns === undefined || wishes.dns.length === 0 ? [] : [`  dns-nameservers ${wishes.dns.join(" ")}`]),
  ];
  const stanzas = addressStanzas(files, wishes).map(({ head, options }, at) =>
    [`iface ${wishes.name} ${head}`, ...options, ...(at === 0 ? bridge : [])].join("\n"),
  );
  return [
    "# Written by pulumi-xen (Bridge); changes here are overwritten.",
    `auto ${wishes.name}`,
    ...stanzas,
    "",
  ].join("\n");
}

function addressStanzas(files: NetworkFiles, wishes: BridgeWishes): { head: string; options: string[] }[] {
  const { addresses } = wishes;
  if (addresses === "none") return [{ head: "inet manual", options: [] }];
  if (addresses === "dhcp") return [{ head: "inet dhcp", options: [] }];
  if (addresses === "inherit") {
    return allStanzas(files)
      .filter((stanza) => wishes.ports.includes(stanza.interface) && isAddressed(stanza))
      .map(({ family, method, options }) => ({
        head: `${family} ${method}`,
        options: options
          .filter(({ name }) => !isPortOption(name) && !(name === "dns-nameservers" && wishes.dns !== undefined))
          .map(({ name, value }) => `  ${name} ${value}`),
      }));
  }
  const isV6 = (address: string): boolean => address.includes(":");
  const gatewayAt = addresses.cidr.findIndex(
    (cidr) => addresses.gateway !== undefined && isV6(cidr) === isV6(addresses.gateway),
  );
  return addresses.cidr.map((cidr, at) => ({
    head: `${isV6(cidr) ? "inet6" : "inet"} static`,
    options: [`  address ${cidr}`, ...(at === gatewayAt ? [`  gateway ${addresses.gateway ?? ""}`] : [])],
  }));
}
