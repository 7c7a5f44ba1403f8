/** Networks of hosts as the question about them is answered: before there is a bridge, and with it. */
import { MAIN_FILE } from "../../../../provider/host/network/interfaces/take-over";
import { desiredFiles } from "../../../../provider/resources/bridge/bridge.files";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { seenNetwork } from "../../../support/seen-network";

const connection = { host: "198.51.100.7" };
export const OWNER = "shop/prod::Bridge::lan";
export const CLAIM_ID = "0d6c5a3e-1f2b-4c3d-8e9f-000000000001";
export const claim = { id: CLAIM_ID, owner: OWNER, of: "br0" };
export const inputs = completeBridge({ connection, owner: OWNER, name: "br0", ports: ["eth0"] });

export const INTERFACES = "auto eth0\niface eth0 inet static\n  address 10.0.2.15/24\n  gateway 10.0.2.2\n";
export const MAC = "52:54:00:00:00:01";

export const address = (name: string, ...cidrs: string[]): object => ({
  ifname: name,
  addr_info: cidrs.map((cidr) => ({
    family: "inet",
    local: cidr.split("/")[0],
    prefixlen: Number(cidr.split("/")[1]),
    scope: "global",
  })),
});
export const bridgeJson = {
  ifname: "br0",
  address: MAC,
  mtu: 1500,
  flags: ["UP"],
  linkinfo: {
    info_kind: "bridge",
    info_data: { stp_state: 0, forward_delay: 0, hello_time: 200, ageing_time: 30000, priority: 32768 },
  },
};
export const eth = (name: string, more: object = {}): object => ({
  ifname: name,
  address: name === "eth0" ? MAC : `52:54:00:00:00:1${name.at(-1) ?? "0"}`,
  mtu: 1500,
  flags: ["UP"],
  ...more,
});

export const plain = seenNetwork([eth("eth0"), eth("eth1")], [address("eth0", "10.0.2.15/24")], {
  [MAIN_FILE]: INTERFACES,
});

/** As the host is after a switch to `wanted`. */
export function bridged(wanted: BridgeInputs = inputs, guests: readonly string[] = []): ObservedNetwork {
  return {
    ...seenNetwork(
      [bridgeJson, eth("eth0", { master: "br0" }), eth("eth1"), ...guests.map((name) => eth(name, { master: "br0" }))],
      [address("br0", "10.0.2.15/24")],
      Object.fromEntries(desiredFiles(plain, wanted)),
    ),
    claim,
    phase: "ready",
  };
}
