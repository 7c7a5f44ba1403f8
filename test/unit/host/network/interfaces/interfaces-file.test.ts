import { ifupdownDialect } from "../../../../../provider/host/network/ifupdown/dialect";
import {
  configuredAddresses,
  parseInterfaces,
  readsInterfacesD,
} from "../../../../../provider/host/network/interfaces/interfaces-file";

const TEXT = `# This file describes the network
source /etc/network/interfaces.d/*

auto lo eth0
iface lo inet loopback

allow-hotplug eth1
iface eth0 inet static
  address 10.0.2.15/24
  # by hand
  up ip route add 10.9.0.0/16 \\
     via 10.0.2.9

  gateway 10.0.2.2

# the other one
iface eth0 inet6 auto
iface eth1 inet dhcp
`;

test("stanzas come with their options, continued lines and their place", () => {
  const { stanzas } = parseInterfaces(ifupdownDialect.syntax, TEXT);
  expect(stanzas.map(({ interface: name, family, method }) => `${name} ${family} ${method}`)).toEqual([
    "lo inet loopback",
    "eth0 inet static",
    "eth0 inet6 auto",
    "eth1 inet dhcp",
  ]);
  const eth0 = stanzas[1];
  expect(eth0?.options).toEqual([
    { name: "address", value: "10.0.2.15/24" },
    { name: "up", value: expect.stringMatching(/^ip route add 10\.9\.0\.0\/16\s+via 10\.0\.2\.9$/) as string },
    { name: "gateway", value: "10.0.2.2" },
  ]);
  expect(TEXT.split("\n").slice(eth0?.begin, eth0?.end).at(-1)).toBe("  gateway 10.0.2.2");
});

test("what is started, and how, is told", () => {
  expect(parseInterfaces(ifupdownDialect.syntax, TEXT).started).toEqual([
    { keyword: "auto", interfaces: ["lo", "eth0"], begin: 3, end: 4 },
    { keyword: "allow-hotplug", interfaces: ["eth1"], begin: 6, end: 7 },
  ]);
});

test.each([
  ["source /etc/network/interfaces.d/*", true],
  ["source interfaces.d/*", true],
  ["source-directory /etc/network/interfaces.d", true],
  ["source-directory interfaces.d/", true],
  ["#source /etc/network/interfaces.d/*", false],
  ["source /etc/network/interfaces.d/*.cfg", false],
  ["auto lo", false],
])("with %s the folder interfaces.d is read: %s", (line, reads) => {
  expect(
    readsInterfacesD(ifupdownDialect.syntax, parseInterfaces(ifupdownDialect.syntax, `${line}\n`), () => false),
  ).toBe(reads);
});

test.each([
  ["address 10.0.0.1/24", ["10.0.0.1/24"]],
  ["address 10.0.0.1\n netmask 255.255.252.0", ["10.0.0.1/22"]],
  ["address 10.0.0.1\n netmask 24", ["10.0.0.1/24"]],
  ["address 10.0.0.1\n netmask 255.0.255.0", []],
])("a static stanza with %j gives %j", (options, fixed) => {
  const files = new Map([["x", `iface br0 inet static\n ${options}\n`]]);
  expect(configuredAddresses(ifupdownDialect, files, "br0")).toEqual({ fixed, isLeased: false });
});
