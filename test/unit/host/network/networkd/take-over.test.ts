import type { NetworkConfiguration } from "../../../../../provider/host/network/network-files";
import { networkdFaults } from "../../../../../provider/host/network/networkd/faults";
import { withBridge } from "../../../../../provider/host/network/networkd/take-over";
import { desiredBridge } from "../../../../support/desired-bridge";

const FILE = "/etc/systemd/network/10-eth0.network";
const PREFIX = "/etc/systemd/network/00-pulumi-xen-br0";

function host(files: Record<string, string>, source = FILE, client?: string): NetworkConfiguration {
  return {
    files: new Map(Object.entries(files)),
    sources: new Map([["eth0", source]]),
    clientIds: new Map(client === undefined ? [] : [["eth0", client]]),
  };
}
const plain = "[Match]\nName=eth0\n\n[Network]\nAddress=198.51.100.2/24\nGateway=198.51.100.1\n";
const text = (now: NetworkConfiguration, file: string, wanted = desiredBridge()): string =>
  withBridge(now, wanted).get(`${PREFIX}.${file}`) ?? "";

describe("a bridge in systemd-networkd's files", () => {
  it("is three files of its own", () => {
    const now = host({ [FILE]: plain });
    const files = withBridge(now, desiredBridge({ macAddress: "52:54:00:00:00:01" }));
    expect([...files.keys()].sort()).toEqual([`${PREFIX}.eth0.network`, `${PREFIX}.netdev`, `${PREFIX}.network`, FILE]);
    expect(files.get(`${PREFIX}.netdev`)).toBe(
      "# Written by pulumi-xen (Bridge); changes here are overwritten.\n[NetDev]\nName=br0\nKind=bridge\nMACAddress=52:54:00:00:00:01\n\n[Bridge]\nSTP=no\nForwardDelaySec=0\n",
    );
    expect(files.get(`${PREFIX}.eth0.network`)).toBe(
      `# Written by pulumi-xen (Bridge); changes here are overwritten.\n# In place of ${FILE}\n[Match]\nName=eth0\n\n[Network]\nBridge=br0\n`,
    );
    expect(files.get(`${PREFIX}.network`)).toBe(
      `# Written by pulumi-xen (Bridge); changes here are overwritten.\n[Match]\nName=br0\n\n# Of the port, from ${FILE}:\n[Network]\nAddress=198.51.100.2/24\nGateway=198.51.100.1\n`,
    );
  });

  it("has what drop-ins of the port's file say, those of /etc in place of those of /run", () => {
    const now = host({
      [FILE]: plain,
      [`${FILE}.d/20-more.conf`]: "[Network]\nDNS=198.51.100.53\n",
      "/run/systemd/network/10-eth0.network.d/20-more.conf": "[Network]\nDNS=198.51.100.99\n",
      "/usr/lib/systemd/network/10-eth0.network.d/10-first.conf": "[Link]\nMTUBytes=1400\n",
    });
    expect(text(now, "network")).toContain("DNS=198.51.100.53");
    expect(text(now, "network")).not.toContain("198.51.100.99");
    expect(text(now, "eth0.network")).toContain("MTUBytes=1400");
  });

  it("goes on with the number under which the card's DHCP client is known", () => {
    const now = host(
      { [FILE]: "[Match]\nName=eth0\n[Network]\nDHCP=yes\n" },
      FILE,
      "ff3239f9b500020000ab11195324b176d0245a",
    );
    expect(text(now, "network")).toContain(`[DHCPv4]\nIAID=${String(0x3239f9b5)}\n`);
    const later = {
      ...now,
      files: withBridge(now, desiredBridge({ addresses: { cidr: ["198.51.100.2/24"] } })),
      clientIds: new Map(),
    };
    expect(text(later, "network", desiredBridge({ addresses: "dhcp" }))).toContain(`IAID=${String(0x3239f9b5)}`);
    // A client by its hardware address: that one the bridge has.
    expect(text({ ...now, clientIds: new Map([["eth0", "01525400000001"]]) }, "network")).not.toContain("IAID");
  });

  it("keeps routes and name servers of the port beside declared addresses", () => {
    const now = host({
      [FILE]: `${plain}DNS=198.51.100.53\n[Route]\nDestination=203.0.113.0/24\nGateway=198.51.100.1\n`,
    });
    const declared = text(now, "network", desiredBridge({ addresses: { cidr: ["198.51.100.9/24"] } }));
    expect(declared).toContain("Address=198.51.100.9/24");
    expect(declared).not.toContain("Address=198.51.100.2/24");
    expect(declared).toContain("DNS=198.51.100.53");
    expect(declared).toContain("Destination=203.0.113.0/24");
  });

  it("without ports comes up without a cable, and keeps no boot waiting", () => {
    const alone = text(host({}), "network", desiredBridge({ ports: [], addresses: { cidr: ["10.9.0.1/24"] } }));
    expect(alone).toContain("ConfigureWithoutCarrier=yes");
    expect(alone).toContain("RequiredForOnline=no");
  });
});

describe("what stands in a bridge's way in systemd-networkd's files", () => {
  const faults = (now: NetworkConfiguration, wanted = desiredBridge()): string[] => networkdFaults(now, wanted);

  it("is nothing on a plain host", () => {
    expect(faults(host({ [FILE]: plain }))).toEqual([]);
  });

  it("is a file that comes before ours", () => {
    const source = "/etc/systemd/network/00-eth0.network";
    expect(faults(host({ [source]: plain }, source))).toEqual([
      expect.stringContaining("comes before all files of ours"),
    ]);
  });

  it("is not netplan, whose files come after ours", () => {
    const source = "/run/systemd/network/10-netplan-eth0.network";
    expect(faults(host({ [source]: plain }, source))).toEqual([]);
  });

  it("is a file that is no more, of which ours tells", () => {
    const now = host({ [FILE]: plain });
    const files = new Map(withBridge(now, desiredBridge()));
    files.delete(FILE);
    expect(faults({ ...now, files }, desiredBridge({ addresses: { cidr: ["198.51.100.2/24"] } }))).toEqual([
      `${FILE}, which gave eth0 its settings, is no more. Put it back.`,
    ]);
  });

  it("is another bridge of that name, or a file about it", () => {
    const files = {
      [FILE]: plain,
      "/etc/systemd/network/30-br0.netdev": "[NetDev]\nName=br0\nKind=bridge\n",
      "/etc/systemd/network/30-br0.network": "[Match]\nName=br0\n",
    };
    expect(faults(host(files))).toEqual([
      "/etc/systemd/network/30-br0.netdev configures br0 already.",
      "/etc/systemd/network/30-br0.network configures br0 already.",
    ]);
  });

  it("is a second address that is not declared, and routes where there are to be no addresses", () => {
    const now = host({ [FILE]: `${plain}Address=198.51.100.3/24\n[Route]\nDestination=203.0.113.0/24\n` });
    expect(faults(now, desiredBridge({ addresses: { cidr: ["198.51.100.2/24"] } }))).toEqual([
      expect.stringContaining("gives eth0 198.51.100.3/24, which would be lost"),
    ]);
    expect(faults(now, desiredBridge({ addresses: "none" }))).toEqual([
      expect.stringContaining("which would be lost"),
      expect.stringContaining("routes or rules, which need addresses"),
    ]);
  });
});
