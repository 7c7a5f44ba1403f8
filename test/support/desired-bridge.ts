/** A bridge on eth0 that inherits its addresses: for tests that need one. */
import type { DesiredBridge } from "../../provider/host/network/desired-bridge";

export function desiredBridge(more: Partial<DesiredBridge> = {}): DesiredBridge {
  return { name: "br0", ports: ["eth0"], addresses: "inherit", stp: false, forwardDelaySeconds: 0, ...more };
}
