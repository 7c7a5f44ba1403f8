import { ifupdownDialect } from "../../../../../provider/host/network/ifupdown/dialect";
import { fateOf, staysWithPort } from "../../../../../provider/host/network/interfaces/port-lines";

const fate = (text: string, port = "eth0", bridge = "br0") => {
  const [, name = "", value = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
  return fateOf(ifupdownDialect, { name, value }, port, bridge);
};
const shown = (text: string, port?: string, bridge?: string): string => {
  const found = fate(text, port, bridge);
  if (found.fate === "moves") return `${found.line.name} ${found.line.value}`;
  return found.fate === "stays" ? "stays" : `refused: ${found.why}`;
};

describe("a line of a port", () => {
  it.each([
    "address 198.51.100.2/24",
    "netmask 255.255.255.0",
    "gateway 198.51.100.1",
    "pointopoint 198.51.100.1",
    "dns-nameservers 198.51.100.53",
    "accept_ra 0",
    "up ip route add 10.4.0.0/16 via 198.51.100.1",
    "up ip rule add from $IF_ADDRESS table 100",
    "up ip route add 10.4.0.0/16 dev $IFACE",
  ])("that belongs to its address moves to the bridge as it is: %s", (text) => {
    expect(shown(text)).toBe(text);
  });

  it.each([
    ["up ip route add 203.0.113.0/24 via 198.51.100.1 dev eth0", "br0"],
    ["post-up iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE", "br0"],
    ["up sysctl -w net.ipv4.conf.eth0.rp_filter=0", "br0"],
    ["down /sbin/ip -6 addr del 2001:db8::7/64 dev eth0 || true", "br0"],
    ["up echo 1 >/proc/sys/net/ipv4/conf/eth0/proxy_arp", "br0"],
    ["up ip addr add 198.51.100.3/24 dev eth0 label eth0:3", "br0"],
  ])("that names the link for its address names the bridge afterwards: %s", (text, bridge) => {
    expect(shown(text)).toBe(text.replaceAll("eth0", bridge));
  });

  it("of an alias names the alias of the bridge", () => {
    expect(shown("up ip route add 10.4.0.0/16 dev eth0:1", "eth0:1", "br0:1")).toBe(
      "up ip route add 10.4.0.0/16 dev br0:1",
    );
  });

  it.each([
    "mtu 9000",
    "hwaddress 52:54:00:00:00:01",
    "bond-slaves eno1 eno2",
    "bond_mode 802.3ad",
    "vlan-raw-device eno1",
    "offload-tso off",
    "up ethtool -K eth0 tso off",
    "pre-up ip link set dev $IFACE txqueuelen 500",
    "up echo 4096 >/sys/class/net/eth0/queues/rx-0/rps_flow_cnt",
  ])("that belongs to the card stays with it: %s", (text) => {
    expect(shown(text)).toBe("stays");
    const [name = "", ...value] = text.split(" ");
    expect(staysWithPort(ifupdownDialect, { name, value: value.join(" ") }, "eth0")).toBe(true);
  });

  it.each([
    ["some-hook value", '"some-hook value" is neither known'],
    ["up /usr/local/sbin/firewall eth0", "names the link in a way that is not known"],
    ["up /usr/local/sbin/firewall $IFACE", "names the link in a way that is not known"],
    ["up ip link set eth0 txqueuelen 500 && ip route add 10.9.0.0/16 via 198.51.100.1", "make two lines of it"],
    ["up for net in a b; do ip route add $net dev eth0; done", "names the link in a way that is not known"],
    ["bridge_ports eno1", "it is a bridge itself"],
    ["wpa-ssid home", "it is wireless"],
  ])("of which nobody knows whose it is is refused, and shown: %s", (text, why) => {
    expect(shown(text)).toMatch(/^refused: /);
    expect(shown(text)).toContain(why);
  });

  it.each(["up ip route add 10.0.0.0/8 dev eth0.20", "up ip route add 10.0.0.0/8 dev veth0"])(
    "that names another link whose name only looks alike keeps it: %s",
    (text) => {
      expect(shown(text)).toBe(text);
    },
  );
});
