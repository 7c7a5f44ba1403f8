/** Random profiles of NetworkManager as they are in the field (nm-settings-keyfile(5)), and a bridge to be made on eth0. */
import fc from "fast-check";
import { casesOf, rarely, seldom, some } from "../arbitraries";
import type { NetworkCase } from "../case";

const FOLDER = "/etc/NetworkManager/system-connections";

/** `[section] key=value` */
const setting = rarely(
  fc.constantFrom(
    "[ipv4] route1=203.0.113.0/24,198.51.100.1",
    "[ipv4] route2=192.0.2.0/25,198.51.100.1,50",
    "[ipv4] route3=10.9.0.0/16",
    "[ipv4] routing-rule1=priority 900 from 198.51.100.2 table 100",
    "[ipv4] routing-rule2=priority 901 from 0.0.0.0/0 iif eth0 table 100",
    "[ipv4] dns=198.51.100.53;",
    "[ipv4] dns-search=example.org;",
    "[ipv4] route-metric=50",
    "[ipv4] may-fail=false",
    "[ipv4] ignore-auto-dns=true",
    "[ipv6] addr-gen-mode=eui64",
    "[ipv6] ip6-privacy=0",
    "[ethernet] mtu=1400",
    "[ethernet] cloned-mac-address=52:54:00:00:00:99",
    "[ethernet] wake-on-lan=1",
    "[connection] zone=internal",
    "[connection] metered=2",
    "[connection] lldp=1",
    "[connection] autoconnect-priority=5",
    "[proxy] browser-only=false",
  ),
  fc.constantFrom(
    "[connection] autoconnect-priority=999",
    "[connection] permissions=user:root:;",
    "[802-1x] eap=md5;",
    "[some-day] is=over",
  ),
);

const addressing = fc.oneof(
  { arbitrary: fc.constant(["[ipv4] method=manual", "[ipv4] address1=198.51.100.2/24,198.51.100.1"]), weight: 6 },
  { arbitrary: fc.constant(["[ipv4] method=manual", "[ipv4] address1=198.51.100.2/24"]), weight: 2 },
  {
    arbitrary: fc.constant([
      "[ipv4] method=manual",
      "[ipv4] address1=198.51.100.2/24",
      "[ipv4] address2=198.51.100.3/24",
      "[ipv4] gateway=198.51.100.1",
    ]),
    weight: 2,
  },
  {
    arbitrary: fc.constant([
      "[ipv4] method=manual",
      "[ipv4] addresses=198.51.100.2/24;198.51.100.4/24;",
      "[ipv4] gateway=198.51.100.1",
    ]),
    weight: 1,
  },
  { arbitrary: fc.constant(["[ipv4] method=manual", "[ipv4] address1=198.51.100.2/32,198.51.100.1"]), weight: 1 },
  { arbitrary: fc.constant(["[ipv4] method=disabled"]), weight: 1 },
);
const addressing6 = fc.oneof(
  { arbitrary: fc.constant(["[ipv6] method=link-local"]), weight: 3 },
  { arbitrary: fc.constant(["[ipv6] method=disabled"]), weight: 1 },
  { arbitrary: fc.constant(["[ipv6] method=manual", "[ipv6] address1=2001:DB8:0:1::7/64"]), weight: 2 },
  {
    arbitrary: fc.constant([
      "[ipv6] method=manual",
      "[ipv6] address1=2001:db8:0:1:0:0:0:7/64,2001:DB8:0:1::1",
      "[ipv6] route1=2001:db8:7::/48,2001:db8:0:1::9",
    ]),
    weight: 1,
  },
);

/** How the profile finds its card. One that is for any card goes now to this and now to that one: the unit tests refuse it. */
const finds = fc.constantFrom<string[]>(
  ["[connection] interface-name=eth0"],
  ["[ethernet] mac-address=52:54:00:00:00:00"],
  ["[connection] interface-name=eth0", "[ethernet] mac-address=52:54:00:00:00:00"],
  ["[match] interface-name=eth0;"],
);

const other = fc.constantFrom(
  "",
  "",
  "[connection]\nid=spare\nuuid=00000000-0000-4000-8000-000000000002\ntype=ethernet\ninterface-name=eth1\n[ipv4]\nmethod=manual\naddress1=10.1.0.1/24\nroute1=10.2.0.0/16,10.1.0.2\n[ipv6]\nmethod=disabled\n",
);

const oddity = seldom(
  [
    `${FOLDER}/lan.nmconnection`,
    "[connection]\nid=lan\nuuid=00000000-0000-4000-8000-000000000003\ntype=bridge\ninterface-name=br0\nautoconnect=false\n",
  ],
  [
    `${FOLDER}/second office.nmconnection`,
    "[connection]\nid=second office\nuuid=00000000-0000-4000-8000-000000000004\ntype=ethernet\ninterface-name=eth0\nautoconnect-priority=-5\n[ipv4]\nmethod=manual\naddress1=198.51.100.99/24\n",
  ],
);

const files: fc.Arbitrary<NetworkCase["files"]> = fc
  .record({
    finds,
    addressing,
    addressing6,
    settings: some(setting),
    name: fc.constantFrom("eth0", "office", "Wired connection 1"),
    other,
    oddity,
  })
  .map(({ finds: how, addressing: four, addressing6: six, settings, name, other: eth1, oddity: odd }) => {
    const lines = [
      `[connection] id=${name}`,
      "[connection] uuid=00000000-0000-4000-8000-000000000001",
      "[connection] type=ethernet",
      ...how,
      ...four,
      ...six,
      ...settings,
    ];
    const made = new Map([[`${FOLDER}/${name}.nmconnection`, inSections(lines)]]);
    if (eth1 !== "") made.set(`${FOLDER}/spare.nmconnection`, eth1);
    if (odd !== undefined) made.set(odd[0], odd[1]);
    return made;
  });

export const networkManagerCase = casesOf(files);

function inSections(lines: readonly string[]): string {
  const sections = new Map<string, string[]>();
  for (const line of lines) {
    const [, section = "", text = ""] = /^\[(.+?)\] (.*)$/.exec(line) ?? [];
    sections.set(section, [...(sections.get(section) ?? []), text]);
  }
  return [...sections].map(([section, texts]) => `[${section}]\n${texts.join("\n")}\n`).join("\n");
}
