/** That a host whose ip knows no JSON tells the same of its network: judged by an ip that does both, in a network namespace. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseLinks } from "../../../provider/host/network/links";
import { parseRoutes, parseRules } from "../../../provider/host/network/routes";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";

const LIBRARY = join(projectRoot, "provider/host/network/library/ip-as-json.sh");
/** A host's cards, bridge, VLAN, addresses, routes and rules; what the kernel has no module for is left out. */
const NETWORK = `set -eu
mount -t sysfs sysfs /sys
ip link set lo up
ip link add eth0 address 52:54:00:00:00:01 type veth peer name wire0
ip link set wire0 up; ip link set eth0 up mtu 1400
ip link add br0 type bridge forward_delay 400 priority 77; ip link set br0 up
ip link add eth1 address 52:54:00:00:00:02 type veth peer name wire1
ip link set eth1 master br0; ip link set eth1 up
ip link add link eth0 name eth0.5 type vlan id 5 2>/dev/null || :
ip link add link eth0 name mac0 type macvlan 2>/dev/null || :
ip addr add 198.51.100.2/24 dev eth0; ip addr add 198.51.100.3/24 dev eth0 label eth0:1
ip addr add 192.0.2.3 peer 192.0.2.9/32 dev eth0
ip addr add 10.0.0.1/8 dev br0 valid_lft 1000 preferred_lft 500
ip -6 addr add 2001:db8::7/64 dev eth0 nodad
ip route add default via 198.51.100.1
ip route add 10.9.0.0/16 via 198.51.100.1 table 100 proto static metric 7
ip route add blackhole 10.8.0.0/16; ip route add unreachable 10.6.0.0/16 metric 500
ip route add 10.7.0.0/16 nexthop via 198.51.100.4 dev eth0 nexthop via 198.51.100.5 dev eth0
ip -6 route add 2001:db8:9::/48 via 2001:db8::1
ip rule add from 10.0.0.0/8 iif eth0 table 100; ip rule add to 192.0.2.0/24 oif br0 table 7; ip rule add from 198.51.100.2 table 100
`;
const ASKED = [
  "-d link show",
  "addr show",
  "-4 route show table all",
  "-6 route show table all",
  "-4 rule show",
  "-6 rule show",
];

function asked(by: string): string[] {
  const commands = ASKED.map((words) => `${by} -j ${words}; echo; echo ---`).join("\n");
  const script = `${NETWORK}\n${readFileSync(LIBRARY, "utf8")}\n${commands}`;
  return execFileSync("unshare", ["--net", "--mount", "dash", "-c", script], { encoding: "utf8" }).split("---\n");
}

const tried = spawnSync("unshare", [
  "--net",
  "--mount",
  "sh",
  "-c",
  "mount -t sysfs sysfs /sys && ip link add br0 type bridge && ip -j link",
]);
const canRun = tried.status === 0;
if (!canRun) note("not run: no root, or no network namespaces, for an ip that knows no JSON");

(canRun ? describe : describe.skip)("an ip that knows no JSON", () => {
  it("tells the same links, addresses, routes and rules", () => {
    const [json, words] = ["ip", "ip_as_json"].map((by) => {
      const [links = "", addresses = "", routes = "", routes6 = "", rules = "", rules6 = ""] = asked(by);
      return {
        links: parseLinks(links, addresses).sort((a, b) => (a.name < b.name ? -1 : 1)),
        routes: parseRoutes(routes, routes6),
        rules: parseRules(rules, rules6),
      };
    });
    expect(words?.links.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["br0", "eth0", "eth1", "lo", "wire0"]),
    );
    // The other end of a cable is in the same host here.
    const known = (links: typeof words): unknown =>
      links?.links.map((link) => ({ ...link, macAddress: /^(eth|br)/.test(link.name) ? link.macAddress : "" }));
    expect(known(words)).toEqual(known(json));
    expect(words?.routes).toEqual(json?.routes);
    expect(words?.rules).toEqual(json?.rules);
  });

  it("is known by its own words, and by no other fault", () => {
    const isOld = (says: string): boolean =>
      spawnSync("dash", ["-c", `${readFileSync(LIBRARY, "utf8")}\nip() { echo '${says}' >&2; return 1; }\nip_is_old`])
        .status === 0;
    expect(isOld('Option "-j" is unknown, try "ip -help".')).toBe(true);
    expect(isOld("ip: unrecognized option: j")).toBe(true);
    expect(isOld("RTNETLINK answers: Operation not permitted")).toBe(false);
    expect(isOld("")).toBe(false);
  });
});
