/** A host's network as the question about it is answered where there is nothing out of the ordinary: for tests that need one. */
import { ifupdown } from "../../provider/host/network/ifupdown/ifupdown";
import { runTime } from "../../provider/host/network/run-time/run-time";
import { parseLinks } from "../../provider/host/network/links";
import type { ObservedNetwork } from "../../provider/resources/bridge/bridge.observe";

/** `links`, `addresses`: as iproute2 prints them. `files`: ifupdown's. */
export function seenNetwork(
  links: readonly object[],
  addresses: readonly object[],
  files: Readonly<Record<string, string>>,
): ObservedNetwork {
  const own = {
    system: ifupdown,
    files: new Map(Object.entries(files)),
    facts: new Map([
      ["there", "yes"],
      ["bridge-utils", "yes"],
      ["ifenslave", "yes"],
    ]),
  };
  return {
    isRoot: true,
    links: parseLinks(JSON.stringify(links), JSON.stringify(addresses)),
    ...own,
    lasting: own,
    passing: { system: runTime, facts: new Map(), files: new Map() },
    routes: [],
    rules: [],
    holders: [],
    sources: new Map(),
    clientIds: new Map(),
    rivals: [],
    fingerprints: new Map(),
    pending: [],
    others: [],
    isRewritten: false,
    guestLinks: [],
    bonds: new Map(),
    canBond: true,
    dropping: [],
    vlans: new Map(),
    hasBridgeTool: true,
    nat: { canBe: true, program: undefined, table: undefined, forwards: false },
    guestDhcp: { canBe: true, config: undefined, runs: false },
    claim: undefined,
    isAdopted: false,
    phase: undefined,
  };
}
