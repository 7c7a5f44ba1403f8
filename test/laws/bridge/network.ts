/**
 * A host's links and ifupdown's files as a pure value, and what ifup, ip and the kernel do to them
 * (bridge-utils-interfaces(5), ip-link(8)). It reads the files as ifupdown does, and nothing of ours.
 */
import { ifupdownDialect } from "../../../provider/host/network/ifupdown/dialect";
import { normalVlans, vlanIds } from "../../../provider/host/network/vlans";
import { parseInterfaces } from "../../../provider/host/network/interfaces/interfaces-file";

export interface Link {
  readonly mac: string;
  readonly mtu: number;
  readonly isUp: boolean;
  readonly master?: string | undefined;
  readonly addresses: readonly { readonly cidr: string; readonly isLeased: boolean }[];
  /** Of a VLAN: the link that it stands on, and its number. */
  readonly vlan?: { readonly on: string; readonly id: number } | undefined;
  /** Of a bond: what the kernel calls its options. */
  readonly bond?: Readonly<Record<string, string>> | undefined;
  /** Of a bridge's port, and of the bridge itself: the one without a tag, and those with one. */
  readonly vlans?: { readonly own: boolean; readonly tagged: readonly number[] } | undefined;
  /** Of a bridge: what the kernel calls them, times in hundredths of a second. */
  readonly bridge?: Readonly<Record<string, number>> | undefined;
}

export interface Network {
  readonly links: Readonly<Record<string, Link>>;
  readonly files: Readonly<Record<string, string>>;
}

export const MAIN_FILE = "/etc/network/interfaces";

const port = (last: number): Link => ({ mac: `52:54:00:00:00:0${last}`, mtu: 1500, isUp: true, addresses: [] });

const NO_BOND = {
  mode: "balance-rr 0",
  primary_reselect: "always 0",
  miimon: "0",
  lacp_rate: "slow 0",
  min_links: "0",
};

const NO_BRIDGE = {
  stp_state: 0,
  forward_delay: 1500,
  hello_time: 200,
  max_age: 2000,
  ageing_time: 30000,
  priority: 32768,
  vlan_filtering: 0,
};

/** What the kernel gives a port, and the bridge itself (br_vlan.c, default_pvid). */
const BY_DEFAULT = { own: true, tagged: [] };

/** The network as ifup makes it of the files. `guests`: links that stay in their bridge without a word of any file. */
export function broughtUp({ links: before, files }: Network, guests: readonly string[]): Network {
  const stanzas = ownFiles(files).flatMap((text) => parseInterfaces(ifupdownDialect.syntax, text).stanzas);
  const bridges = [...new Set(stanzas.filter(isBridge).map((stanza) => stanza.interface))];
  let links: Record<string, Link> = Object.fromEntries(
    Object.entries(before)
      .filter(([, link]) => link.bridge === undefined && link.vlan === undefined && link.bond === undefined)
      .map(([name, link]) => [
        name,
        { ...link, isUp: true, addresses: [], master: guests.includes(name) ? link.master : undefined },
      ]),
  );
  // interfaces(5), "VLAN INTERFACES": its number is what stands behind the dot.
  for (const { interface: name, options } of stanzas) {
    const on = options.find(({ name: key }) => key === "vlan-raw-device")?.value;
    const card = on === undefined ? undefined : links[on];
    if (on === undefined || card === undefined) continue;
    const vlan = { on, id: Number(name.split(".")[1]) };
    links[name] = { mac: card.mac, mtu: card.mtu, isUp: true, addresses: [], vlan };
  }
  // ifenslave(8): its cards lose what they have, and take its hardware address.
  for (const { interface: name, options } of stanzas) {
    const option = (key: string): string | undefined => options.find((each) => each.name === key)?.value;
    const cards = (option("bond-slaves") ?? "").split(/\s+/).filter((card) => links[card] !== undefined);
    if (option("bond-slaves") === undefined) continue;
    const mac = option("hwaddress") ?? links[cards[0] ?? ""]?.mac ?? "";
    const bond = Object.fromEntries(
      options.flatMap(({ name: key, value }): [string, string][] => {
        const [, set = "", to = ""] = /^ip link set dev \S+ type bond (\S+) (\S+)$/.exec(value) ?? [];
        if (key === "post-up" && set !== "") return [[set, to]];
        return key.startsWith("bond-") && key !== "bond-slaves" ? [[key.slice(5).replaceAll("-", "_"), value]] : [];
      }),
    );
    links[name] = { mac, mtu: 1500, isUp: true, addresses: [], bond };
    for (const card of cards) links[card] = { ...(links[card] as Link), master: name, addresses: [] };
  }
  for (const name of bridges)
    links[name] = {
      mac: "de:ad:be:ef:00:00",
      mtu: 1500,
      isUp: true,
      addresses: [],
      vlans: BY_DEFAULT,
      bridge: NO_BRIDGE,
    };
  for (const stanza of stanzas) {
    for (const { name: key, value } of stanza.options) {
      const own = links[stanza.interface];
      if (own === undefined) continue;
      if (key === "bridge_ports") {
        for (const member of value.split(/\s+/).filter((each) => each !== "none" && links[each] !== undefined))
          links[member] = { ...(links[member] as Link), vlans: BY_DEFAULT, master: stanza.interface };
      } else if (key === "bridge_hw") links[stanza.interface] = { ...own, mac: value };
      else if (OPTIONS[key] !== undefined && own.bridge !== undefined) {
        const [setting, factor] = OPTIONS[key];
        const number = value === "on" ? 1 : value === "off" ? 0 : Math.round(Number(value) * factor);
        links[stanza.interface] = { ...own, bridge: { ...own.bridge, [setting]: number } };
      } else if (key === "address" && stanza.method === "static")
        links[stanza.interface] = { ...own, addresses: [...own.addresses, { cidr: value, isLeased: false }] };
      else if (key === "post-up") {
        const done = commanded({ links, files }, value);
        if (typeof done !== "string") links = { ...done.links };
      }
    }
    const own = links[stanza.interface];
    if (stanza.method === "dhcp" && own !== undefined)
      links[stanza.interface] = { ...own, addresses: [...own.addresses, { cidr: "203.0.113.9/24", isLeased: true }] };
  }
  for (const [name, text] of records(files)) links = madeAtRunTime(links, name, text);
  return { links, files };
}

const isRecord = (path: string): boolean => path.startsWith("/var/run/");

/** ifup's. */
function ownFiles(files: Network["files"]): string[] {
  return Object.entries(files).flatMap(([path, text]) => (isRecord(path) ? [] : [text]));
}

/** By the names of their bridges. */
function records(files: Network["files"]): [string, string][] {
  return Object.entries(files).flatMap(([path, text]): [string, string][] => {
    const [, name = ""] = /([^/]+)\.bridge$/.exec(path) ?? [];
    return isRecord(path) ? [[name, text]] : [];
  });
}

/** As ip does it by a record of a bridge until the next boot, on the links as the files have them. */
function madeAtRunTime(links: Record<string, Link>, name: string, record: string): Record<string, Link> {
  const said = (key: string): string[] =>
    [...record.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value = ""]) => value);
  const settings = Object.entries(RECORDED).flatMap(([key, kernel]) =>
    said(key).map((value): [string, number] => [kernel, Number(value)]),
  );
  const [mtu] = said("MTUBytes").map(Number);
  const [from = ""] = said("From");
  const [mac = "de:ad:be:ef:00:00"] = said("MACAddress");
  const addresses = said("Addresses").includes("inherit")
    ? (links[from]?.addresses ?? [])
    : said("Address").map((cidr) => ({ cidr, isLeased: false }));
  const ports = said("Name").map((port): [string, Link] => {
    const link = links[port] as Link;
    return [port, { ...link, master: name, addresses: [], mtu: mtu ?? link.mtu }];
  });
  const bridge = { ...NO_BRIDGE, ...Object.fromEntries(settings) };
  return { ...links, ...Object.fromEntries(ports), [name]: { mac, mtu: mtu ?? 1500, isUp: true, addresses, bridge } };
}

const RECORDED = {
  STP: "stp_state",
  ForwardDelay: "forward_delay",
  HelloTime: "hello_time",
  MaxAge: "max_age",
  AgeingTime: "ageing_time",
  Priority: "priority",
};

const OPTIONS: Readonly<Record<string, readonly [string, number]>> = {
  bridge_stp: ["stp_state", 1],
  bridge_fd: ["forward_delay", 100],
  bridge_hello: ["hello_time", 100],
  bridge_maxage: ["max_age", 100],
  bridge_ageing: ["ageing_time", 100],
  bridge_bridgeprio: ["priority", 1],
};

function isBridge({ options }: { options: readonly { name: string }[] }): boolean {
  return options.some(({ name }) => name === "bridge_ports");
}

/** Before there is a bridge. Only eth0 has addresses. */
export const bare: Network = broughtUp(
  {
    links: { eth0: port(1), eth1: port(2), tap0: port(3) },
    files: {
      [MAIN_FILE]: `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1
  dns-nameservers 192.0.2.53
iface eth0 inet6 static
  address FD00:2::0010/64
`,
    },
  },
  [],
);

/** After a line with `ip link set` or `bridge vlan`, or why it would have failed. Words may be quoted. */
export function commanded(network: Network, line: string): Network | string {
  const words = line
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll("'", ""));
  if (words[0] === "bridge" || words.includes("vlans_set")) return withVlans(network, words, line);
  const [, name = ""] = /ip link set dev (\S+)/.exec(words.join(" ")) ?? [];
  const link = network.links[name];
  if (link === undefined) return `there is no link ${name}`;
  const withLink = (now: Link): Network => ({ ...network, links: { ...network.links, [name]: now } });
  const after = words.slice(words.indexOf(name) + 1);
  if (after[0] === "mtu") return withLink({ ...link, mtu: Number(after[1]) });
  if (after[0] === "down" || after[0] === "up") return withLink({ ...link, isUp: after[0] === "up" });
  const [, , key = "", value = ""] = after;
  if (after[0] !== "type" || link.bridge?.[key] === undefined) return `ip does not know ${line}`;
  // With the spanning tree on, br_set_forward_delay of the kernel takes 2 to 30 seconds only.
  if (key === "forward_delay" && link.bridge["stp_state"] === 1 && Number(value) < 200) return `${line}: out of range`;
  return withLink({ ...link, bridge: { ...link.bridge, [key]: Number(value) } });
}

/** What the kernel's own files tell of bonds, as the question about the network says it. */
export function bondsShown({ links }: Network): [string, string][] {
  return Object.entries(links).flatMap(([name, { bond }]): [string, string][] => {
    if (bond === undefined) return [];
    const cards = Object.entries(links).filter(([, { master }]) => master === name);
    const said = { slaves: cards.map(([card]) => card).join(" "), ...NO_BOND, ...bond };
    const addresses = cards.map(([card, { mac }]) => `address ${card} ${mac};`);
    return [
      [
        name,
        `${Object.entries(said)
          .map(([key, value]) => `${key} ${value};`)
          .join("")}${addresses.join("")}`,
      ],
    ];
  });
}

/** `bridge vlan add dev eth0 vid 20-29`, or the function that makes it so that a port has just what is printed to it. */
function withVlans(network: Network, words: readonly string[], line: string): Network | string {
  const name = words[words.indexOf(words.includes("vlans_set") ? "vlans_set" : "dev") + 1] ?? "";
  const link = network.links[name];
  if (link?.vlans === undefined) return `${name} is no port: ${line}`;
  const now = (vlans: NonNullable<Link["vlans"]>): Network => ({
    ...network,
    links: { ...network.links, [name]: { ...link, vlans } },
  });
  if (words.includes("vlans_set")) {
    const [, own, ranges = ""] = /'(1 pvid untagged)'([^|]*)\|/.exec(line) ?? [];
    return now({ own: own !== undefined, tagged: vlanIds(ranges.replaceAll("'", "").split(/\s+/).filter(Boolean)) });
  }
  const isOwn = words.includes("pvid");
  const ids = vlanIds([words[words.indexOf("vid") + 1] ?? ""]);
  if (words[2] === "del")
    return now({
      own: link.vlans.own && !ids.includes(1),
      tagged: link.vlans.tagged.filter((id) => !ids.includes(id)),
    });
  return now(isOwn ? { ...link.vlans, own: true } : { ...link.vlans, tagged: vlanIds([...link.vlans.tagged, ...ids]) });
}

/** What `bridge -j -compressvlans vlan show` prints. */
export function shownVlans({ links }: Network): string {
  return JSON.stringify(
    Object.entries(links).flatMap(([ifname, { vlans, master, bridge }]) =>
      vlans === undefined || (master === undefined && bridge === undefined)
        ? []
        : [
            {
              ifname,
              vlans: [
                ...(vlans.own ? [{ vlan: 1, flags: ["PVID", "Egress Untagged"] }] : []),
                ...normalVlans(vlans.tagged).map((range) => {
                  const [from, to] = String(range).split("-").map(Number);
                  return { vlan: from, ...(to === undefined ? {} : { vlanEnd: to }) };
                }),
              ],
            },
          ],
    ),
  );
}

/** What `ip -j -d link show` and `ip -j addr show` print. */
export function shown({ links }: Network): { links: string; addresses: string } {
  const all = Object.entries(links);
  return {
    links: JSON.stringify(
      all.map(([ifname, { mac, mtu, isUp, master, bridge, vlan }]) => ({
        ifname,
        address: links[master ?? ""]?.bond === undefined ? mac : links[master ?? ""]?.mac,
        mtu,
        flags: isUp ? ["UP"] : [],
        ...(master === undefined ? {} : { master }),
        ...(bridge === undefined ? {} : { linkinfo: { info_kind: "bridge", info_data: bridge } }),
        ...(vlan === undefined
          ? {}
          : { link: vlan.on, linkinfo: { info_kind: "vlan", info_data: { protocol: "802.1Q", id: vlan.id } } }),
      })),
    ),
    addresses: JSON.stringify(
      all.map(([ifname, { addresses }]) => ({
        ifname,
        addr_info: addresses.map(({ cidr, isLeased }) => ({
          family: cidr.includes(":") ? "inet6" : "inet",
          local: cidr.split("/")[0],
          prefixlen: Number(cidr.split("/")[1]),
          scope: "global",
          ...(isLeased ? { dynamic: true } : {}),
        })),
      })),
    ),
  };
}
