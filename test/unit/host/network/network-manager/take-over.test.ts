import type { NetworkConfiguration } from "../../../../../provider/host/network/network-files";
import { networkManagerFaults } from "../../../../../provider/host/network/network-manager/faults";
import { splitProfile } from "../../../../../provider/host/network/network-manager/port-settings";
import { withBridge } from "../../../../../provider/host/network/network-manager/take-over";
import { parseSections, renderSections } from "../../../../../provider/host/network/sections-file";
import { desiredBridge } from "../../../../support/desired-bridge";

const FOLDER = "/etc/NetworkManager/system-connections";
const FILE = `${FOLDER}/office.nmconnection`;
const plain =
  "[connection]\nid=office\nuuid=1\ntype=ethernet\ninterface-name=eth0\nzone=internal\n\n[ethernet]\nmtu=1400\nmac-address=52:54:00:00:00:01\n\n[ipv4]\nmethod=manual\naddress1=198.51.100.2/24,198.51.100.1\n";

const host = (text: string): NetworkConfiguration => ({
  files: new Map([[FILE, text]]),
  sources: new Map([["eth0", FILE]]),
  clientIds: new Map(),
});

describe("a bridge in NetworkManager's profiles", () => {
  const files = withBridge(host(plain), desiredBridge());
  const text = (file: string): string => files.get(`${FOLDER}/${file}`) ?? "";

  it("is two profiles of its own beside the port's", () => {
    expect([...files.keys()].sort()).toEqual([
      FILE,
      `${FOLDER}/pulumi-xen-br0.eth0.nmconnection`,
      `${FOLDER}/pulumi-xen-br0.nmconnection`,
    ]);
    expect(files.get(FILE)).toBe(plain);
  });

  it("has the addresses and the zone of the port, with a card's metric", () => {
    expect(text("pulumi-xen-br0.nmconnection")).toContain(
      "[ipv4]\nmethod=manual\naddress1=198.51.100.2/24,198.51.100.1\nroute-metric=100\n",
    );
    expect(text("pulumi-xen-br0.nmconnection")).toContain("zone=internal\n");
    expect(text("pulumi-xen-br0.nmconnection")).not.toContain("mtu=");
  });

  it("leaves the card what is the card's", () => {
    const port = text("pulumi-xen-br0.eth0.nmconnection");
    expect(port).toContain(`# In place of ${FILE}\n`);
    expect(port).toContain("master=br0\nslave-type=bridge\n");
    expect(port).toContain("[ethernet]\nmtu=1400\n");
    expect(port).not.toMatch(/mac-address|ipv4|zone/);
  });

  it("has each section once, since NetworkManager reads it once", () => {
    for (const name of ["pulumi-xen-br0", "pulumi-xen-br0.eth0"]) {
      const heads = text(`${name}.nmconnection`).match(/^\[.*\]$/gm) ?? [];
      expect(heads).toEqual([...new Set(heads)]);
    }
  });

  it("has one uuid for a name, whoever renders it", () => {
    const uuid = /^uuid=(.*)$/m.exec(text("pulumi-xen-br0.nmconnection"))?.[1];
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(
      withBridge(host(plain), desiredBridge({ stp: true })).get(`${FOLDER}/pulumi-xen-br0.nmconnection`),
    ).toContain(`uuid=${uuid ?? ""}`);
  });
});

describe("a setting of a port's profile", () => {
  it.each([
    ["[connection]\nmaster=bond0", 'by "master=bond0" of [connection] it belongs to bond0 already'],
    ["[connection]\npermissions=user:joe:;", "is neither known as an address's nor as the card's"],
    ["[connection]\nsecondaries=2;", "is neither known as an address's nor as the card's"],
    ["[some-day]\nis=over", "is neither known as an address's nor as the card's"],
  ])("that is neither the card's nor an address's is refused with its name: %s", (text, why) => {
    expect(splitProfile(parseSections(text), "eth0", "br0").refused).toEqual([expect.stringContaining(why)]);
  });

  it("that is a password for the switch is refused without it", () => {
    const { refused } = splitProfile(parseSections("[802-1x]\npassword=hush4711"), "eth0", "br0");
    expect(refused).toEqual(["it logs in to the switch (802.1X)"]);
  });

  it("that is a rule about the link is about the bridge afterwards", () => {
    const { ofBridge } = splitProfile(
      parseSections("[ipv4]\nrouting-rule1=priority 5 from 0.0.0.0/0 iif eth0 table 100"),
      "eth0",
      "br0",
    );
    expect(renderSections(ofBridge)[1]).toBe("routing-rule1=priority 5 from 0.0.0.0/0 iif br0 table 100");
  });
});

describe("what stands in a bridge's way in NetworkManager's profiles", () => {
  const faults = (text: string, wanted = desiredBridge()): string[] => networkManagerFaults(host(text), wanted);

  it("is nothing on a plain host", () => {
    expect(faults(plain)).toEqual([]);
  });

  it.each([
    ["a profile for any card", plain.replace(/^(interface-name|mac-address)=.*\n/gm, ""), "is for any card"],
    [
      "a profile of the highest priority",
      plain.replace("zone=internal", "autoconnect-priority=999"),
      "has the highest autoconnect-priority, 999",
    ],
  ])("is %s", (_what, text, said) => {
    expect(faults(text)).toEqual([expect.stringContaining(said)]);
  });

  it("is a profile that NetworkManager has made for a card that had none, since it is gone after the next boot", () => {
    // As NetworkManager 1.42 of Debian 12 writes it into /run.
    const generated = [
      ...["[connection]", "id=Wired connection 1", "uuid=f14da121-d2e5-3534-8e18-e2f72b912278", "type=ethernet"],
      ...["autoconnect-priority=-999", "interface-name=eth0", "timestamp=1795896743", "", "[ethernet]", ""],
      ...["[ipv4]", "method=auto", "", "[ipv6]", "addr-gen-mode=default", "method=auto", "", "[proxy]", ""],
    ].join("\n");
    expect(faults(`${generated}[.nmmeta]\nnm-generated=true\n`)).toEqual([
      expect.stringMatching(
        /^NetworkManager itself has made .*: nmcli connection modify "Wired connection 1" connection.interface-name eth0\.$/,
      ),
    ]);
    // That command takes the mark away, and writes it to /etc.
    expect(faults(generated)).toEqual([]);
  });

  it("is a time that is no whole seconds", () => {
    expect(faults(plain, desiredBridge({ stp: true, forwardDelaySeconds: 2.5 }))).toEqual([
      "forwardDelaySeconds is 2.5, but NetworkManager takes whole seconds. Round it.",
    ]);
  });
});
