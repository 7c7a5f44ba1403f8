/** Guests of a bridge without ports reach the outside by the host's own address, by the real nft: packets in namespaces of this machine. */
import { join } from "node:path";
import { type SeenNat, natOf, readNat, removeNat, sayNat, setNat } from "../../../provider/host/network/nat";
import { askNft } from "../../../provider/host/network/nft";
import { type Question, type ShellText, lines, sh } from "../../../provider/shell";
import { NamespaceHost, judgePackages } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import { there } from "../../support/there";

jest.setTimeout(120_000);

const place = { bridge: "br-0", folder: "/var/lib/pulumi-xen/bridge/br-0" };
const CIDRS = ["10.9.0.1/24", "fd00::1/64"];

/** A guest behind the bridge, and beyond eth0 somebody who has no way back to the guest's network and tells who has called. */
const network = sh`mkdir -p ${place.folder}
ip link set lo up
ip netns add guest
ip netns add outside
ip link add eth0 type veth peer name out0 netns outside
ip addr add 198.51.100.2/24 dev eth0
ip link set eth0 up
ip -n outside addr add 198.51.100.1/24 dev out0
ip -n outside link set out0 up
ip link add br-0 type bridge
ip addr add 10.9.0.1/24 dev br-0
ip link set br-0 up
ip link add vif1.0 type veth peer name eth0 netns guest
ip link set vif1.0 master br-0 up
ip -n guest addr add 10.9.0.7/24 dev eth0
ip -n guest link set eth0 up
ip -n guest route add default via 10.9.0.1
nft add table ip another
nft add chain ip another kept '{ type filter hook input priority 0; policy accept; }'`;

const called = sh`cat >/tmp/answering.$$ <<'program'
import socket, sys
server = socket.create_server(("198.51.100.1", 80))
server.settimeout(3)
try:
    connection, peer = server.accept()
    print(peer[0])
except TimeoutError:
    print("nobody")
program
ip netns exec outside python3 /tmp/answering.$$ &
answering=$!
ip netns exec guest python3 -c 'import socket, time
end = time.time() + 3
while time.time() < end:
    try:
        socket.create_connection(("198.51.100.1", 80), 1)
        break
    except OSError:
        time.sleep(0.1)'
wait $answering
rm -f /tmp/answering.$$`;

let host: NamespaceHost | undefined;
let missing: string | undefined;

beforeAll(async () => {
  const packages = judgePackages(join(projectRoot, "test/support/nft-judge/build.sh"));
  if ("missing" in packages) missing = packages.missing;
  else {
    host = await NamespaceHost.start(packages.folder);
    const tried = await host.shell.run(
      sh`ip link add br-none type bridge && ip link delete br-none && nft list tables`,
    );
    if (tried.exitCode !== 0) missing = "a kernel in which a network namespace can have bridges and nft's tables";
    else expect(await host.shell.run(network)).toMatchObject({ exitCode: 0 });
  }
  if (missing !== undefined) note(`not run: the way of guests to the outside by the real nft: no ${missing}`);
});
afterAll(() => host?.stop());

/** Without the judge there is nothing to try. */
function it_(name: string, body: () => Promise<void>): void {
  it(name, async () => {
    if (missing === undefined) await body();
  });
}

const question: Question<SeenNat> = { about: "nat", script: lines([askNft, sayNat(place)]), read: readNat };
const seen = async (cidrs = CIDRS): Promise<boolean | "part"> =>
  natOf(place, await there(host).shell.ask(question), cidrs);
async function done(script: ShellText): Promise<string> {
  const ran = await there(host).shell.run(script);
  expect(ran).toMatchObject({ exitCode: 0 });
  return ran.stdout.trim();
}

it_("a guest reaches nobody outside before, then as the host, and nobody again once that is ended", async () => {
  expect(await seen()).toBe(false);
  await done(sh`echo 1 >/proc/sys/net/ipv4/ip_forward`);
  expect(await done(called)).toBe("nobody");
  await done(setNat(place, CIDRS));
  expect(await seen()).toBe(true);
  expect(await done(called)).toBe("198.51.100.2");
  await done(removeNat(place));
  expect(await seen()).toBe(false);
  expect(await done(called)).toBe("nobody");
  expect(await done(sh`nft list tables; ls ${place.folder}`)).toBe("table ip another");
});

it_(
  "a table that somebody has flushed, and one of another network, is no whole one until its program has run",
  async () => {
    await done(lines([setNat(place, CIDRS), setNat(place, CIDRS)]));
    expect([await seen(), await seen(["10.8.0.1/24"])]).toEqual([true, "part"]);
    expect(await done(sh`nft list table ip pulumi_xen_br.0 | grep -c masquerade`)).toBe("1");
    await done(sh`nft flush ruleset`);
    expect(await seen()).toBe("part");
    // As its hook does at a boot.
    await done(sh`echo 0 >/proc/sys/net/ipv4/ip_forward; sh ${`${place.folder}/nat.sh`}`);
    expect(await seen()).toBe(true);
    await done(sh`echo 0 >/proc/sys/net/ipv4/ip_forward`);
    expect(await seen()).toBe("part");
    await done(lines([removeNat(place), removeNat(place)]));
    expect(await seen()).toBe(false);
  },
);
