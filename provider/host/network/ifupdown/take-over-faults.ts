/**
 * What in ifupdown's files stands in the way of a bridge: everything that would be lost, or come to mean something else, when a
 * port's lines move. Whole sentences with their remedy. Pure.
 */
import type { DesiredBridge } from "../desired-bridge";
import { inheritFaults } from "../port-faults";
import type { NetworkFiles } from "../network-files";
import { isAddressed } from "./bridge-stanzas";
import {
  type InterfaceStanza,
  allStanzas,
  fixedAddresses,
  isAlias,
  parseInterfaces,
  stanzasOf,
} from "./interfaces-file";
import { fateOf, isCommand } from "./port-lines";
import { MAIN_FILE } from "./take-over";

const METHODS = ["static", "dhcp", "auto", "manual"];

/** `files` are without our changes. */
export function takeOverFaults(files: NetworkFiles, desired: DesiredBridge): string[] {
  const all = allStanzas(files);
  const addressed = desired.ports.filter((port) => stanzasOf(files, port).some(isAddressed));
  const faults = [
    ...(files.has(MAIN_FILE) ? [] : [`${MAIN_FILE} is not there, so ifupdown does not run this host's network.`]),
    ...(stanzasOf(files, desired.name).length > 0
      ? [`${MAIN_FILE} or a file that it reads configures ${desired.name} already.`]
      : []),
    ...desired.ports.flatMap((port) => [
      ...stanzasOf(files, port).flatMap((stanza) => stanzaFaults(stanza, desired)),
      ...all
        .filter((stanza) => stanza.inherits === port)
        .map(
          (stanza) =>
            `The lines of ${stanza.interface} inherit from those of ${port}, which move. Write them out there.`,
        ),
      ...renamingFaults(files, port),
    ]),
    ...inheritFaults(addressed, desired, `None of ${desired.ports.join(", ")} has addresses in ${MAIN_FILE}`),
    ...(desired.addresses === "inherit" ? [] : notDeclared(files, desired)),
  ];
  return [...new Set(faults)];
}

/** What is declared takes the place of a port's addresses; those of its aliases would be lost without a word. */
function notDeclared(files: NetworkFiles, { ports, addresses }: DesiredBridge): string[] {
  const declared = typeof addresses === "object" ? addresses.cidr : [];
  const aliases = ports.flatMap((port) => stanzasOf(files, port)).filter((stanza) => isAlias(stanza.interface));
  return aliases.flatMap((stanza) => {
    const left = fixedAddresses([stanza]).filter((address) => !declared.includes(address));
    return left.length === 0
      ? []
      : [
          `${stanza.interface} has ${left.join(", ")}, which would be lost. Set addresses to "inherit", or name it in addresses.cidr, or take ${stanza.interface} out of ${MAIN_FILE}.`,
        ];
  });
}

function stanzaFaults(stanza: InterfaceStanza, { name: bridge, addresses }: DesiredBridge): string[] {
  const { interface: port, method, inherits, options } = stanza;
  const cannot = (why: string): string =>
    `${port} cannot become a port of ${bridge}: ${why}. Change that, or make the bridge by hand and declare it with adopt: true.`;
  if (inherits !== undefined)
    return [`The lines of ${port} inherit from "${inherits}", which cannot be moved to a bridge.`];
  if (!METHODS.includes(method)) return [cannot(`its method is "${method}"`)];
  return options.flatMap((option) => {
    const fate = fateOf(option, port, bridge);
    if (fate.fate === "refused") return [cannot(fate.why)];
    if (fate.fate === "stays") return [];
    const shown = `"${option.name} ${option.value}"`;
    if (!isAddressed(stanza)) {
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

/** Lines that give a link another stanza than that of its name. */
function renamingFaults(files: NetworkFiles, port: string): string[] {
  return [...files].flatMap(([path, text]) => {
    const { renamings, started } = parseInterfaces(text);
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

/** Does ifupdown's pattern, such as `eth*` or `/eth*`, stand for the link? When in doubt it does. */
function isPattern(pattern: string, port: string): boolean {
  const bare = pattern.replace(/^[/-]+/, "");
  if (!/[*?[/]/.test(bare)) return bare === port;
  if (/[[/]/.test(bare)) return true;
  const text = bare
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${text}$`).test(port);
}
