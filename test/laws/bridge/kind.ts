/** The bridge, for the laws. */
import { planOf } from "../../../provider/change";
import { bridgeKind } from "../../../provider/resources/bridge/bridge.lifecycle";
import { type ObservedNetwork, seenBridge } from "../../../provider/resources/bridge/bridge.observe";
import { type BridgeInputs, bridgeTable } from "../../../provider/resources/bridge/bridge.properties";
import type { Edit } from "../edits";
import type { LawKind, SavedOr } from "../kind";
import { type Hand, hands, touched } from "./hands";
import { type Host, apply, lacks, looked, made, read } from "./host";
import { settingsAlone } from "./own";
import { edited, edits, programs } from "./programs";

/** As it was looked for: by the name that the state knows. */
interface Look {
  readonly network: ObservedNetwork;
  readonly name: string;
}

export const bridgeLaw: LawKind<BridgeInputs, SavedOr<BridgeInputs, Look>, Edit<"ports" | "dns">, Host, Hand> = {
  name: "Bridge",
  kind: bridgeKind,
  programs,
  edits,
  edited,
  plan: (is, shall) => {
    if ("saved" in is) return bridgeKind.changes(is.saved, shall);
    const seen = seenBridge(is.seen.network, { ...shall, name: is.seen.name });
    return seen === undefined ? [] : planOf(bridgeTable, seen, shall, { secrets: shall.secretProperties ?? [] });
  },
  asMade: (saved) => ({ saved }),
  host: {
    made,
    observed: (host) => ({ seen: { network: looked(host), name: host.name } }),
    apply,
    read,
    lacks,
    hands,
    touched,
  },
  // No host shows whether a bridge may be adopted.
  isQuiet: ({ property }) => property === "adopt",
  // On its way into the files, or out of them, the host refuses what would be lost there.
  mayStop: (_, announced) => announced.some(({ property }) => property === "persistent"),
  finished: { phase: "ready" },
  label: "name",
  hidden: () => [],
  own: { "what takes no link down is one of the bridge's own settings": settingsAlone },
};
