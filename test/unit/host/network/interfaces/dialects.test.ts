import { ifupdownDialect } from "../../../../../provider/host/network/ifupdown/dialect";
import { ifupdown2Dialect } from "../../../../../provider/host/network/ifupdown2/dialect";
import { ifupdownNgDialect } from "../../../../../provider/host/network/ifupdown-ng/dialect";
import type { Dialect } from "../../../../../provider/host/network/interfaces/dialect";
import { parseInterfaces, stanzasOf } from "../../../../../provider/host/network/interfaces/interfaces-file";
import { fateOf } from "../../../../../provider/host/network/interfaces/port-lines";
import { MAIN_FILE, giveBack, takeOver } from "../../../../../provider/host/network/interfaces/take-over";
import { takeOverFaults } from "../../../../../provider/host/network/interfaces/take-over-faults";
import { desiredBridge } from "../../../../support/desired-bridge";

const DIALECTS = { ifupdown: ifupdownDialect, ifupdown2: ifupdown2Dialect, "ifupdown-ng": ifupdownNgDialect };
type Name = keyof typeof DIALECTS;

const main = (text: string): ReadonlyMap<string, string> => new Map([[MAIN_FILE, text]]);
const PLAIN = "auto eth0\niface eth0 inet static\n  address 198.51.100.2/24\n";
const desired = desiredBridge({ macAddress: "52:54:00:00:00:01" });
const blockOf = (dialect: Dialect, text: string, wanted = desired): string =>
  /\nauto br0\n([^]*)# <<< pulumi-xen br0\n$/.exec(takeOver(dialect, main(text), wanted).get(MAIN_FILE) ?? "")?.[1] ??
  "";

describe("the words in which a bridge is written", () => {
  it("are those of ifupdown2, which is told not to make a router of it", () => {
    const wanted = { ...desired, stp: true, forwardDelaySeconds: 2.5, helloTimeSeconds: 1, priority: 4096 };
    expect(blockOf(ifupdown2Dialect, PLAIN, wanted)).toBe(`iface br0 inet static
  address 198.51.100.2/24
  bridge-ports eth0
  bridge-stp on
  bridge-fd 3
  post-up ip link set dev br0 type bridge forward_delay 250
  bridge-hello 1
  bridge-bridgeprio 4096
  hwaddress 52:54:00:00:00:01
  bridge-maxwait 0
  post-up cat /proc/sys/net/ipv4/conf/default/forwarding >/proc/sys/net/ipv4/conf/br0/forwarding
  post-up cat /proc/sys/net/ipv6/conf/default/forwarding >/proc/sys/net/ipv6/conf/br0/forwarding
`);
  });

  it("are iproute2's for ifupdown-ng, whose own have another unit with each tool", () => {
    const wanted = { ...desired, stp: true, forwardDelaySeconds: 2.5, ageingSeconds: 20 };
    expect(blockOf(ifupdownNgDialect, PLAIN, wanted)).toBe(`iface br0 inet static
  address 198.51.100.2/24
  bridge-ports eth0
  use bridge
  hwaddress 52:54:00:00:00:01
  bridge-maxwait 0
  post-up ip link set dev br0 type bridge forward_delay 250
  post-up ip link set dev br0 type bridge ageing_time 2000
  post-up ip link set dev br0 type bridge stp_state 1
`);
  });

  it.each([
    ["mtu 1400", "  mtu 1400\n"],
    ["mtu 9000", "  mtu 9000\n"],
    ["mtu 1500", ""],
  ])("give a bridge of ifupdown2 what its port has by %s", (line, said) => {
    const block = blockOf(ifupdown2Dialect, `${PLAIN}  ${line}\n`);
    expect(/ {2}mtu \d+\n/.exec(block)?.[0] ?? "").toBe(said);
  });

  it("give a port of ifupdown2 the MTU of its bridge, which each ifup of it would set to 1500", () => {
    const text = "auto eth0\niface eth0\n  mtu 9000\n";
    const taken = takeOver(ifupdown2Dialect, main(text), { ...desired, addresses: "dhcp", mtu: 1400 });
    expect(taken.get(MAIN_FILE)).toContain("# >>> pulumi-xen br0\niface eth0 inet manual\n  mtu 1400\n# <<<");
    expect(giveBack(taken, "br0")).toEqual(main(text));
  });

  it("start an alias where the port's was started, and only there", () => {
    const alias = "iface eth0:1 inet static\n  address 198.51.100.3/24\n";
    const startedBy = (dialect: Dialect, line: string): boolean =>
      (takeOver(dialect, main(`${line}\n${PLAIN}${alias}`), desired).get(MAIN_FILE) ?? "").includes("\nauto br0:1\n");
    expect(startedBy(ifupdownDialect, "auto eth0 eth0:1")).toBe(true);
    expect(startedBy(ifupdownNgDialect, "auto eth0:1")).toBe(true);
    // It reads the first name and no further.
    expect(startedBy(ifupdownNgDialect, "auto eth0 eth0:1")).toBe(false);
    expect(startedBy(ifupdownDialect, "auto eth1")).toBe(false);
  });
});

describe("the addresses of a stanza", () => {
  it.each([
    ["ifupdown", "address 198.51.100.2\n netmask 24", ["198.51.100.2/24"]],
    ["ifupdown2", "address 198.51.100.2/24\n address 2001:DB8::2/64", ["198.51.100.2/24", "2001:db8::2/64"]],
    ["ifupdown2", "address 198.51.100.2\n netmask 24\n address 10.1.0.2", ["198.51.100.2/24", "10.1.0.2/32"]],
    ["ifupdown2", "address 10.0.0.2/8\n address 10.1.0.2\n netmask 255.255.0.0", ["10.0.0.2/8", "10.1.0.2/16"]],
    ["ifupdown2", "netmask 24\n address 198.51.100.2", ["198.51.100.2/32"]],
    ["ifupdown-ng", "address 198.51.100.2\n address 2001:DB8::2", ["198.51.100.2/24", "2001:db8::2/64"]],
    [
      "ifupdown-ng",
      "address 198.51.100.2\n netmask 255.255.255.128\n address 10.0.0.2/8",
      ["198.51.100.2/25", "10.0.0.2/8"],
    ],
  ] as [Name, string, string[]][])("are for %s with %j: %j", (name, options, fixed) => {
    const dialect = DIALECTS[name];
    const [stanza] = stanzasOf(dialect, main(`iface eth0 inet static\n ${options}\n`), "eth0");
    expect(stanza === undefined ? undefined : dialect.fixedAddresses(stanza)).toEqual(fixed);
  });

  it.each([
    ["ifupdown", "iface eth0 inet manual\n address 198.51.100.2/24\n", false],
    ["ifupdown2", "iface eth0 inet manual\n address 198.51.100.2/24\n", true],
    ["ifupdown-ng", "iface eth0 inet manual\n address 198.51.100.2/24\n", true],
    ["ifupdown-ng", "iface eth0\n use dhcp\n", true],
    ["ifupdown-ng", "iface eth0\n mtu 1400\n", false],
    ["ifupdown2", "iface eth0\n mtu 1400\n", false],
  ] as [Name, string, boolean][])("are there for %s with %j: %s", (name, text, isThere) => {
    const dialect = DIALECTS[name];
    expect(stanzasOf(dialect, main(text), "eth0").some(dialect.isAddressed)).toBe(isThere);
  });
});

test.each([
  ["ifupdown2", "tso-offload off", "stays"],
  ["ifupdown2", "link_duplex full", "stays"],
  ["ifupdown2", "address-purge no", "moves"],
  ["ifupdown2", "ip-forward on", "refused"],
  ["ifupdown2", "vrf mgmt", "refused"],
  ["ifupdown", "tso-offload off", "refused"],
  ["ifupdown-ng", "use dhcp", "moves"],
  ["ifupdown-ng", "use ethtool", "stays"],
  ["ifupdown-ng", "use wifi", "refused"],
  ["ifupdown-ng", "point-to-point 198.51.100.1", "moves"],
  ["ifupdown-ng", "forward-ipv4 yes", "moves"],
  ["ifupdown-ng", "requires eth1", "stays"],
  ["ifupdown-ng", "bridge-pvid 7", "refused"],
] as [Name, string, string][])("of a port of %s the line %j %s", (name, text, fate) => {
  const [option = "", ...value] = text.split(" ");
  expect(fateOf(DIALECTS[name], { name: option, value: value.join(" ") }, "eth0", "br0").fate).toBe(fate);
});

test.each([
  ["ifupdown2", `iface eth[0-1]\n  mtu 1500\n${PLAIN}`, /"iface eth\[0-1\]" .* stands for eth0 too/],
  ["ifupdown2", `% for n in [3]:\nauto dum\${n}\n% endfor\n${PLAIN}`, /is a template/],
  ["ifupdown2", `${PLAIN}  up printf '%s' x\n`, undefined],
  ["ifupdown-ng", `${PLAIN}auto eth9\n  mtu 1400\n`, /"mtu 1400" .* stands below no "iface"/],
  ["ifupdown-ng", `${PLAIN}allow-hotplug eth0\n  gateway 198.51.100.1\n`, undefined],
  ["ifupdown-ng", `defaults\n  mtu 1400\n${PLAIN}`, /gives all links options/],
  ["ifupdown-ng", `${PLAIN}  inherit common\ntemplate common\n  mtu 1400\n`, /lines of eth0 inherit from "common"/],
  ["ifupdown-ng", `${PLAIN}iface home\n  inherit eth0\n`, /lines of home inherit from those of eth0/],
  ["ifupdown-ng", `${PLAIN}template other\n  mtu 1400\n`, undefined],
] as [Name, string, RegExp | undefined][])("what stands in the way with %s is said: %j", (name, text, fault) => {
  const found = takeOverFaults(DIALECTS[name], main(text), desired);
  expect(found).toEqual(fault === undefined ? [] : [expect.stringMatching(fault)]);
});

test.each(Object.keys(DIALECTS) as Name[])("%s gives several addresses of one stanza back byte for byte", (name) => {
  const text = `${PLAIN}  address 198.51.100.3/24\n  # two of them\n  up ip route add 10.4.0.0/16 via 198.51.100.1\n`;
  const taken = takeOver(DIALECTS[name], main(text), desired);
  expect(taken.get(MAIN_FILE)).toContain("\n  address 198.51.100.2/24\n  address 198.51.100.3/24\n");
  expect(giveBack(taken, "br0")).toEqual(main(text));
});

test("a line that ifupdown-ng passes over ends no stanza", () => {
  const { stanzas } = parseInterfaces(
    ifupdownNgDialect.syntax,
    "iface eth0\n  mtu 1400\nallow-hotplug eth0\n  address 1.2.3.4/8\n",
  );
  expect(stanzas[0]?.options.map(({ name }) => name)).toEqual(["mtu", "address"]);
});
