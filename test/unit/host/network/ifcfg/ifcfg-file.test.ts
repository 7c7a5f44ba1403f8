import { parseIfcfg, settingsOf, withValue } from "../../../../../provider/host/network/sysconfig/ifcfg-file";
import { linkFilesOf, moreFilesOf, pathFor } from "../../../../../provider/host/network/ifcfg/places";
import {
  aliasAddresses,
  configuredAddresses,
  ownAddresses,
  routesIn,
  staticRoutes,
} from "../../../../../provider/host/network/ifcfg/port-gives";

const FOLDER = "/etc/sysconfig/network-scripts/";
const named = (files: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(files).map(([name, text]) => [`${FOLDER}${name}`, text]));

describe("an ifcfg file", () => {
  it.each([
    ["DEVICE=eth0", "eth0"],
    ['DEVICE="eth0"', "eth0"],
    ["  export DEVICE='eth0'   # the office", "eth0"],
    ["DEVICE=", ""],
    ["DEVICE=a#b", "a#b"],
    ['DEVICE="$OTHER"', undefined],
    ['DEVICE="a\\"b"', undefined],
  ])("has a setting where the shell has an assignment: %s", (line, value) => {
    expect(parseIfcfg(line)[0]?.assignment?.value).toBe(value);
    expect(parseIfcfg(line)[0]).toMatchObject({ isShell: false, assignment: { key: "DEVICE" } });
  });

  it.each([
    "[ -f x ] && MTU=1300",
    "MTU=1300 IPADDR=198.51.100.2",
    "DEVICE=$OTHER",
    "DEVICE=`hostname`",
    "IPADDR=$(cat x)",
    'DEVICE="eth"0',
    'ETHTOOL_OPTS="speed 100',
    "DEVICE=eth0;MTU=1300",
    "DEVICE=eth0\r",
  ])("has what only a shell can evaluate: %j", (line) => {
    expect(parseIfcfg(line)).toEqual([{ text: line, isShell: true }]);
  });

  it("has the last of several settings of a name, and no comment", () => {
    expect([...settingsOf("MTU=1\n# MTU=3\n\nMTU=2\n")]).toEqual([["MTU", "2"]]);
  });

  it("keeps the quotes and the comment of a line whose value changes", () => {
    const changed = (line: string): string => parseIfcfg(line).map((parsed) => withValue(parsed, "no"))[0] ?? "";
    expect(['NM_CONTROLLED="yes"', "NM_CONTROLLED='yes' # never", "NM_CONTROLLED=yes"].map(changed)).toEqual([
      'NM_CONTROLLED="no"',
      "NM_CONTROLLED='no' # never",
      "NM_CONTROLLED=no",
    ]);
  });
});

describe("the files that the scripts read for a link", () => {
  it("are found by DEVICE, else by their names, and not those that rpm and editors leave", () => {
    const endings = ["~", ".bak", ".orig", ".rpmnew", ".rpmorig", ".rpmsave"];
    const files = named({
      "ifcfg-eth0": "ONBOOT=yes\n",
      "ifcfg-office": 'DEVICE="eth1"\n',
      "ifcfg-lo": "DEVICE=lo\n",
      "ifcfg-eth0:1": "IPADDR=198.51.100.3\n",
      ...Object.fromEntries(endings.map((ending) => [`ifcfg-eth0${ending}`, "DEVICE=eth0\n"])),
    });
    expect(linkFilesOf(files, "eth0").map(({ path }) => path)).toEqual([`${FOLDER}ifcfg-eth0`]);
    expect(linkFilesOf(files, "eth1").map(({ path }) => path)).toEqual([`${FOLDER}ifcfg-office`]);
  });

  it("are its aliases, ranges, routes and rules too, and not those of eth01 or of a VLAN", () => {
    const files = named({
      "ifcfg-eth0:1": "",
      "ifcfg-eth0-range0": "",
      "route-eth0": "10.0.0.0/8 via 198.51.100.1\n",
      "route-eth0:1": "ADDRESS0=10.0.0.0\n",
      "route6-eth0": "",
      "rule-eth0": "",
      "rule6-eth0": "",
      "eth0.route": "",
      "route-eth0.bak": "",
      "route-eth0.20": "",
      "route-eth01": "",
      "ifcfg-eth01:1": "",
    });
    expect(moreFilesOf(files, "eth0").map(({ path, kind }) => `${path.slice(FOLDER.length)} ${kind}`)).toEqual([
      "ifcfg-eth0:1 alias",
      "ifcfg-eth0-range0 alias",
      "route-eth0 words",
      "route-eth0:1 numbered",
      "route6-eth0 words",
      "rule-eth0 words",
      "rule6-eth0 words",
      "eth0.route numbered",
    ]);
    expect(pathFor(`${FOLDER}ifcfg-eth0-range0`, "eth0", "br0")).toBe(`${FOLDER}ifcfg-br0-range0`);
    expect(pathFor(`${FOLDER}eth0.route`, "eth0", "br0")).toBe(`${FOLDER}br0.route`);
  });
});

describe("the addresses of a link", () => {
  const addresses = (text: string): string[] => ownAddresses(settingsOf(text));

  it("are numbered from nothing, from 0 or from 1, and end at a gap above 2", () => {
    expect(
      addresses(
        "IPADDR=10.0.0.1\nPREFIX=24\nIPADDR2=10.0.2.1\nPREFIX2=25\nIPADDR3=10.0.3.1\nPREFIX3=26\nIPADDR5=10.0.5.1\n",
      ),
    ).toEqual(["10.0.0.1/24", "10.0.2.1/25", "10.0.3.1/26"]);
  });

  it("have the length of PREFIX before NETMASK, and of their class where nothing is said", () => {
    expect(addresses("IPADDR=10.0.0.1\nPREFIX=24\nNETMASK=255.0.0.0\n")).toEqual(["10.0.0.1/24"]);
    expect(addresses("IPADDR0=10.0.0.1\nNETMASK0=255.255.254.0\nIPADDR1=192.0.2.1\n")).toEqual([
      "10.0.0.1/23",
      "192.0.2.1/24",
    ]);
  });

  it("are of IPv6 only where IPV6INIT says so", () => {
    const text = 'IPV6ADDR=2001:DB8::1\nIPV6ADDR_SECONDARIES="2001:db8::2/128 2001:db8::3"\n';
    expect(addresses(text)).toEqual([]);
    expect(addresses(`${text}IPV6INIT=yes\n`)).toEqual(["2001:db8::1/64", "2001:db8::2/128", "2001:db8::3/64"]);
  });

  it("are none where it is not brought up at a boot, and a lease's where it asks for one", () => {
    expect(addresses("IPADDR=10.0.0.1\nPREFIX=24\nONBOOT=no\n")).toEqual([]);
    const files = named({ "ifcfg-eth0": "BOOTPROTO=dhcp\nIPADDR=10.0.0.1\n" });
    expect(configuredAddresses(files, "eth0")).toEqual({ fixed: [], isLeased: true });
  });

  it("are its aliases' and ranges' too, which have its netmask where they say none", () => {
    const parent = settingsOf("IPADDR=10.0.0.1\nNETMASK=255.255.0.0\n");
    expect(aliasAddresses("IPADDR=10.0.0.2\n", parent)).toEqual(["10.0.0.2/16"]);
    expect(aliasAddresses("IPADDR=10.0.0.2\nONPARENT=no\n", parent)).toEqual([]);
    expect(aliasAddresses("IPADDR_START=10.0.1.254\nIPADDR_END=10.0.1.255\nPREFIX=24\n", parent)).toEqual([
      "10.0.1.254/24",
      "10.0.1.255/24",
    ]);
    expect(aliasAddresses("IPADDR_START=10.0.1.254\nIPADDR_END=10.0.2.1\n", parent)).toEqual([]);
  });
});

test("routes are read in both forms, and those of static-routes", () => {
  const files = named({
    "route-eth0": "# old\n10.0.0.0/8 via 198.51.100.1\nblackhole 10.9.0.0/16\ndefault via 198.51.100.1 table 7",
    "eth0.route": "ADDRESS0=203.0.113.0\nNETMASK0=255.255.255.0\nGATEWAY0=198.51.100.1\nADDRESS2=192.0.2.0\n",
  });
  expect(routesIn(files, "eth0")).toEqual([
    { to: "10.0.0.0/8", via: "198.51.100.1" },
    { to: "10.9.0.0/16", via: undefined },
    { to: "default", via: "198.51.100.1" },
    { to: "203.0.113.0/24", via: "198.51.100.1" },
  ]);
  expect(
    staticRoutes("any net 10.5.0.0 netmask 255.255.0.0 gw 198.51.100.1\neth0 x\nany host 10.6.0.1 gw 198.51.100.9\n"),
  ).toEqual([
    { to: "10.5.0.0/16", via: "198.51.100.1" },
    { to: "10.6.0.1/32", via: "198.51.100.9" },
  ]);
});
