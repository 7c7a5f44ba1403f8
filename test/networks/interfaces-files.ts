/**
 * Random /etc/network/interfaces of hosts as they are in the field (interfaces(5)), with what somebody has added by hand, and a
 * bridge to be made on eth0: for each program that reads such files, in the forms that it knows.
 */
import fc from "fast-check";
import { casesOf } from "./arbitraries";
import type { NetworkCase } from "./case";

const MAIN = "/etc/network/interfaces";

/** The forms that one of the programs knows. */
export interface Forms {
  /** What stands before the lines that give eth0 an IPv4 address, an IPv6 address, none. */
  readonly heads: {
    readonly v4: readonly string[];
    readonly v6: readonly string[];
    readonly manual: readonly string[];
  };
  /** Lines that give it an IPv4 address. */
  readonly addresses4: readonly (readonly string[])[];
  readonly addresses6: readonly string[];
  /** Lines behind an IPv6 address; "" for none. */
  readonly more6: readonly string[];
  /** Lines of a stanza of eth0 that say nothing of its address. */
  readonly extras: readonly string[];
  /** Stanzas of aliases. */
  readonly aliases: readonly string[];
  /** Lines by which it finds eth0's lines under another name, or not at all. */
  readonly oddities: readonly string[];
  readonly eth1: readonly string[];
  readonly layouts: readonly Layout[];
  readonly starts: readonly ("auto one line" | "auto each" | "hotplug")[];
}

type Layout = "one file" | "interfaces.d/*" | "source-directory" | "nested" | "files by name";

/** Lines that all of them take. */
export const COMMON_EXTRAS = [
  "mtu 1400",
  "hwaddress 52:54:00:00:00:99",
  "ethernet-wol g",
  "offload-tso off",
  "link-speed 1000",
  "vlan-raw-device eno1",
  "bond-mode 802.3ad",
  "dns-nameservers 198.51.100.53",
  "dns-search example.org",
  "metric 5",
  "some-hook value",
  "up ip route add 203.0.113.0/24 via 198.51.100.1 dev eth0",
  "up ip route add 203.0.113.9 via 198.51.100.1",
  "up ip route add 192.0.2.0/25 via 198.51.100.1 dev $IFACE || true",
  "post-up ip -4 route add 192.0.2.128/25 dev eth0 table 100",
  "up ip rule add from 198.51.100.2 table 100",
  "up ip rule add iif eth0 table 100",
  "post-up ip route add default via 198.51.100.1 dev eth0 table 100",
  "up ip link set dev eth0 txqueuelen 500",
  "up ip link set eth0 txqueuelen 600 && ip route add 10.9.0.0/16 via 198.51.100.1",
  "up ip addr add 198.51.100.77/24 dev eth0",
  "up ip addr add 198.51.100.78/24 dev eth0 label eth0:7",
  "pre-up test -e /sys/class/net/eth0",
  "up sysctl -q -w net.ipv4.conf.eth0.rp_filter=0",
  "up echo 1 >/proc/sys/net/ipv4/conf/eth0/proxy_arp",
  "up /bin/true eth0",
  "up for net in 10.8.0.0/16; do ip route add $net via 198.51.100.1 dev eth0; done",
  "down ip route del 203.0.113.0/24 dev eth0 || true",
  "post-down true",
  "up ip route add 10.7.0.0/16 \\\n    via 198.51.100.1",
  "up ip -6 route add 2001:db8:7::/48 dev eth0",
];

export const COMMON_ADDRESSES4 = [
  ["address 198.51.100.2/24"],
  ["address 198.51.100.2", "netmask 255.255.255.0"],
  ["address 198.51.100.2", "netmask 24", "broadcast 198.51.100.255"],
  ["address 198.51.100.2", "netmask 255.255.255.255", "pointopoint 198.51.100.1"],
];

export const COMMON_ALIASES = [
  stanza("iface eth0:0 inet static", ["address 198.51.100.3/24"]),
  stanza("iface eth0:1 inet static", [
    "address 192.0.2.4",
    "netmask 255.255.255.0",
    "up ip route add 10.4.0.0/16 via 192.0.2.1 dev eth0:1",
  ]),
  stanza("iface eth0:web inet static", ["address 198.51.100.5/32"]),
];

export const COMMON_ETH1 = [
  "",
  "",
  "auto eth1\niface eth1 inet static\n  address 10.1.0.1/24\n  up ip route add 10.2.0.0/16 via 10.1.0.2\n",
  "allow-hotplug eth1\niface eth1 inet manual\n",
];

export function stanza(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `  ${line}`), ""].join("\n");
}

export function interfacesCases(forms: Forms): fc.Arbitrary<NetworkCase> {
  const gateway4 = fc.option(fc.constant("gateway 198.51.100.1"), { nil: undefined });
  const extras = fc.oneof(
    { arbitrary: fc.constant<string[]>([]), weight: 1 },
    { arbitrary: fc.array(fc.constantFrom(...forms.extras), { minLength: 1, maxLength: 2 }), weight: 2 },
  );
  const stanza4 = fc
    .tuple(fc.constantFrom(...forms.heads.v4), fc.constantFrom(...forms.addresses4), gateway4, extras)
    .map(([head, address, gateway, more]) =>
      stanza(head, [...address, ...(gateway === undefined ? [] : [gateway]), ...more]),
    );
  const stanza6 = fc
    .tuple(
      fc.constantFrom(...forms.heads.v6),
      fc.constantFrom(...forms.addresses6),
      fc.constantFrom("", "gateway 2001:DB8:0:1::1", "gateway fe80::1"),
      fc.constantFrom(...forms.more6),
    )
    .map(([head, ...lines]) =>
      stanza(
        head,
        lines.filter((line) => line !== ""),
      ),
    );
  const manual = fc.tuple(fc.constantFrom(...forms.heads.manual), extras).map(([head, more]) => stanza(head, more));
  /** What gives eth0 its addresses; now and then nothing does. */
  const ofEth0 = fc.oneof(
    { arbitrary: fc.tuple(stanza4), weight: 5 },
    { arbitrary: fc.tuple(stanza4, stanza6), weight: 3 },
    { arbitrary: fc.tuple(stanza6), weight: 1 },
    { arbitrary: fc.tuple(manual), weight: 1 },
    { arbitrary: fc.tuple(manual, stanza6), weight: 1 },
    {
      arbitrary: stanza4.map((text) => [text, stanza("iface eth0 inet static", ["address 198.51.100.12/24"])]),
      weight: 1,
    },
  );
  const aliases = fc.oneof(
    { arbitrary: fc.constant<string[]>([]), weight: 3 },
    { arbitrary: fc.uniqueArray(fc.constantFrom(...forms.aliases), { minLength: 1, maxLength: 2 }), weight: 1 },
  );
  const oddity = fc.oneof(
    { arbitrary: fc.constant(""), weight: 20 },
    ...forms.oddities.map((text) => ({ arbitrary: fc.constant(text), weight: 1 })),
  );
  const files: fc.Arbitrary<NetworkCase["files"]> = fc
    .record({
      layout: fc.constantFrom(...forms.layouts),
      eth0: ofEth0,
      aliases,
      oddity,
      eth1: fc.constantFrom(...forms.eth1),
      started: fc.constantFrom(...forms.starts),
      hasNewline: fc.boolean(),
    })
    .map(({ layout: where, eth0, aliases: named, oddity: odd, eth1: other, started, hasNewline }) => {
      const names = named.map((text) => /^iface (\S+)/.exec(text)?.[1] ?? "");
      const starts =
        started === "auto each"
          ? ["eth0", ...names].map((name) => `auto ${name}\n`).join("")
          : started === "hotplug"
            ? `allow-hotplug eth0\nauto eth0 ${names.join(" ")}\n`
            : `auto eth0 ${names.join(" ")}\n`;
      const text = `${starts}${[...eth0, ...named].join("\n")}${odd}`;
      const made = filesIn(where, text, other);
      const last = [...made].at(-1);
      if (!hasNewline && last !== undefined) made.set(last[0], last[1].replace(/\n+$/, ""));
      return made;
    });
  return casesOf(files);
}

function filesIn(where: Layout, text: string, other: string): Map<string, string> {
  const lo = "# hosts' own\nauto lo\niface lo inet loopback\n\n";
  const old = stanza("iface eth0 inet static", ["address 198.51.100.99/24"]);
  switch (where) {
    case "one file":
      return new Map([[MAIN, `${lo}${text}\n${other}`]]);
    case "interfaces.d/*":
      return new Map([
        [MAIN, `${lo}source /etc/network/interfaces.d/*\n${other}`],
        ["/etc/network/interfaces.d/eth0", text],
      ]);
    case "source-directory":
      return new Map([
        ["/etc/network/interfaces.d/eth0.old", old],
        ["/etc/network/interfaces.d/eth0~", old],
        ["/etc/network/interfaces.d/eth0", text],
        [MAIN, `source-directory /etc/network/interfaces.d\n${lo}${other}`],
      ]);
    case "files by name":
      return new Map([
        ["/etc/network/more/first", `source /etc/network/more/second\n${text}`],
        ["/etc/network/more/second", other === "" ? "# nothing\n" : other],
        [MAIN, `${lo}source /etc/network/more/first\n`],
      ]);
    case "nested":
      return new Map([
        ["/etc/network/more/first", `source second\n${text}`],
        ["/etc/network/more/second", other === "" ? "# nothing\n" : other],
        [MAIN, `${lo}source more/first\n`],
      ]);
  }
}

/** A plain host's, in words that all readers of interfaces(5) share: eth0 has 198.51.100.2/24, eth1 has 10.1.0.1/24. */
export const PLAIN_INTERFACES: ReadonlyMap<string, string> = new Map([
  [
    "/etc/network/interfaces",
    "auto eth0\niface eth0 inet static\n  address 198.51.100.2/24\n\nauto eth1\niface eth1 inet static\n  address 10.1.0.1/24\n",
  ],
]);
