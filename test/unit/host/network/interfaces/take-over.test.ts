import fc from "fast-check";
import type { DesiredBridge } from "../../../../../provider/host/network/desired-bridge";
import { ifupdownDialect } from "../../../../../provider/host/network/ifupdown/dialect";
import {
  MAIN_FILE,
  giveBack,
  holdsBridge,
  inNormalForm,
  ownFile,
  takeOver as takeOverIn,
} from "../../../../../provider/host/network/interfaces/take-over";
import { takeOverFaults as faultsIn } from "../../../../../provider/host/network/interfaces/take-over-faults";
import { desiredBridge } from "../../../../support/desired-bridge";

const PLAIN = `auto lo
iface lo inet loopback
auto eth0
iface eth0 inet static
  address 10.0.2.15/24
  gateway 10.0.2.2
`;
const SOURCED = `source /etc/network/interfaces.d/*\n${PLAIN}`;

const desired = desiredBridge({ macAddress: "52:54:00:00:00:01" });

const takeOver = (files: ReadonlyMap<string, string>, wanted: DesiredBridge) =>
  takeOverIn(ifupdownDialect, files, wanted);
const takeOverFaults = (files: ReadonlyMap<string, string>, wanted: DesiredBridge) =>
  faultsIn(ifupdownDialect, files, wanted);
const main = (text: string): ReadonlyMap<string, string> => new Map([[MAIN_FILE, text]]);

test("the bridge takes the port's address over, in the one file that there is", () => {
  expect(takeOver(main(PLAIN), desired).get(MAIN_FILE)).toBe(`auto lo
iface lo inet loopback
auto eth0
#pulumi-xen br0# iface eth0 inet static
#pulumi-xen br0#   address 10.0.2.15/24
#pulumi-xen br0#   gateway 10.0.2.2
# >>> pulumi-xen br0
iface eth0 inet manual
# <<< pulumi-xen br0
# >>> pulumi-xen br0
# Written by pulumi-xen (Bridge); changes here are overwritten.
auto br0
iface br0 inet static
  address 10.0.2.15/24
  gateway 10.0.2.2
  bridge_ports eth0
  bridge_stp off
  bridge_fd 0
  bridge_hw 52:54:00:00:00:01
  bridge_maxwait 0
# <<< pulumi-xen br0
`);
});

test("where interfaces.d is read, the bridge has a file of its own there", () => {
  const files = takeOver(main(SOURCED), desired);
  expect(files.get(ownFile("br0"))).toMatch(/^# Written by pulumi-xen[^\n]*\nauto br0\niface br0 inet static\n/);
  expect(files.get(MAIN_FILE)).not.toContain("br0 inet");
});

test("a lease moves to the bridge, and what belongs to the hardware stays with the port", () => {
  const text = "allow-hotplug eth0\niface eth0 inet dhcp\n  hwaddress 52:54:00:00:00:01\n  metric 5\n";
  const files = takeOver(main(text), desired);
  expect(files.get(MAIN_FILE)).toContain("iface eth0 inet manual\n  hwaddress 52:54:00:00:00:01\n#");
  expect(files.get(MAIN_FILE)).toContain("iface br0 inet dhcp\n  metric 5\n  bridge_ports eth0\n");
});

test("an alias moves to the bridge, and is no longer started on the port", () => {
  const text =
    "auto eth0 eth0:1\niface eth0 inet static\n  address 10.0.2.15/24\niface eth0:1 inet static\n  address 10.0.2.16/24\n  up ip route add 10.9.0.0/16 dev eth0:1\n";
  const files = takeOver(main(text), desired);
  expect(files.get(MAIN_FILE)).toContain("auto br0\nauto br0:1\niface br0 inet static\n  address 10.0.2.15/24\n");
  expect(files.get(MAIN_FILE)).toContain(
    "iface br0:1 inet static\n  address 10.0.2.16/24\n  up ip route add 10.9.0.0/16 dev br0:1\n",
  );
  expect(files.get(MAIN_FILE)).toContain(
    "#pulumi-xen br0# auto eth0 eth0:1\n# >>> pulumi-xen br0\nauto eth0\n# <<< pulumi-xen br0\n",
  );
  expect(giveBack(files, "br0")).toEqual(main(text));
});

test("a port that had a bridge's mtu gets its own back", () => {
  const text = "auto eth0\niface eth0 inet static\n  address 10.0.2.15/24\n  mtu 9000\n";
  expect(takeOver(main(text), { ...desired, mtu: 1400 }).get(MAIN_FILE)).toContain(
    "post-down ip link set dev eth0 mtu 9000\n",
  );
  expect(takeOver(main(PLAIN), { ...desired, mtu: 1400 }).get(MAIN_FILE)).toContain(
    "post-down ip link set dev eth0 mtu 1500\n",
  );
});

test("a bridge without ports and with an address of its own leaves everything else as it is", () => {
  const files = takeOver(main(PLAIN), {
    ...desired,
    ports: [],
    addresses: { cidr: ["10.7.0.1/24", "fd00::1/64"], gateway: "fd00::ff" },
  });
  expect(files.get(MAIN_FILE)?.startsWith(PLAIN)).toBe(true);
  expect(files.get(MAIN_FILE)).toContain("iface br0 inet static\n  address 10.7.0.1/24\n  bridge_ports none\n");
  expect(files.get(MAIN_FILE)).toContain("iface br0 inet6 static\n  address fd00::1/64\n  gateway fd00::ff\n");
});

test("two bridges in one file do not disturb each other", () => {
  const other: DesiredBridge = { ...desired, name: "br1", ports: [], addresses: "none" };
  const both = takeOver(takeOver(main(PLAIN), desired), other);
  expect(giveBack(both, "br0").get(MAIN_FILE)).toBe(takeOver(main(PLAIN), other).get(MAIN_FILE));
  expect(giveBack(giveBack(both, "br0"), "br1").get(MAIN_FILE)).toBe(PLAIN);
});

const line = fc.constantFrom(
  "",
  "  ",
  "# note",
  "auto lo",
  "auto eth0",
  "allow-hotplug eth0",
  "iface eth0 inet dhcp",
  "iface eth0 inet6 auto",
  "iface lo inet loopback",
  "iface eth0 inet static",
  "  address 10.0.0.1/24",
  "\tgateway 10.0.0.2",
  "  up echo \\",
  "   more",
  "iface eth1 inet manual",
  "source /etc/network/interfaces.d/*",
  "no-scripts eth0",
);

test("giving back restores every file byte for byte", () => {
  fc.assert(
    fc.property(
      fc.array(line),
      fc.array(line),
      fc.boolean(),
      fc.constantFrom("inherit", "dhcp", "none"),
      (a, b, newline, addresses) => {
        const files = new Map([
          [MAIN_FILE, a.join("\n") + (newline ? "\n" : "")],
          ["/etc/network/interfaces.d/other", b.join("\n")],
        ]);
        const taken = takeOver(files, { ...desired, addresses });
        expect(holdsBridge(taken, "br0")).toBe(true);
        expect(giveBack(taken, "br0")).toEqual(files);
        expect(holdsBridge(giveBack(taken, "br0"), "br0")).toBe(false);
      },
    ),
  );
});

test("what somebody has added meanwhile stays when the lines are given back", () => {
  const taken = takeOver(main(PLAIN), desired);
  const edited = new Map([[MAIN_FILE, `# hello\n${taken.get(MAIN_FILE) ?? ""}iface eth7 inet manual\n`]]);
  expect(giveBack(edited, "br0").get(MAIN_FILE)).toBe(`# hello\n${PLAIN}iface eth7 inet manual\n`);
});

test.each([
  [PLAIN, desired, []],
  [PLAIN.replace("static", "manual"), desired, [/None of eth0 has addresses/]],
  [`${PLAIN}iface br0 inet manual\n`, desired, [/configures br0 already/]],
  [PLAIN.replace("static", "static inherits base"), desired, [/inherit from "base"/]],
  [`${PLAIN}  wpa-ssid x\n`, desired, [/eth0 cannot become a port of br0: it is wireless\./]],
  [`${PLAIN}  some-hook x\n`, desired, [/"some-hook x" is neither known as an address's nor as the card's/]],
  [`${PLAIN}mapping eth*\n  script x\n`, desired, [/gives eth0 other lines .*"mapping"/]],
  [`${PLAIN}mapping wlan*\n  script x\n`, desired, []],
  [`${PLAIN}auto eth0=home\n`, desired, [/gives eth0 other lines .*"auto"/]],
  [`${PLAIN}iface eth7 inet static inherits eth0\n`, desired, [/lines of eth7 inherit from those of eth0/]],
  [PLAIN.replace("inet static", "inet ppp"), desired, [/its method is "ppp"/]],
  [
    "iface eth0 inet manual\n  up ip addr add 10.0.0.1/8 dev eth0\n",
    { ...desired, addresses: "dhcp" },
    [/gives it addresses by hand/],
  ],
  [
    `${PLAIN}  up ip route add 10.9.0.0/16 via 10.0.2.2\n`,
    { ...desired, addresses: "dhcp" },
    [/"up ip route add .*" of eth0 would be lost/],
  ],
  [
    `${PLAIN}iface eth0:1 inet static\n  address 10.0.2.16/24\n`,
    { ...desired, addresses: { cidr: ["10.0.2.15/24"] } },
    [/eth0:1 has 10\.0\.2\.16\/24, which would be lost/],
  ],
  [`${PLAIN}iface eth1 inet dhcp\n`, { ...desired, ports: ["eth0", "eth1"] }, [/eth0 and eth1 both have addresses/]],
] as [string, DesiredBridge, RegExp[]][])("what stands in the way is said: %#", (text, wanted, faults) => {
  const found = takeOverFaults(main(text), wanted);
  expect(found).toHaveLength(faults.length);
  faults.forEach((fault, at) => {
    expect(found[at]).toMatch(fault);
  });
});

test("without /etc/network/interfaces there is nothing to take over", () => {
  expect(takeOverFaults(new Map(), { ...desired, addresses: "none" })).toEqual([
    expect.stringContaining("is not there"),
  ]);
});

describe("two bridges in one file", () => {
  const inner: DesiredBridge = { name: "br1", ports: [], addresses: "none", stp: false, forwardDelaySeconds: 0 };
  // With and without a newline at the end, and with something behind our lines that somebody has added since.
  const texts = [PLAIN, PLAIN.trimEnd(), `${PLAIN}\n# the end\n`];

  test.each(texts)("say the same in whichever order they came, and each is given back alone", (text) => {
    const [first, second] = [
      takeOver(takeOver(main(text), desired), inner),
      takeOver(takeOver(main(text), inner), desired),
    ];
    expect(first).not.toEqual(second);
    expect(inNormalForm(first.get(MAIN_FILE) ?? "")).toBe(inNormalForm(second.get(MAIN_FILE) ?? ""));
    for (const both of [first, second]) {
      for (const [one, other] of [
        ["br0", "br1"],
        ["br1", "br0"],
      ] as const) {
        expect(giveBack(giveBack(both, one), other).get(MAIN_FILE)).toBe(text);
      }
    }
  });

  test("differ where a setting differs, or a line of somebody else's", () => {
    const text = takeOver(takeOver(main(PLAIN), desired), inner).get(MAIN_FILE) ?? "";
    expect(inNormalForm(text)).not.toBe(inNormalForm(text.replace("bridge_ports none", "bridge_ports eth1")));
    expect(inNormalForm(text)).not.toBe(inNormalForm(`auto eth9\n${text}`));
  });
});
