/** What keeps a port out of a bridge with ifcfg files, each by itself: one sentence with its remedy, before anything is touched. */
import { ifcfg } from "../../../../../provider/host/network/ifcfg/ifcfg";
import { desiredBridge } from "../../../../support/desired-bridge";

const FOLDER = "/etc/sysconfig/network-scripts/";
const ETH0 = "DEVICE=eth0\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=198.51.100.2\nPREFIX=24\nGATEWAY=198.51.100.1\n";

const faults = (files: Record<string, string>, change: Parameters<typeof desiredBridge>[0] = {}): string[] => {
  const all = Object.entries({ "ifcfg-eth0": ETH0, ...files });
  const paths = all.map(([name, text]): [string, string] => [name.startsWith("/") ? name : `${FOLDER}${name}`, text]);
  return ifcfg.faults({ files: new Map(paths), sources: new Map(), clientIds: new Map() }, desiredBridge(change));
};
const withLine = (line: string): string[] => faults({ "ifcfg-eth0": `${ETH0}${line}\n` });

test("a plain port has none, nor has one with settings of the card", () => {
  expect(faults({})).toEqual([]);
  const card =
    'HWADDR=52:54:00:00:00:01\nMACADDR=52:54:00:00:00:02\nMTU=9000\nETHTOOL_OPTS="-K ${DEVICE} tso off"\nBONDING_OPTS="mode=1"';
  expect(withLine(`${card}\nVLAN=yes\nUUID=5fb06bd0\nNAME="System eth0"\nSLAVE=no\nBRIDGE=\n`)).toEqual([]);
});

test.each([
  ["MASTER=bond0", "by MASTER it belongs to bond0 already"],
  ["BRIDGE=br7", "by BRIDGE it belongs to br7 already"],
  ["ESSID=office", "it is wireless"],
  ["TYPE=xDSL", "its TYPE is xDSL"],
  ["BOOTPROTO=ibft", "its BOOTPROTO is ibft"],
  ["STP=on", "STP is neither known as an address's nor as the card's"],
  ['GATEWAY="$OTHER"', "its GATEWAY is made by the shell"],
  ["IPADDR=198.51.100.2 MTU=1300", '"IPADDR=198.51.100.2 MTU=1300" is shell, not a setting that can be read'],
])("a port with %s is refused with its reason", (line, why) => {
  expect(withLine(line)).toEqual([
    `eth0 cannot become a port of br0: ${why}. Change that in ${FOLDER}ifcfg-eth0, or make the bridge by hand and declare it with adopt: true.`,
  ]);
});

test("a value that may be a password is not shown", () => {
  expect(withLine("SOMEBODYS_SECRET=hunter2").join()).not.toContain("hunter2");
});

test.each([
  ["ifcfg-br0", "DEVICE=br0\nTYPE=Bridge\n"],
  ["ifcfg-lan", "DEVICE=br0\n"],
  ["ifcfg-eth9", "DEVICE=eth9\nBRIDGE=br0\n"],
  ["ifcfg-br0:1", "IPADDR=198.51.100.9\n"],
  ["route-br0", "10.0.0.0/8 via 198.51.100.1\n"],
])("somebody's %s for the bridge is refused", (name, text) => {
  expect(faults({ [name]: text })).toEqual([
    `${FOLDER}${name} configures br0 already. Choose another name, or remove it.`,
  ]);
});

test.each([
  ["ifcfg-office", "DEVICE=eth0\n", /ifcfg-eth0 and .*ifcfg-office both configure eth0\. Remove/],
  [
    "ifcfg-eth0.20",
    "DEVICE=eth0.20\nVLAN=yes\n",
    /puts eth0\.20 on eth0, which gets no packets in a bridge\. Put it on br0/,
  ],
  ["ifcfg-vlan7", "DEVICE=vlan7\nVLAN=yes\nPHYSDEV=eth0\n", /puts vlan7 on eth0/],
  ["/etc/sysconfig/network", "GATEWAYDEV=eth0\n", /sysconfig\/network names eth0 for the default route/],
  ["/etc/sysconfig/network", "IPV6_DEFAULTGW=fe80::1%eth0\n", /sysconfig\/network names eth0 for the default route/],
  [
    "/etc/sysconfig/static-routes",
    "any net 10.0.0.0/8 dev eth0\n",
    /static-routes names eth0.*Write that route into route-eth0/,
  ],
  ["/etc/sysconfig/static-routes-ipv6", "eth0 2001:db8::/48\n", /static-routes-ipv6 names eth0.*route6-eth0/],
  [
    "/sbin/ifup-local",
    '#!/bin/sh\n[ "$1" = eth0 ] && iptables -A INPUT -i eth0\n',
    /\/sbin\/ifup-local does something for eth0/,
  ],
  [
    "ifcfg-eth0:1",
    "IPADDR=198.51.100.3\nSTRANGE=1\n",
    /ifcfg-eth0:1 cannot be moved to br0: "STRANGE=1" is not known there/,
  ],
  ["ifcfg-eth0:1", "IPADDR=198.51.100.3\nexec true\n", /ifcfg-eth0:1 cannot be moved to br0: "exec true" is shell/],
  ["route-eth0", "ADDRESS0=$NET\n", /route-eth0 cannot be moved to br0: "ADDRESS0=\$NET" is shell/],
])("what of %s is about the port is refused", (name, text, sentence) => {
  expect(faults({ [name]: text })).toEqual([expect.stringMatching(sentence)]);
});

test("what those files say of other links is nobody's fault", () => {
  const files = {
    "ifcfg-eth1.20": "DEVICE=eth1.20\nVLAN=yes\n",
    "ifcfg-eth0.21": "DEVICE=eth0.21\nVLAN=yes\nONBOOT=no\n",
    "/etc/sysconfig/network": "NETWORKING=yes\nGATEWAY=198.51.100.1\n",
    "/etc/sysconfig/static-routes": "any net 10.0.0.0/8 gw 198.51.100.1\n",
    "/sbin/ifup-local": "#!/bin/sh\n# not for eth0\nlogger $1 eth01 eth0.20 veth0\n",
  };
  expect(faults(files)).toEqual([]);
});

test("a port whose file is named otherwise is refused with the name that it needs", () => {
  expect(faults({ "ifcfg-eth0": "DEVICE=eth9\n", "ifcfg-office": ETH0 })).toEqual([
    `${FOLDER}ifcfg-office configures eth0, whose own file is ${FOLDER}ifcfg-eth0. Rename it so.`,
  ]);
});

test("addresses that would be lost are refused, and routes of a port without any", () => {
  const alias = { "ifcfg-eth0:1": "IPADDR=198.51.100.3\nPREFIX=24\n" };
  expect(faults(alias)).toEqual([]);
  expect(faults(alias, { addresses: "dhcp" })).toEqual([
    expect.stringMatching(/198\.51\.100\.3\/24, which would be lost/),
  ]);
  expect(faults({ "route-eth0": "10.0.0.0/8 via 198.51.100.1\n" }, { addresses: "none" })).toEqual([
    expect.stringMatching(/gives eth0 routes or rules, which need addresses/),
  ]);
  expect(faults({ "route-eth1": "10.0.0.0/8 via 10.1.0.1\n" }, { ports: ["eth0", "eth1"] })).toEqual([
    expect.stringMatching(/route-eth1 is about eth1, which has no addresses of its own for br0/),
  ]);
});

test("a card that does not come up at a boot has no addresses to inherit, and is a port all the same", () => {
  const off = "DEVICE=eth1\nBOOTPROTO=dhcp\nONBOOT=no\n";
  expect(faults({ "ifcfg-eth1": off }, { ports: ["eth0", "eth1"] })).toEqual([]);
  expect(faults({ "ifcfg-eth1": off }, { ports: ["eth1"] })).toEqual([
    expect.stringMatching(/No ifcfg file gives eth1 addresses at a boot that br0 could inherit/),
  ]);
});

test("what the scripts cannot do is refused: a third name server, a gateway in no network", () => {
  const dns = ["198.51.100.53", "198.51.100.54", "198.51.100.55"];
  expect(faults({}, { dns })).toEqual([expect.stringMatching(/dns names 3 servers, but .* only two/)]);
  expect(faults({}, { addresses: { cidr: ["198.51.100.9/24"], gateway: "192.0.2.1" } })).toEqual([
    expect.stringMatching(/The gateway 192\.0\.2\.1 is in the network of no address/),
  ]);
  expect(faults({}, { addresses: { cidr: ["192.0.2.9/24", "198.51.100.9/24"], gateway: "198.51.100.1" } })).toEqual([]);
});

describe("what the host lacks", () => {
  const plain = { there: "yes", network: "enabled", brctl: "yes", arping: "yes" };
  const unfit = (facts: Record<string, string>, change: Parameters<typeof desiredBridge>[0] = {}): string[] =>
    ifcfg.unfit(new Map(Object.entries({ ...plain, ...facts })), desiredBridge(change));
  const without = (name: keyof typeof plain): string[] =>
    ifcfg.unfit(new Map(Object.entries(plain).filter(([key]) => key !== name)), desiredBridge());

  it("is nothing on a plain host", () => {
    expect(unfit({})).toEqual([]);
    expect(unfit({ "network-manager": "yes", "card.eth0": "yes" })).toEqual([]);
    expect(unfit({ "manages.eth1": "yes", "card.eth0": "yes", "network-manager": "yes" })).toEqual([]);
  });

  it("is said with what to run", () => {
    expect(without("network")).toEqual([expect.stringMatching(/network does not start at boot.*chkconfig network on/)]);
    expect(without("brctl")).toEqual([expect.stringMatching(/bridge-utils.*Install it/)]);
    expect(without("arping")).toEqual([expect.stringMatching(/arping is missing.*Install iputils/)]);
  });

  it("is that NetworkManager has the port, or would take it, or does not tell", () => {
    const off = /chkconfig NetworkManager off/;
    expect(unfit({ "manages.eth0": "yes", "network-manager": "yes" })).toEqual([expect.stringMatching(off)]);
    expect(unfit({ "network-manager": "yes" })).toEqual([
      expect.stringMatching(/Write HWADDR into the ifcfg file of eth0/),
    ]);
    expect(unfit({ "network-manager": "yes", "card.eth0": "yes", untold: "yes" })).toEqual([
      expect.stringMatching(off),
    ]);
  });

  it("is dhclient's own settings for the port, or a password in its file", () => {
    const path = "/etc/dhcp/dhclient-eth0.conf";
    expect(unfit({ "client.eth0": path })).toEqual([
      expect.stringMatching(/dhclient has settings of its own for eth0/),
    ]);
    expect(unfit({ "client.eth0": path, "client.br0": "/etc/dhcp/dhclient-br0.conf" })).toEqual([]);
    expect(unfit({ "secret.eth0": "yes" })).toEqual([expect.stringMatching(/holds a password/)]);
  });
});
