/** A bridge until the next boot: what check and a look at the host refuse, and what its jobs arm. */
import type { SeenSystem } from "../../../../provider/host/network/network-systems";
import { networkManager } from "../../../../provider/host/network/network-manager/network-manager";
import { networkd } from "../../../../provider/host/network/networkd/networkd";
import { parseRoutes } from "../../../../provider/host/network/routes";
import { refreshed } from "../../../../provider/resources/bridge/bridge.lifecycle";
import { type ObservedNetwork, toItsSystem } from "../../../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs } from "../../../../provider/resources/bridge/bridge.properties";
import { bridgeRefusals } from "../../../../provider/resources/bridge/bridge.refusals";
import { bridgeCreation, bridgeFaults, completeBridge } from "../../../../provider/resources/bridge/bridge.rules";
import { beginningSteps, switchJob } from "../../../../provider/resources/bridge/bridge.steps";
import { bridgeChanges } from "../../../../provider/resources/bridge/bridge.findings";
import { seenNetwork } from "../../../support/seen-network";
import { CLAIM_ID, OWNER, address, bridged, claim, eth, inputs, plain } from "./observed";

const passing: BridgeInputs = { ...inputs, persistent: false };
const claiming = { owner: OWNER, renews: false };
const texts = (network: ObservedNetwork, declared: BridgeInputs = passing): string[] =>
  bridgeRefusals(toItsSystem(network, declared), declared).map(({ text }) => text);
const beside = (rival: SeenSystem, more: Partial<ObservedNetwork> = {}): ObservedNetwork => ({
  ...plain,
  rivals: [rival],
  ...more,
});
const jobText = (network: ObservedNetwork, declared: BridgeInputs): string => {
  const job = switchJob(toItsSystem(network, declared), declared, claiming);
  return [
    ...job.steps.map(({ script }) => script.text),
    ...(job.files ?? []).map(({ content }) => String(content)),
  ].join("\n");
};

describe("check", () => {
  const faultsOf = (more: Partial<BridgeInputs>): string[] =>
    bridgeFaults(completeBridge({ ...inputs, persistent: false, ...more })).map(
      ({ property, reason }) => `${property} ${reason}`,
    );

  it.each([
    [
      "a lease",
      { addresses: "dhcp" },
      'addresses is "dhcp", but with persistent: false no DHCP client runs on the bridge.',
    ],
    [
      "name servers",
      { dns: ["198.51.100.53"] },
      "dns is given, but with persistent: false the host's name servers stay as they are.",
    ],
    [
      "a VLAN that is made",
      { ports: [{ on: "eth0", vlan: 20 }], addresses: "none" },
      "ports has VLAN 20 of eth0, but with persistent: false no VLAN is made. Make it on the host and name it as text",
    ],
    [
      "a bond that is made",
      { ports: [{ bond: "bond0", of: ["eth0", "eth1"], mode: "active-backup" }] },
      "ports has the bond bond0, but with persistent: false no bond is made. Make it on the host and name it as text",
    ],
    [
      "VLANs that it filters",
      { vlanFiltering: true },
      "vlanFiltering is true, but with persistent: false the bridge filters no VLANs.",
    ],
    ["a bridge that is there", { adopt: true }, "persistent is false, but an adopted bridge is used as it is."],
  ] as const)("refuses %s", (_what, more, sentence) => {
    expect(faultsOf(more)).toEqual([expect.stringContaining(sentence)]);
  });

  it("takes a network of guests with nat and addresses", () => {
    expect(
      faultsOf({
        ports: [],
        addresses: { cidr: ["10.9.0.1/24"] },
        nat: true,
        guestDhcp: { from: "10.9.0.100", to: "10.9.0.199" },
      }),
    ).toEqual([]);
  });
});

describe("a preview", () => {
  it("says that the next boot takes it away", () => {
    expect(bridgeCreation(passing).join("\n")).toMatch(
      /next boot brings the old network back, and an up makes it again/,
    );
    expect(bridgeChanges(inputs, passing)).toMatchObject([
      {
        property: "persistent",
        effect: "live",
        text: expect.stringContaining("the next boot of the host takes it away") as string,
      },
    ]);
  });

  it("says nothing to a state from before there was persistent", () => {
    const { persistent: _persistent, ...old } = inputs;
    expect(bridgeChanges(old, inputs)).toEqual([]);
  });
});

describe("a host whose network system nobody knows", () => {
  const busybox: ObservedNetwork = {
    ...plain,
    facts: new Map([["variant", "BusyBox"]]),
    lasting: { ...plain.lasting, facts: new Map([["variant", "BusyBox"]]) },
  };

  it("is told of persistent: false, and can have such a bridge", () => {
    expect(texts(busybox, inputs)).toEqual([
      expect.stringMatching(/Its ifup is "BusyBox"; .* or set persistent: false/),
      expect.any(String),
    ]);
    expect(texts(busybox)).toEqual([]);
  });

  it("shows after a boot that the bridge is missing, and is not said to be unreadable", () => {
    const outputs = { machineId: "machine-1", claimId: CLAIM_ID, phase: "ready" } as never;
    const seen = refreshed({ ...busybox, claim, phase: "ready" }, passing, outputs);
    expect(seen?.unfinished).toEqual([
      expect.objectContaining({
        text: "there is no bridge br0, which lasts until the host's next boot",
        effect: "live",
      }),
    ]);
  });
});

describe("is refused", () => {
  it.each(["dhclient eth0", "keepalived"])("where %s gives the port its addresses", (words) => {
    const [program = "", link] = words.split(" ");
    expect(texts({ ...plain, holders: [{ program, link }] })).toEqual([
      expect.stringContaining(`${program} runs and gives eth0 its addresses, and would put them on it again`),
    ]);
    expect(texts({ ...plain, holders: [{ program, link: "eth1" }] })).toEqual([]);
  });

  it("where the port has a lease and no client is seen", () => {
    const leased = {
      ifname: "eth0",
      addr_info: [{ family: "inet", local: "10.0.2.15", prefixlen: 24, scope: "global", dynamic: true }],
    };
    expect(texts(seenNetwork([eth("eth0")], [leased], {}))).toEqual([
      expect.stringContaining("eth0 has 10.0.2.15/24 by a lease, which nobody would renew on br0"),
    ]);
  });

  it("where networkd manages the port, or would take the bridge", () => {
    const file = "/etc/systemd/network/10-eth0.network";
    const managed = {
      system: networkd,
      facts: new Map([["manages", "yes"]]),
      files: new Map([[file, "[Match]\nName=eth0\n"]]),
    };
    expect(texts(beside(managed, { sources: new Map([["eth0", file]]) }))).toEqual([
      expect.stringContaining("systemd-networkd manages eth0, and would undo what persistent: false does"),
    ]);
    expect(texts(beside(managed))).toEqual([]);
    for (const match of ["Name=br*", "Type=bridge", "Kind=bridge", "Name=*"]) {
      const any = { ...managed, files: new Map([["/etc/systemd/network/90-any.network", `[Match]\n${match}\n`]]) };
      expect(texts(beside(any))).toEqual([expect.stringContaining("systemd-networkd manages br0")]);
    }
  });

  it("where NetworkManager manages the port, and not where it leaves it alone", () => {
    const manager = (state: string): ObservedNetwork =>
      beside({
        system: networkManager,
        facts: new Map([
          ["manages", "yes"],
          ["device.eth0", state],
        ]),
        files: new Map(),
      });
    expect(texts(manager("connected"))).toEqual([expect.stringContaining("NetworkManager manages eth0")]);
    expect(texts(manager("disconnected"))).toEqual([expect.stringContaining("NetworkManager manages eth0")]);
    for (const state of ["unmanaged", "connected (externally)"]) expect(texts(manager(state))).toEqual([]);
  });

  it("where declared addresses would strand a route", () => {
    const routes = parseRoutes(
      JSON.stringify([
        { dst: "10.1.0.0/16", gateway: "10.0.2.2", dev: "eth0" },
        { dst: "10.2.0.0/16", gateway: "192.0.2.1", dev: "eth1", prefsrc: "10.0.2.15" },
      ]),
    );
    const declared: BridgeInputs = { ...passing, addresses: { cidr: ["203.0.113.7/24"], gateway: "203.0.114.1" } };
    expect(texts({ ...plain, routes }, declared)).toEqual([
      expect.stringContaining("The gateway 203.0.114.1 is in no network of 203.0.113.7/24"),
      expect.stringContaining("The route to 10.2.0.0/16 over eth1 is for the address 10.0.2.15"),
      expect.stringContaining("The route to 10.1.0.0/16 over eth0 goes by 10.0.2.2"),
    ]);
    expect(texts({ ...plain, routes })).toEqual([]);
  });

  it("where coming back into the files would lose what was typed", () => {
    const record = toItsSystem(plain, passing);
    const made: ObservedNetwork = {
      ...bridged(),
      ...record.passing,
      files: record.system.withBridge(record, {
        name: "br0",
        ports: ["eth0"],
        addresses: "inherit",
        stp: false,
        forwardDelaySeconds: 0,
      }),
      lasting: plain.lasting,
    };
    expect(texts(made, inputs)).toEqual([]);
    const more = seenNetwork([], [address("br0", "10.0.2.15/24", "10.0.2.77/32")], {});
    expect(more.links).toEqual([]);
    const links = made.links.map((link) =>
      link.name === "br0" ? { ...link, addresses: [...link.addresses, "10.0.2.77/32"] } : link,
    );
    expect(texts({ ...made, links }, inputs)).toEqual([expect.stringContaining("eth0 has the address 10.0.2.77/32")]);
  });
});

describe("its job", () => {
  it("arms the rollback and no proof at the first boot, and touches no file of the host", () => {
    const text = jobText(plain, passing);
    expect(text).toContain("/var/lib/pulumi-xen/bridge/br0/armed");
    expect(text).not.toContain('first-boot.sh"');
    expect(text).not.toMatch(/install_file \S+ '\/etc\//);
    expect(jobText(plain, inputs)).toContain('first-boot.sh"');
  });

  it("lets a boot neither start nat nor addresses for guests", () => {
    const declared: BridgeInputs = completeBridge({
      ...passing,
      ports: [],
      addresses: { cidr: ["10.9.0.1/24"] },
      nat: true,
      guestDhcp: { from: "10.9.0.100", to: "10.9.0.199" },
    });
    const begun = (persistent: boolean): string =>
      beginningSteps(plain, { ...declared, persistent })
        .map(({ script }) => script.text)
        .join("\n");
    expect(begun(true)).toMatch(/ln -sf[n]? .*pulumi-xen-nat-br0/);
    expect(begun(false)).not.toMatch(/ln -sf[n]? .*pulumi-xen-(nat|dhcp)-br0/);
  });
});
