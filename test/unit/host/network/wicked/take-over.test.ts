/** How files of SUSE's hosts come out with a bridge, and what they get back. */
import { wicked } from "../../../../../provider/host/network/wicked/wicked";
import type { NetworkConfiguration } from "../../../../../provider/host/network/network-files";
import { desiredBridge } from "../../../../support/desired-bridge";

const FOLDER = "/etc/sysconfig/network/";
const ETH0 =
  "BOOTPROTO='static'\nSTARTMODE='auto'\nIPADDR='198.51.100.2/24'\nLABEL_1='eth0:1'\nIPADDR_1=192.0.2.2/25\nMTU=1400\nZONE=public\n";
const ROUTES = "default 198.51.100.1 - -\n10.7.0.0/16 10.1.0.9 - eth1\n10.8.0.0 198.51.100.9 255.255.0.0 eth0\n";

const host = (more: Record<string, string> = {}): NetworkConfiguration => ({
  files: new Map(
    Object.entries({ "ifcfg-eth0": ETH0, routes: ROUTES, "ifrule-eth0": "iif eth0 table 100\n", ...more }).map(
      ([name, text]): [string, string] => [`${FOLDER}${name}`, text],
    ),
  ),
  sources: new Map(),
  clientIds: new Map(),
});
const made = (now: NetworkConfiguration, change: Parameters<typeof desiredBridge>[0] = {}): NetworkConfiguration => ({
  ...now,
  files: wicked.withBridge(now, desiredBridge(change)),
});
const named = ({ files }: NetworkConfiguration, name: string): string | undefined => files.get(`${FOLDER}${name}`);

test("the files come out as an operator would have written them", () => {
  const now = made(host(), { macAddress: "52:54:00:00:00:01", ageingSeconds: 60 });
  expect(named(now, "ifcfg-br0")).toBe(
    [
      "STARTMODE='auto'",
      "BOOTPROTO='static'",
      "IPADDR='198.51.100.2/24'",
      "LABEL_1='br0:1'",
      "IPADDR_1=192.0.2.2/25",
      "ZONE=public",
      "BRIDGE='yes'",
      "BRIDGE_PORTS='eth0'",
      "BRIDGE_STP='off'",
      "BRIDGE_FORWARDDELAY='0'",
      "BRIDGE_AGEINGTIME='60'",
      "LLADDR='52:54:00:00:00:01'",
      "",
    ].join("\n"),
  );
  expect(named(now, "ifcfg-eth0")).toBe("BOOTPROTO='none'\nSTARTMODE='auto'\nMTU=1400\n");
  expect(named(now, "routes")).toBe(ROUTES.replace("eth0", "br0"));
  expect(named(now, "ifrule-br0")).toBe("iif br0 table 100\n");
  expect(named(now, "ifrule-eth0")).toBeUndefined();
});

test("declared addresses take the place of the port's, and of the default route by its gateway", () => {
  const addresses = { cidr: ["203.0.113.7/24", "2001:db8::7/64"], gateway: "203.0.113.1" };
  const now = made(host({ "ifroute-eth0": "default 198.51.100.1 - -\n10.9.0.0/16 203.0.113.9\n" }), { addresses });
  expect(named(now, "ifcfg-br0")).toContain("IPADDR='203.0.113.7/24'\nIPADDR_1='2001:db8::7/64'\n");
  expect(named(now, "ifcfg-br0")).not.toContain("198.51.100.2");
  expect(named(now, "ifroute-br0")).toBe("10.9.0.0/16 203.0.113.9\ndefault 203.0.113.1 - br0\n");
  expect(named(now, "routes")).toBe("10.7.0.0/16 10.1.0.9 - eth1\n10.8.0.0 198.51.100.9 255.255.0.0 br0\n");
  expect(wicked.readBridge(now, "br0")?.addresses).toEqual(addresses);
});

test("what somebody has changed since stays when the bridge goes", () => {
  const now = made(host(), { addresses: { cidr: ["203.0.113.7/24"], gateway: "203.0.113.1" } });
  const files = new Map(now.files);
  files.set(`${FOLDER}ifcfg-eth0`, `${named(now, "ifcfg-eth0") ?? ""}ETHTOOL_OPTIONS='-K iface gro off'\n`);
  files.set(`${FOLDER}routes`, `${named(now, "routes") ?? ""}10.4.0.0/16 203.0.113.9 - br0\n`);
  files.set(`${FOLDER}ifroute-br0`, `${named(now, "ifroute-br0") ?? ""}10.5.0.0/16 203.0.113.9 - br0\n`);
  const given = wicked.withoutBridge(files, "br0");
  expect(given.get(`${FOLDER}ifcfg-eth0`)).toBe(`${ETH0}ETHTOOL_OPTIONS='-K iface gro off'\n`);
  expect(given.get(`${FOLDER}routes`)).toBe(
    "default 198.51.100.1 - -\n10.7.0.0/16 10.1.0.9 - eth1\n10.8.0.0 198.51.100.9 255.255.0.0 eth0\n10.4.0.0/16 203.0.113.9 - eth0\n",
  );
  expect(given.get(`${FOLDER}ifroute-eth0`)).toBe("10.5.0.0/16 203.0.113.9 - eth0\n");
  expect([...given.keys()].filter((path) => path.includes("br0"))).toEqual([]);
});
