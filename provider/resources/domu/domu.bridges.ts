/** What the bridges are that a guest's interfaces name: found on the host, since no program says it. Pure. */
import { type ShellText, lines, sh } from "../../shell";

/** `plain`: of Linux, without VLANs. `ovs`: of Open vSwitch. `silent`: Open vSwitch does not tell whether it is one of its own. */
const BRIDGE_KINDS = ["plain", "filters", "ovs", "silent"] as const;
export type BridgeKind = (typeof BRIDGE_KINDS)[number];

/** Expects `fact`. */
export function bridgeFacts(bridges: readonly string[]): ShellText {
  return lines([...bridges.map(bridgeFact), sh`if command -v bridge >/dev/null 2>&1; then fact bridgeTool=yes; fi`]);
}

function bridgeFact(bridge: string, index: number): ShellText {
  const settings = `/sys/class/net/${bridge}/bridge`;
  const kind = (word: BridgeKind): ShellText => sh`fact ${`bridge.${index}=${word}`}`;
  return sh`if [ -d ${settings} ]; then
  filters=; { read -r filters <${`${settings}/vlan_filtering`}; } 2>/dev/null || :
  if [ "$filters" = 1 ]; then ${kind("filters")}; else ${kind("plain")}; fi
elif command -v ovs-vsctl >/dev/null 2>&1; then
  ovs-vsctl --timeout=10 br-exists ${bridge} >/dev/null 2>&1 && known=0 || known=$?
  # 2: there is none of that name.
  case $known in 0) ${kind("ovs")} ;; 2) ;; *) ${kind("silent")} ;; esac
fi`;
}

/** One that is not there is left out. */
export function bridgeKinds(
  facts: ReadonlyMap<string, string>,
  bridges: readonly string[],
): ReadonlyMap<string, BridgeKind> {
  return new Map(
    bridges.flatMap((bridge, index) => {
      const kind = BRIDGE_KINDS.find((word) => word === facts.get(`bridge.${index}`));
      return kind === undefined ? [] : [[bridge, kind] as const];
    }),
  );
}

/** iproute2's program of that name. */
export function hasBridgeTool(facts: ReadonlyMap<string, string>): boolean {
  return facts.get("bridgeTool") === "yes";
}
