/** The network systems that we know, and which of them runs a host's network. Shell text; pure. */
import { InvariantError } from "../../errors";
import type { Answer } from "../../shell";
import { type ShellText, lines } from "../../shell";
import { ifcfg } from "./ifcfg/ifcfg";
import { ifupdown } from "./ifupdown/ifupdown";
import { ifupdown2 } from "./ifupdown2/ifupdown2";
import { ifupdownNg } from "./ifupdown-ng/ifupdown-ng";
import type { NetworkFiles } from "./network-files";
import type { NetworkSystem, SystemFacts } from "./network-system";
import { networkManager } from "./network-manager/network-manager";
import { networkd } from "./networkd/networkd";
import { runTime } from "./run-time/run-time";
import { wicked } from "./wicked/wicked";

/** In the order in which they are taken to be in charge; where none is, the last one says what it lacks. */
export const NETWORK_SYSTEMS: readonly NetworkSystem[] = [
  runTime,
  networkd,
  networkManager,
  wicked,
  ifcfg,
  ifupdown2,
  ifupdownNg,
  ifupdown,
];

/** Expects `say_network_file` and `is_active`. */
export const saySystems: ShellText = lines(NETWORK_SYSTEMS.map(({ ask }) => ask));

export interface SeenSystem {
  readonly system: NetworkSystem;
  readonly facts: SystemFacts;
  readonly files: NetworkFiles;
}

/**
 * What runs the host's network, then the others that are there too. `files`: those of all systems. What a bridge of ours stands in
 * counts, then what manages the links.
 */
export function systemsOf(answer: Answer, files: NetworkFiles, bridge: string): [SeenSystem, ...SeenSystem[]] {
  const found = foundSystems(answer, files);
  const holding = found.filter(({ system, files: own }) => system.holdsBridge(own, bridge));
  const seen =
    // The same files are read by one program or another.
    holding.find(({ system, facts }) => system.isInCharge(facts)) ??
    holding.at(-1) ??
    found.find(({ system, facts }) => system.isInCharge(facts)) ??
    found.at(-1);
  if (seen === undefined) throw new InvariantError("No network system is known.");
  return [seen, ...found.filter((other) => other !== seen && other.system.isInCharge(other.facts))];
}

/** `lasting`: what brings the network up at a boot. `passing`: what a bridge until the next boot stands in. */
export function systemsOfBoot(answer: Answer, files: NetworkFiles): { lasting: SeenSystem; passing: SeenSystem } {
  const found = foundSystems(answer, files);
  const lasting = found.find(({ system, facts }) => system.isInCharge(facts)) ?? found.at(-1);
  const passing = found.find(({ system }) => system.lastsUntilBoot === true);
  if (lasting === undefined || passing === undefined) throw new InvariantError("No network system is known.");
  return { lasting, passing };
}

function foundSystems(answer: Answer, files: NetworkFiles): SeenSystem[] {
  return NETWORK_SYSTEMS.map((system) => ({
    system,
    facts: factsOf(answer, system.name),
    files: new Map([...files].filter(([path]) => system.owns(path))),
  }));
}

function factsOf(answer: Answer, name: string): SystemFacts {
  const prefix = `${name}.`;
  return new Map(answer.keysBehind(prefix).map((key) => [key, answer.need(`${prefix}${key}`)] as const));
}
