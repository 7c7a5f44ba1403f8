import { type Running, notOfFiles } from "../../../../provider/host/network/by-hand";
import { parseLinks } from "../../../../provider/host/network/links";
import { parseRoutes, parseRules } from "../../../../provider/host/network/routes";
import { ifupdownDialect } from "../../../../provider/host/network/ifupdown/dialect";
import { givesOf } from "../../../../provider/host/network/interfaces/port-gives";
import { MAIN_FILE } from "../../../../provider/host/network/interfaces/take-over";
import { desiredBridge } from "../../../support/desired-bridge";

const FILES = new Map([
  [
    MAIN_FILE,
    "auto eth0\niface eth0 inet static\n  address 198.51.100.2/24\n  gateway 198.51.100.1\n  up ip route add 10.4.0.0/16 via 198.51.100.1\n",
  ],
]);
const desired = desiredBridge();

function running(more: { addresses?: object[]; links?: object[]; routes?: object[]; rules?: object[] } = {}): Running {
  const own = { family: "inet", local: "198.51.100.2", prefixlen: 24, scope: "global" };
  return {
    links: parseLinks(
      JSON.stringify([{ ifname: "eth0" }, ...(more.links ?? [])]),
      JSON.stringify([{ ifname: "eth0", addr_info: [own, ...(more.addresses ?? [])] }]),
    ),
    routes: parseRoutes(
      JSON.stringify([
        { dst: "198.51.100.0/24", dev: "eth0", protocol: "kernel" },
        { dst: "default", gateway: "198.51.100.1", dev: "eth0" },
        { dst: "10.4.0.0/16", gateway: "198.51.100.1", dev: "eth0" },
        ...(more.routes ?? []),
      ]),
    ),
    rules: parseRules(JSON.stringify([{ src: "all", table: "main" }, ...(more.rules ?? [])])),
  };
}

const said = (more: Parameters<typeof running>[0], files = FILES): string[] =>
  notOfFiles(givesOf(ifupdownDialect, files, "eth0"), running(more), "eth0", desired);

describe("what a port has beside its lines", () => {
  it("is nothing where its lines give it all", () => {
    expect(said({})).toEqual([]);
  });

  it.each([
    [
      { addresses: [{ family: "inet", local: "198.51.100.9", prefixlen: 32, scope: "global" }] },
      "the address 198.51.100.9/32",
    ],
    [
      { addresses: [{ family: "inet6", local: "2001:DB8::9", prefixlen: 128, scope: "global" }] },
      "the address 2001:db8::9/128",
    ],
    [
      { routes: [{ dst: "172.16.0.0/12", gateway: "198.51.100.1", dev: "eth0" }] },
      "The route to 172.16.0.0/12 via 198.51.100.1",
    ],
    [{ routes: [{ dst: "10.5.0.0/16", nexthops: [{ dev: "eth0" }, { dev: "eth1" }] }] }, "The route to 10.5.0.0/16"],
    [{ routes: [{ dst: "default", gateway: "198.51.100.1", dev: "eth0", table: "100" }] }, ""],
    [
      { rules: [{ src: "10.0.0.0", srclen: 8, oif: "eth0", table: "100" }] },
      'The rule "from 10.0.0.0/8 oif eth0 lookup 100"',
    ],
    [{ links: [{ ifname: "eth0.20", link: "eth0", linkinfo: { info_kind: "vlan" } }] }, "eth0.20 stands on eth0"],
  ])("is refused, by its name: %j", (more, text) => {
    const found = said(more);
    if (text === "") expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(text)]);
  });

  it("is no lease, and nothing that a router has told", () => {
    const leased = new Map([[MAIN_FILE, "auto eth0\niface eth0 inet dhcp\n"]]);
    const addresses = [{ family: "inet6", local: "2001:db8::1:2", prefixlen: 64, scope: "global", dynamic: true }];
    expect(said({ addresses }, leased).filter((text) => text.includes("address"))).toEqual([]);
    const two = [...addresses, { family: "inet", local: "198.51.100.9", prefixlen: 32, scope: "global" }];
    expect(said({ addresses: two }, leased).filter((text) => text.includes("the address"))).toHaveLength(1);
  });

  it("is no veth's other end", () => {
    expect(said({ links: [{ ifname: "veth1", link: "eth0", linkinfo: { info_kind: "veth" } }] })).toEqual([]);
  });
});
