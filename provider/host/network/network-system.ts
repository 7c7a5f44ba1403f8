/**
 * What runs a host's network, as the rest of the house knows it: which files it reads, how a bridge is written into them, read
 * back and taken out again, and how links go down and come up. A folder for each (networkd/, network-manager/; ifupdown/, ifupdown2/ and ifupdown-ng/ over interfaces/); which one a host has is
 * found by what manages its links (network-systems.ts); run-time/ serves a bridge that none of them is to know of. Every member holds the same laws (test/networks). Pure.
 */
import type { ShellText } from "../../shell";
import type { PortGives } from "./by-hand";
import type { ConfiguredBridge, DesiredBridge } from "./desired-bridge";
import type { NetworkConfiguration, NetworkFiles } from "./network-files";

/** What brings a network up at a boot and can have a bridge of ours, as an operator knows it; network-systems.test.ts holds it to the list. */
export const KNOWN_NETWORKS =
  "ifupdown, ifupdown2, ifupdown-ng, systemd-networkd, NetworkManager, wicked and Red Hat's network scripts";

/** What a network system answered of itself, by the keys of its own question: `runs`, `unreadable`, … */
export type SystemFacts = ReadonlyMap<string, string>;

export interface NetworkSystem {
  /** As people know it, and the beginning of the keys of its answer: `ifupdown`. */
  readonly name: string;
  /**
   * Shell that says `NAME.KEY` for each fact, `source.LINK` for the file that gives a link its settings, and the files themselves
   * by `say_network_file PATH`. `is_active NAME` tells whether a service of systemd runs.
   */
  readonly ask: ShellText;
  /** Of files that it reads; `0644` unless it passes over what others may read. */
  readonly fileMode: "0644" | "0600";
  /** A bridge of it is gone after a boot, with all of its files. */
  readonly lastsUntilBoot?: true;
  /** A file that the running network must not see: it is written when the links are up again. */
  readonly isForNextStart?: (path: string) => boolean;
  /** Without STP the kernel forwards at once whatever the delay is; some systems do not even set it then. */
  readonly setsDelayWithoutStp: boolean;
  /** It takes no link that it was not told of, so another system may have the ports of a bridge beside it. */
  readonly leavesOthersAlone: boolean;
  readonly isInCharge: (facts: SystemFacts) => boolean;
  /** A program of it goes on running and has the link in its hands, or would take a bridge of this name: what others do to it, it undoes. */
  readonly keeps?: (now: NetworkConfiguration, facts: SystemFacts, link: string) => boolean;
  /** Is this a file of its own, as they lie on every host? */
  readonly owns: (path: string) => boolean;
  /** A clause: why nobody can tell what its files say. */
  readonly unreadable: (facts: SystemFacts) => string | undefined;
  /** What a host lacks before it can have such a bridge. Whole sentences with their remedy. */
  readonly unfit: (facts: SystemFacts, desired: DesiredBridge) => string[];

  /** The files as they should be, whether they hold the bridge already or not. */
  readonly withBridge: (now: NetworkConfiguration, desired: DesiredBridge) => NetworkFiles;
  /** The files as they were before the bridge, with all that somebody else has changed since. */
  readonly withoutBridge: (files: NetworkFiles, name: string) => NetworkFiles;
  /** Do they hold a bridge of this name that we wrote? */
  readonly holdsBridge: (files: NetworkFiles, name: string) => boolean;
  /** `undefined`: they hold no bridge of this name in our form. */
  readonly readBridge: (now: NetworkConfiguration, name: string) => ConfiguredBridge | undefined;
  /** What in the files stands in the way of the bridge. Whole sentences with their remedy. */
  readonly faults: (now: NetworkConfiguration, desired: DesiredBridge) => string[];
  /** What the files, without the bridge, give a port. */
  readonly gives: (now: NetworkConfiguration, port: string, bridge: string) => PortGives;
  /** Fixed addresses with prefix lengths in their normal form, and whether the link asks for a lease. */
  readonly addressesIn: (files: NetworkFiles, link: string) => { fixed: string[]; isLeased: boolean };
  /** What a port has without a bridge's `mtu`. */
  readonly ownMtu: (now: NetworkConfiguration, port: string, bridge: string) => number;
  /** The text in the form in which texts that mean the same are equal. */
  readonly inNormalForm: (text: string) => string;
  /** The text without what a running bridge takes while its links stay up. */
  readonly withoutSettings: (text: string) => string;
  /** Other names under which the files give these links addresses: `br0:1`. */
  readonly aliasesOf: (files: NetworkFiles, links: readonly string[]) => string[];

  /**
   * Defines, for a script with $bridge, $ports and $aliases set: `links_down`, and `links_up`, which sets $up_failed to a link that
   * could not be brought up.
   */
  readonly linkFunctions: ShellText;
}
