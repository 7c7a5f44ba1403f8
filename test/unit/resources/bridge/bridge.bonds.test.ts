import { desiredFiles } from "../../../../provider/resources/bridge/bridge.files";
import {
  bridgePlan,
  isAsDeclared,
  lookedAt,
  outputsOf,
  wordsOf,
} from "../../../../provider/resources/bridge/bridge.findings";
import { portsDeclared } from "../../../../provider/resources/bridge/bridge.declared";
import type { ObservedNetwork } from "../../../../provider/resources/bridge/bridge.observe";
import { bridgeRefusals, downRefusals } from "../../../../provider/resources/bridge/bridge.refusals";
import type { BridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { removalJob, switchJob } from "../../../../provider/resources/bridge/bridge.steps";
import { seenNetwork } from "../../../support/seen-network";
import { MAC, OWNER, address, bridgeJson, bridged, claim, eth, plain } from "./observed";

const bond = { bond: "bond0", of: ["eth1", "eth0"], mode: "active-backup", primary: "eth0" } as const;
const declared = (more: object = {}, given: Partial<BridgeInputs> = {}): BridgeInputs =>
  completeBridge({
    connection: { host: "198.51.100.7" },
    owner: OWNER,
    name: "br0",
    ports: [{ ...bond, ...more }],
    ...given,
  });
const onBond = declared();
const claiming = { owner: OWNER, renews: false };

const bondJson = (name: string, more: object = {}): object =>
  eth(name, { address: MAC, linkinfo: { info_kind: "bond" }, ...more });
const running = (more: object = {}, cards: readonly string[] = ["eth0", "eth1"]): ObservedNetwork["bonds"] =>
  new Map([
    [
      "bond0",
      {
        settings: {
          bond: "bond0",
          of: cards,
          mode: "active-backup",
          primary: "eth0",
          miimonMilliseconds: 100,
          ...more,
        },
        addresses: new Map(cards.map((card) => [card, card === "eth0" ? MAC : "52:54:00:00:00:11"])),
      },
    ],
  ]);

/** As the host is after a switch to `wanted`. */
function bonded(bonds = running(), wanted = onBond): ObservedNetwork {
  const cards = bonds.get("bond0")?.settings?.of ?? [];
  const card = (name: string): object => eth(name, cards.includes(name) ? { address: MAC, master: "bond0" } : {});
  return {
    ...seenNetwork(
      [bridgeJson, card("eth0"), card("eth1"), eth("eth2"), bondJson("bond0", { master: "br0" })],
      [address("br0", "10.0.2.15/24")],
      Object.fromEntries(desiredFiles(plain, wanted)),
    ),
    bonds,
    claim,
    phase: "ready",
  };
}

const network = (links: readonly object[], more: Partial<ObservedNetwork> = {}): ObservedNetwork => ({
  ...seenNetwork(
    [eth("eth0"), eth("eth1"), ...links],
    [address("eth0", "10.0.2.15/24")],
    Object.fromEntries(plain.files),
  ),
  ...more,
});
const texts = (seen: ObservedNetwork, inputs = onBond): string[] =>
  bridgeRefusals(seen, inputs).map(({ text }) => text);
const scriptOf = (job: ReturnType<typeof switchJob>, step: string): string =>
  job.steps.find(({ name }) => name === step)?.script.text ?? "";

test("a bond that is made is a port as it was declared, and the bridge has the address and the hardware address of one of its cards", () => {
  expect(texts(plain)).toEqual([]);
  const made = bonded();
  expect(wordsOf(bridgePlan(made, onBond))).toEqual([]);
  expect(outputsOf(made, onBond, "machine-1")).toMatchObject({ members: ["bond0"], macAddress: MAC, phase: "ready" });
  expect(texts(made)).toEqual([]);
  expect(made.system.readBridge(made, "br0")).toMatchObject({ macAddress: MAC, bonds: [{ macAddress: MAC }] });
});

test("what the running bond has otherwise than declared is drift, and what nobody has declared is none", () => {
  for (const [is, ports] of [
    [running({ mode: "balance-rr" }), /"mode":"balance-rr"/],
    [running({ primary: "eth1" }), /"primary":"eth1"/],
    [running({ primary: undefined }), /ports /],
    [running({ miimonMilliseconds: 0 }), /"miimonMilliseconds":0/],
    [running({}, ["eth0"]), /"of":\["eth0"\]/],
  ] as const) {
    const plan = bridgePlan(bonded(is), onBond);
    expect(plan.changes.map(({ property, effect }) => `${property}: ${effect}`)).toEqual(["ports: live"]);
    expect(plan.changes[0]?.text).toMatch(ports);
    expect(lookedAt(bonded(is), onBond, "machine-1")?.inputs.ports).not.toEqual(onBond.ports);
  }
  const others = running({ lacpRate: "slow", xmitHashPolicy: "layer2", updelayMilliseconds: 0, minLinks: 0 });
  expect(isAsDeclared(bridgePlan(bonded(others), onBond))).toBe(true);
});

test("a card that is in another bond or bridge, below a VLAN, no card, or not there is refused", () => {
  const taken = network([eth("eth2", { master: "bond7" }), bondJson("bond7")], {
    bonds: new Map([["bond7", { settings: undefined, addresses: new Map() }]]),
  });
  expect(texts(taken, declared({ of: ["eth0", "eth2"] }))).toEqual([
    "eth2 is in bond7 already. Take it out of there, or leave it.",
  ]);
  expect(texts(network([eth("eth2", { master: "br7" })]), declared({ of: ["eth0", "eth2"] }))).toEqual([
    "eth2 is a port of br7 already. Take it out of there, or leave it.",
  ]);
  const vlan = eth("eth1.7", { link: "eth1", linkinfo: { info_kind: "vlan", info_data: { id: 7 } } });
  expect(texts(network([vlan]))).toEqual([
    expect.stringMatching(/eth1\.7 stands on eth1, which goes down for a moment/),
  ]);
  expect(texts(network([vlan]), declared({ of: ["eth0", "eth1.7"] }))).toContainEqual(
    "eth1.7 is no card, so it cannot be in bond0. Name cards only.",
  );
  expect(texts(plain, declared({ of: ["eth0", "eth9"] }))).toEqual([
    expect.stringMatching(/no link eth9; there are eth0, eth1/),
  ]);
});

test("a bond of that name that is there, and a kernel that makes none, are refused", () => {
  const there = network([bondJson("bond0")], { bonds: running({}, []) });
  expect(texts(there)).toEqual([
    'bond0 is there already and was not made for this bridge. Name it in ports as text, "bond0", or remove it.',
  ]);
  expect(texts({ ...plain, canBond: false })).toEqual([expect.stringMatching(/no module "bonding"/)]);
  expect(texts({ ...plain, canBond: false }, declared({}, { ports: ["eth0"] }))).toEqual([]);
  expect(
    texts({
      ...plain,
      facts: new Map([
        ["there", "yes"],
        ["bridge-utils", "yes"],
      ]),
    }),
  ).toEqual([expect.stringMatching(/^ifenslave, whose hooks make ifupdown's bonds, is not installed/)]);
  // Named as text it is a port like another.
  const asText = {
    ...there,
    files: new Map([...plain.files].map(([path, text]) => [path, text.replaceAll("eth0", "bond0")])),
  };
  expect(texts(asText, declared({}, { ports: ["bond0"] }))).toEqual([]);
});

test("a card whose lines put it into another bond is refused", () => {
  const files = new Map(
    [...plain.files].map(([path, text]) => [path, `${text}iface bond7 inet manual\n  bond-slaves eth1 eth5\n`]),
  );
  expect(texts({ ...plain, files })).toEqual([
    expect.stringMatching(/"bond-slaves eth1 eth5" below "iface bond7" puts eth1 into another link already/),
  ]);
});

test("making it takes bond and cards down and up, and looks at the last moment whether somebody has made one of that name", () => {
  const job = switchJob(plain, onBond, claiming);
  const apply = scriptOf(job, "apply");
  expect(apply).toMatch(/^ports='bond0 eth0 eth1'\nbonds='?bond0'?$/m);
  expect(apply).toContain("for card in 'bond0/eth0' 'bond0/eth1'; do");
  expect(scriptOf(job, "see-network-at-rest")).toContain("[ ! -e '/sys/class/net/bond0' ] || die 'bond0'");
  const again = switchJob(bonded(running({ mode: "balance-rr" })), onBond, claiming);
  expect(scriptOf(again, "see-network-at-rest")).not.toContain("/sys/class/net/bond0");
  const sent = (name: string): string => String(job.files?.find((file) => file.name === name)?.content);
  expect(sent("rollback.sh")).toMatch(/^bonds='?bond0'?$/m);
  expect(sent("first-boot.sh")).toMatch(/^ports='bond0 eth0 eth1'\nbonded='bond0\/eth0 bond0\/eth1'$/m);
});

test("a card that comes out of the bridge into its bond keeps the longest packet that the bond gives it", () => {
  const before = bridged(declared({}, { ports: ["eth0"], mtu: 9000 }));
  const longest = (ports: BridgeInputs["ports"]): string => {
    const wanted = declared({}, { mtu: 9000, ports: ports ?? [] });
    return (
      scriptOf(switchJob(before, wanted, claiming), "apply")
        .split("links_up\n")
        .at(-1) ?? ""
    );
  };
  expect(longest(onBond.ports)).toContain("ip link set dev 'bond0' mtu 9000");
  expect(longest(onBond.ports)).not.toContain("dev 'eth0' mtu");
  expect(longest(["eth1"])).toContain("ip link set dev 'eth0' mtu 1500");
});

test("removing the bridge, or the bond from it, gives the cards their own lines back and takes the bond away", () => {
  const made = bonded();
  expect(scriptOf(removalJob(made, onBond, claiming), "apply")).toMatch(/^ports='bond0 eth0 eth1'\nbonds='?bond0'?$/m);
  expect(made.system.withoutBridge(made.files, "br0")).toEqual(plain.files);
  const alone = declared({}, { ports: ["eth0"] });
  expect(texts(made, alone)).toEqual([]);
  const job = switchJob(made, alone, claiming);
  expect(scriptOf(job, "apply")).toMatch(/^ports='eth0 bond0 eth1'\nbonds='?bond0'?$/m);
  // The address that the card gets back out of the bond, which all have in it.
  expect(
    desiredFiles(made, declared({}, { ports: ["eth1"], addresses: "none" })).get("/etc/network/interfaces"),
  ).toContain("bridge_hw 52:54:00:00:00:11");
});

test("a card that leaves a bond takes its hardware address along, and one whose address nobody knows any more leaves it there", () => {
  const only = desiredFiles(bonded(), declared({ of: ["eth1"], primary: undefined }, { addresses: "none" }));
  expect(only.get("/etc/network/interfaces")).toMatch(
    /  hwaddress 52:54:00:00:00:11\n[^]*  bridge_hw 52:54:00:00:00:11\n/,
  );
  const addresses = new Map([["eth0", "52:54:00:00:00:99"]]);
  const told = new Map([...running()].map(([name, { settings }]) => [name, { settings, addresses }]));
  expect(bridgePlan(bonded(told), onBond)).toEqual({ changes: [], findings: [] });
});

test("what was made for a bridge stays declared so, and is not taken down below somebody's link", () => {
  expect(texts(bonded(), declared({}, { ports: ["bond0"], addresses: "none" }))).toContainEqual(
    expect.stringMatching(
      /bond0 was made for br0\. Keep it in ports as \{ bond: "bond0", of: \["eth0","eth1"\], mode: "active-backup" \}/,
    ),
  );
  const seen = bonded();
  const vlan = {
    ...network([]).links[0],
    name: "bond0.20",
    under: "bond0",
    vlan: 20,
  } as ObservedNetwork["links"][number];
  expect(downRefusals({ ...seen, links: [...seen.links, vlan] }, "br0").map(({ text }) => text)).toEqual([
    expect.stringMatching(/bond0\.20 on br0 and bond0 would be lost/),
  ]);
});

test("modes that are no use for guests are warned of", () => {
  const warned = (mode: string): readonly string[] =>
    outputsOf(plain, declared({ mode, primary: undefined }), "machine-1").warnings;
  for (const mode of ["active-backup", "balance-xor", "802.3ad"]) expect(warned(mode)).toEqual([]);
  for (const mode of ["balance-rr", "broadcast", "balance-tlb", "balance-alb"])
    expect(warned(mode)).toEqual([
      expect.stringMatching(new RegExp(`^The mode of bond0 is ${mode}: .* For guests use`)),
    ]);
});

test("two bridges of a program that need the same card, or make a bond of the same name, are told of", () => {
  expect(portsDeclared([bond, "eth2"], 0).map(({ path, value }) => [path.join("."), value])).toEqual([
    ["ports.0", "bond0"],
    ["ports.0", "eth1"],
    ["ports.0", "eth0"],
    ["ports.1", "eth2"],
  ]);
});
