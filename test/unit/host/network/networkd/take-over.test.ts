import type { NetworkConfiguration } from "../../../../../provider/host/network/network-files";
import { networkdFaults } from "../../../../../provider/host/network/networkd/faults";
import { networkd } from "../../../../../provider/host/network/networkd/networkd";
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

  it("makes a VLAN by a file of its own, and by a drop-in for the file of its card, which stays as it is", () => {
    const vlans = [{ on: "eth0", vlan: 20 }];
    const wanted = desiredBridge({ ports: ["eth0.20"], vlans, addresses: "none" });
    const now = host({ [FILE]: plain });
    const files = withBridge(now, wanted);
    const head = "# Written by pulumi-xen (Bridge); changes here are overwritten.\n";
    expect(files.get(FILE)).toBe(plain);
    expect(files.get(`${PREFIX}.eth0.20.netdev`)).toBe(`${head}[NetDev]\nName=eth0.20\nKind=vlan\n\n[VLAN]\nId=20\n`);
    const dropIn = `${FILE}.d/pulumi-xen-br0.conf`;
    expect(files.get(dropIn)).toBe(`${head}[Network]\nVLAN=eth0.20\n`);
    // The card would lose its lease for a moment.
    expect([...files.keys()].filter((path) => networkd.isForNextStart?.(path))).toEqual([dropIn]);
    // netplan's are written again at each boot, in /run; a drop-in in /etc counts for them.
    const netplan = "/run/systemd/network/10-netplan-eth0.network";
    expect(
      withBridge(host({ [netplan]: plain }, netplan), wanted).get(
        "/etc/systemd/network/10-netplan-eth0.network.d/pulumi-xen-br0.conf",
      ),
    ).toContain("VLAN=eth0.20");
    expect(networkdFaults(now, wanted)).toEqual([]);
    expect(networkdFaults(host({ [FILE]: plain.replace("eth0", "e*") }), wanted)).toEqual([
      expect.stringMatching(/is for other links besides eth0, and each would get eth0\.20\. Write a file of its own/),
    ]);
    const onEth1 = { ...wanted, ports: ["eth1.20"], vlans: [{ on: "eth1", vlan: 20 }] };
    expect(networkdFaults(now, onEth1)).toEqual([
      expect.stringMatching(/No file of systemd-networkd is for eth1, on which eth1\.20 would stand\. Write one/),
    ]);
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

  it("goes on with the number of its DHCPv6 client, with a lease of IPv4 beside it or without one", () => {
    const file = { [FILE]: "[Match]\nName=eth0\n[Network]\nDHCP=yes\n" };
    const both = text(host(file, FILE, "ff3239f9b500020000ab11 DHCPv6 0000002a"), "network");
    expect(both).toContain(`[DHCPv4]\nIAID=${String(0x3239f9b5)}\n`);
    expect(both).toContain("[DHCPv6]\nIAID=42\n");
    const alone = host(file, FILE, "DHCPv6 0000002a");
    expect(text(alone, "network")).toContain("[DHCPv6]\nIAID=42\n");
    expect(text(alone, "network")).not.toContain("[DHCPv4]");
    const later = { ...alone, files: withBridge(alone, desiredBridge()), clientIds: new Map() };
    expect(text(later, "network")).toContain("[DHCPv6]\nIAID=42\n");
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

describe("guests' vifs beside systemd-networkd's files", () => {
  const guests = `${PREFIX}.vifs-of-the-guests.network`;
  const withFile = (match: string, more: Record<string, string> = {}): NetworkConfiguration =>
    host({ [FILE]: plain, "/etc/systemd/network/70-all.network": `[Match]\n${match}\n[Network]\nDHCP=yes\n`, ...more });
  const keeps = (now: NetworkConfiguration): boolean => withBridge(now, desiredBridge()).has(guests);

  it.each(["Name=*", "Name=v*", "Name=e* t*", "Name=!eth0 eth1", "Type=ether", "Name=[a-z]*", "Name=*\nHost=xen1"])(
    "are kept out of a file with %j by one of ours",
    (match) => {
      const now = withFile(match);
      expect(withBridge(now, desiredBridge()).get(guests)).toBe(
        "# Written by pulumi-xen (Bridge); changes here are overwritten.\n[Match]\nName=vif*.* tap*.*\n\n[Link]\nUnmanaged=yes\n",
      );
      const written = { ...now, files: withBridge(now, desiredBridge()) };
      expect(networkd.readBridge(written, "br0")?.ports).toEqual(["eth0"]);
      expect(withBridge(written, desiredBridge())).toEqual(written.files);
      expect(networkd.withoutBridge(written.files, "br0")).toEqual(now.files);
    },
  );

  it.each(["Name=e*", "Name=!vif* tap*", "Type=wlan", "Name=*\nKind=bond", "Name=*\nDriver=e1000", "Host=xen1"])(
    "need no file of ours beside one with %j",
    (match) => expect(keeps(withFile(match))).toBe(false),
  );

  it("are left to the file that the host has for them", () => {
    const own = { "/etc/systemd/network/20-vifs.network": "[Match]\nName=vif*\n[Network]\nBridge=br0\n" };
    expect(keeps(withFile("Name=*", own))).toBe(false);
  });
});

describe("a gateway that no declared address reaches", () => {
  const route = (more: string): NetworkConfiguration => host({ [FILE]: `${plain}\n[Route]\n${more}\n` });
  const faults = (now: NetworkConfiguration, cidr: string[], gateway?: string): string[] =>
    networkdFaults(now, desiredBridge({ addresses: { cidr, gateway } }));
  const far = "Destination=10.9.0.0/16\nGateway=198.51.100.254";

  it("is refused where a route of the port's goes by it: networkd would wait for ever", () => {
    expect(faults(route(far), ["203.0.113.9/24"])).toEqual([
      `A route of ${FILE} goes by 198.51.100.254, which is in no network of 203.0.113.9/24, so br0 would never be up. Declare an address in its network, or set GatewayOnLink=yes there, or take the route out of that file.`,
    ]);
    expect(faults(route(far), ["203.0.113.9/24", "198.51.100.9/24"])).toEqual([]);
  });

  it("is refused where it is declared itself", () => {
    expect(faults(host({ [FILE]: plain }), ["203.0.113.9/24"], "198.51.100.1")).toEqual([
      "The gateway 198.51.100.1 is in no network of 203.0.113.9/24, so br0 would never be up. Declare an address in its network.",
    ]);
  });

  it("is none where a route without a gateway leads to it, where it counts as on the link, and with addresses inherited", () => {
    expect(faults(route(`${far}\nGatewayOnLink=yes`), ["203.0.113.9/24"])).toEqual([]);
    expect(faults(route(`${far}\n[Route]\nDestination=198.51.100.0/24\nScope=link`), ["203.0.113.9/24"])).toEqual([]);
    expect(faults(route("Destination=2001:db8::/48\nGateway=fe80::1"), ["203.0.113.9/24"])).toEqual([]);
    expect(networkdFaults(route(far), desiredBridge())).toEqual([]);
    // Of the default route the declared addresses take the place.
    expect(faults(host({ [FILE]: plain }), ["203.0.113.9/24"])).toEqual([]);
  });
});
