/**
 * What in files of interfaces(5) stands in the way of a bridge: everything that would be lost, or come to mean something else, when a
 * port's lines move. Whole sentences with their remedy. Pure.
 */
import { linksBelow } from "../bonds";
import { type DesiredBridge, isMadeBy, vlanName } from "../desired-bridge";
import { inheritFaults } from "../port-faults";
import type { NetworkFiles } from "../network-files";
import { bondFaults } from "./bond-stanzas";
import { type Dialect, type InterfaceStanza, valueOf } from "./dialect";
import { allStanzas, isAlias, parseInterfaces, stanzasOf } from "./interfaces-file";
import { isPattern } from "./patterns";
import { fateOf, isCommand } from "./port-lines";
import { MAIN_FILE } from "./take-over";

/** `files` are without our changes. */
export function takeOverFaults(dialect: Dialect, files: NetworkFiles, desired: DesiredBridge): string[] {
  const all = allStanzas(dialect, files);
  const links = linksBelow(desired);
  const addressed = links.filter((port) => stanzasOf(dialect, files, port).some(dialect.isAddressed));
  const faults = [
    ...(files.has(MAIN_FILE) ? [] : [`${MAIN_FILE} is not there, so nothing that reads it runs this host's network.`]),
    ...(stanzasOf(dialect, files, desired.name).length > 0
      ? [`${MAIN_FILE} or a file that it reads configures ${desired.name} already.`]
      : []),
    ...(desired.vlans ?? [])
      .filter((vlan) => stanzasOf(dialect, files, vlanName(vlan)).length > 0)
      .map((vlan) => isMadeBy(`${MAIN_FILE} or a file that it reads`, vlanName(vlan))),
    ...bondFaults(dialect, files, desired, MAIN_FILE),
    ...links.flatMap((port) => [
      ...stanzasOf(dialect, files, port).flatMap((stanza) => stanzaFaults(dialect, stanza, desired)),
      ...all
        .filter((stanza) => parentOf(stanza) === port)
        .map(
          (stanza) =>
            `The lines of ${stanza.interface} inherit from those of ${port}, which move. Write them out there.`,
        ),
      ...renamingFaults(dialect, files, port),
      ...dialect.fileFaults(files, port),
    ]),
    ...inheritFaults(addressed, desired, `None of ${links.join(", ")} has addresses in ${MAIN_FILE}`),
    ...(desired.addresses === "inherit" ? [] : notDeclared(dialect, files, desired)),
  ];
  return [...new Set(faults)];
}

/** What is declared takes the place of a port's addresses; those of its aliases would be lost without a word. */
function notDeclared(dialect: Dialect, files: NetworkFiles, desired: DesiredBridge): string[] {
  const { addresses } = desired;
  const declared = typeof addresses === "object" ? addresses.cidr : [];
  const aliases = linksBelow(desired)
    .flatMap((port) => stanzasOf(dialect, files, port))
    .filter((stanza) => isAlias(stanza.interface));
  return aliases.flatMap((stanza) => {
    const left = dialect.fixedAddresses(stanza).filter((address) => !declared.includes(address));
    return left.length === 0
      ? []
      : [
          `${stanza.interface} has ${left.join(", ")}, which would be lost. Set addresses to "inherit", or name it in addresses.cidr, or take ${stanza.interface} out of ${MAIN_FILE}.`,
        ];
  });
}

function stanzaFaults(dialect: Dialect, stanza: InterfaceStanza, { name: bridge, addresses }: DesiredBridge): string[] {
  const { interface: port, method, options } = stanza;
  const inherits = parentOf(stanza);
  const cannot = (why: string): string =>
    `${port} cannot become a port of ${bridge}: ${why}. Change that, or make the bridge by hand and declare it with adopt: true.`;
  if (inherits !== undefined)
    return [`The lines of ${port} inherit from "${inherits}", which cannot be moved to a bridge.`];
  if (!dialect.methods.includes(method)) return [cannot(`its method is "${method}"`)];
  return options.flatMap((option) => {
    const fate = fateOf(dialect, option, port, bridge);
    if (fate.fate === "refused") return [cannot(fate.why)];
    if (fate.fate === "stays") return [];
    const shown = `"${option.name} ${option.value}"`;
    if (!dialect.isAddressed(stanza)) {
      // Runs with the port as before; but an address of a port is out of reach.
      return fate.line.value === option.value && !/\$\{?(IFACE|LOGICAL)/.test(option.value)
        ? []
        : [cannot(`${shown} gives it addresses by hand. Write them as "iface ${port} inet static"`)];
    }
    return isCommand(option) && addresses !== "inherit"
      ? [`The line ${shown} of ${port} would be lost. Set addresses to "inherit", or take the line away.`]
      : [];
  });
}

/** The stanza that it takes its options from: said behind its name, or below it. */
function parentOf({ inherits, options }: InterfaceStanza): string | undefined {
  return inherits ?? valueOf(options, "inherit");
}

/** Lines that give a link another stanza than that of its name. */
function renamingFaults({ syntax }: Dialect, files: NetworkFiles, port: string): string[] {
  return [...files].flatMap(([path, text]) => {
    const { renamings, started } = parseInterfaces(syntax, text);
    const lines = [
      ...renamings,
      ...started.map(({ keyword, interfaces }) => ({
        keyword,
        operands: interfaces.filter((name) => name.includes("=")),
      })),
    ];
    const isOfPort = (operand: string): boolean => isPattern(operand.split("=", 1)[0] ?? "", port);
    return lines
      .filter(({ operands }) => operands.some(isOfPort))
      .map(
        ({ keyword }) =>
          `${path} gives ${port} other lines than those of its name ("${keyword}"), which cannot be moved to a bridge. Write them as "iface ${port}".`,
      );
  });
}
