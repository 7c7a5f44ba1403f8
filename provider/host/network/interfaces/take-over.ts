/**
 * How a bridge takes a port's addresses over in files of interfaces(5), and gives them back. Pure.
 *
 * The port's old lines stay where they are, as comments, and our own lines stand between two marks. So giving back
 * needs no copy of the old file: it is exact, byte for byte, and keeps whatever else somebody has changed since
 * (test/unit/host/network/interfaces/take-over.test.ts holds the law).
 */
import { linksBelow } from "../bonds";
import type { DesiredBridge } from "../desired-bridge";
import type { NetworkFiles } from "../network-files";
import { normalOption, renderBridge } from "./bridge-stanzas";
import type { Dialect, InterfaceStanza, PortLine } from "./dialect";
import { isAlias, linkOf, parseInterfaces, readsInterfacesD } from "./interfaces-file";
import { staysWithPort } from "./port-lines";

export const MAIN_FILE = "/etc/network/interfaces";

/** The bridge's own file, where /etc/network/interfaces reads that folder. */
export function ownFile(name: string): string {
  return `/etc/network/interfaces.d/pulumi-xen-${name}`;
}

/** The files with the bridge in them. `files` are without our changes, and have no faults. */
export function takeOver(dialect: Dialect, files: NetworkFiles, desired: DesiredBridge): NetworkFiles {
  const changed = new Map(files);
  for (const [path, text] of files) {
    const replaced = releasePorts(dialect, text, desired);
    if (replaced !== text) changed.set(path, replaced);
  }
  const stanza = renderBridge(dialect, files, desired);
  const main = changed.get(MAIN_FILE) ?? "";
  if (readsInterfacesD(dialect.syntax, parseInterfaces(dialect.syntax, main), isInsideMarks(main)))
    changed.set(ownFile(desired.name), stanza);
  else
    changed.set(MAIN_FILE, `${main}${marked(desired.name, stanza.trimEnd(), main !== "" && !main.endsWith("\n"))}\n`);
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
  const marks = [openMark(name), `${openMark(name)}, joined`];
  return [...files.values()].some((text) => text.split("\n").some((line) => marks.includes(line)));
}

/**
 * The text in the form in which texts that mean the same are equal: the bridges' own blocks at its end, by name (what two
 * bridges wrote one after the other says the same as what they would have written the other way round), ports and what is
 * set on them in a fixed order, addresses in their normal form.
 */
export function inNormalForm(text: string): string {
  const block =
    /(?:^|\n)# >>> pulumi-xen (\S+?)(?:, joined)?\n(# Written by pulumi-xen \(Bridge\)[^]*?)\n# <<< pulumi-xen \1(?=\n|$)/g;
  const blocks = [...text.matchAll(block)].map(
    ([, name = "", lines = ""]) => `${openMark(name)}\n${lines}\n${closeMark(name)}`,
  );
  const inOrder = [text.replaceAll(block, "").trimEnd(), ...blocks.sort(), ""].join("\n");
  const lines = inOrder.split("\n").map(normalOption);
  return lines.map((line, at) => (isMtuLine(line) ? (sortedRun(lines, at) ?? line) : line)).join("\n");
}

function isMtuLine(line: string): boolean {
  return /^\s*post-(up|down) ip link set dev \S+ mtu /.test(line);
}

/** The line that stands at this place when the lines of its kind around it are sorted. */
function sortedRun(lines: readonly string[], at: number): string | undefined {
  const begin = lines.slice(0, at).findLastIndex((line) => !isMtuLine(line)) + 1;
  const behind = lines.findIndex((line, index) => index > at && !isMtuLine(line));
  return lines.slice(begin, behind < 0 ? lines.length : behind).sort()[at - begin];
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

/** What stays below a port's "iface". Of one without addresses that is all there is. */
function kept(dialect: Dialect, stanza: InterfaceStanza, { mtu }: DesiredBridge): readonly PortLine[] {
  const { options, interface: port } = stanza;
  const own = dialect.isAddressed(stanza) ? options.filter((line) => staysWithPort(dialect, line, port)) : options;
  if (mtu === undefined || !dialect.resetsMtu) return own;
  return [...own.filter(({ name }) => name !== "mtu"), { name: "mtu", value: String(mtu) }];
}

/** Takes the ports' and their aliases' own lines out; what belongs to a card stays with it. */
function releasePorts(dialect: Dialect, text: string, desired: DesiredBridge): string {
  const links = linksBelow(desired);
  const isOfPort = (name: string): boolean => links.includes(linkOf(name));
  const { stanzas, started } = parseInterfaces(dialect.syntax, text);
  const released = stanzas.filter((stanza) => {
    const { interface: name, family, method } = stanza;
    const isBare = method === "manual" && family === "inet" && !dialect.isAddressed(stanza) && !dialect.resetsMtu;
    return isOfPort(name) && (isAlias(name) || !isBare);
  });
  const unstarted = started.filter(({ interfaces }) => interfaces.some((name) => isAlias(name) && isOfPort(name)));
  if (released.length === 0 && unstarted.length === 0) return text;
  const replacements = [
    ...released.map((stanza) => ({
      begin: stanza.begin,
      end: stanza.end,
      lines: isAlias(stanza.interface)
        ? []
        : [
            `iface ${stanza.interface} ${stanza.family} manual`,
            ...kept(dialect, stanza, desired).map(({ name, value }) => `  ${name} ${value}`),
          ],
    })),
    ...unstarted.map(({ begin, end, keyword, interfaces }) => {
      const others = interfaces.filter((name) => !isAlias(name) || !isOfPort(name));
      return { begin, end, lines: others.length === 0 ? [] : [`${keyword} ${others.join(" ")}`] };
    }),
  ];
  return text
    .split("\n")
    .flatMap((line, at) => {
      const replacement = replacements.find(({ begin, end }) => at >= begin && at < end);
      if (replacement === undefined) return [line];
      const old = `#pulumi-xen ${desired.name}# ${line}`;
      if (at !== replacement.end - 1 || replacement.lines.length === 0) return [old];
      return [old, openMark(desired.name), ...replacement.lines, closeMark(desired.name)];
    })
    .join("\n");
}
