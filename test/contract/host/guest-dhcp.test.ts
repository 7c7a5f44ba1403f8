/** Guests of a bridge without ports get their addresses from the host, by the real dnsmasq: leases in namespaces of this machine. */
import { join } from "node:path";
import {
  type Ground,
  type GuestDhcp,
  type SeenGuestDhcp,
  guestDhcpOf,
  readGuestDhcp,
  removeGuestDhcp,
  sayGuestDhcp,
  setGuestDhcp,
} from "../../../provider/host/network/guest-dhcp";
import { type Question, type ShellText, sh } from "../../../provider/shell";
import { eventually } from "../../support/eventually";
import { NamespaceHost, judgePackages } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import { there } from "../../support/there";

jest.setTimeout(120_000);

const folder = "/var/lib/pulumi-xen/bridge/br-0";
const place = { bridge: "br-0", folder };
const GIVEN: GuestDhcp = { from: "10.9.0.100", to: "10.9.0.101", leaseSeconds: 600 };
const GROUND: Ground = { cidrs: ["10.9.0.1/24", "fd00::1/64"], isWayOut: true };

/** A guest behind the bridge, and another bridge with a DHCP server of somebody else's. */
const network = sh`mkdir -p ${folder}
ip link set lo up
ip netns add guest
for bridge in br-0 virbr0; do ip link add $bridge type bridge; ip link set $bridge up; done
ip addr add 10.9.0.1/24 dev br-0
ip addr add 192.168.122.1/24 dev virbr0
ip link add vif1.0 type veth peer name eth0 netns guest
ip link set vif1.0 master br-0 up
ip -n guest link set eth0 up
dnsmasq --conf-file=/dev/null --interface=virbr0 --except-interface=lo --bind-interfaces --dhcp-range=192.168.122.2,192.168.122.9 --pid-file=/run/others.pid`;

/** What a guest is told, by busybox's client. */
const leased = sh`cat >/tmp/told.$$ <<'program'
#!/bin/sh
[ "$1" != bound ] || echo "$ip router=$router dns=$dns lease=$lease"
program
chmod +x /tmp/told.$$
ip netns exec guest busybox udhcpc -i eth0 -n -q -t 5 -T 1 -s /tmp/told.$$ 2>/dev/null || echo nothing
rm -f /tmp/told.$$`;

let host: NamespaceHost | undefined;
let missing: string | undefined;

beforeAll(async () => {
  const packages = judgePackages(join(projectRoot, "test/support/dnsmasq-judge/build.sh"));
  if ("missing" in packages) missing = packages.missing;
  else {
    host = await NamespaceHost.start(packages.folder);
    const tried = await host.shell.run(sh`ip link add br-none type bridge && ip link delete br-none`);
    if (tried.exitCode !== 0) missing = "a kernel in which a network namespace can have bridges";
    else expect(await host.shell.run(network)).toMatchObject({ exitCode: 0 });
  }
  if (missing !== undefined) note(`not run: addresses of guests by the real dnsmasq: no ${missing}`);
});
afterAll(() => host?.stop());

/** Without the judge there is nothing to try. */
function it_(name: string, body: () => Promise<void>): void {
  it(name, async () => {
    if (missing === undefined) await body();
  });
}

const question: Question<SeenGuestDhcp> = { about: "dhcp", script: sayGuestDhcp(place), read: readGuestDhcp };
const seen = async (ground = GROUND): Promise<{ given: GuestDhcp; isWhole: boolean } | undefined> =>
  guestDhcpOf(place, await there(host).shell.ask(question), ground);
async function done(script: ShellText): Promise<string> {
  const ran = await there(host).shell.run(script);
  expect(ran).toMatchObject({ exitCode: 0 });
  return ran.stdout.trim();
}

it_("a guest gets an address, its way out and its name server, and none once that is ended", async () => {
  expect(await seen()).toBeUndefined();
  expect(await done(leased)).toBe("nothing");
  await done(setGuestDhcp(place, GIVEN, GROUND));
  expect(await seen()).toEqual({ given: GIVEN, isWhole: true });
  expect(await done(leased)).toMatch(/^10\.9\.0\.10[01] router=10\.9\.0\.1 dns=10\.9\.0\.1 lease=600$/);
  expect(await done(sh`cut -d' ' -f3 ${`${folder}/dnsmasq.leases`}`)).toMatch(/^10\.9\.0\.10[01]$/);
  await done(removeGuestDhcp(place));
  expect(await seen()).toBeUndefined();
  expect(await done(leased)).toBe("nothing");
  expect(await done(sh`ls ${folder}; pgrep -cx dnsmasq`)).toBe("1");
});

it_("a guest of a network without a way out is told none, and the name servers that are declared", async () => {
  const [inside, dns] = [{ ...GROUND, isWayOut: false }, ["10.9.0.53", "9.9.9.9"]];
  await done(setGuestDhcp(place, GIVEN, inside));
  expect(await done(leased)).toMatch(/ router= dns= lease=600$/);
  await done(setGuestDhcp(place, { ...GIVEN, dns }, inside));
  expect(await done(leased)).toMatch(/ router= dns=10\.9\.0\.53 9\.9\.9\.9 lease=600$/);
  expect(await seen(inside)).toEqual({ given: { ...GIVEN, dns }, isWhole: true });
  expect(await seen()).toMatchObject({ isWhole: false });
});

it_("an edited file and a process that somebody has stopped show, and one that was killed starts again", async () => {
  await done(setGuestDhcp(place, GIVEN, GROUND));
  await done(sh`kill -KILL "$(cat ${`${folder}/dnsmasq.pid`})"`);
  await eventually(async () => expect(await seen()).toMatchObject({ isWhole: true }), { seconds: 30 });
  await done(sh`kill "$(cat ${`${folder}/guest-dhcp.pid`})"`);
  await eventually(async () => expect(await seen()).toMatchObject({ isWhole: false }), { seconds: 30 });
  // As its hook does at a boot, where the bridge may come up later.
  await done(sh`ip link set br-0 down; ip addr flush dev br-0
setsid sh ${`${folder}/guest-dhcp.sh`} </dev/null >/dev/null 2>&1 &
ip link set br-0 up; ip addr add 10.9.0.1/24 dev br-0`);
  await eventually(async () => expect(await seen()).toMatchObject({ isWhole: true }), { seconds: 30 });
  await eventually(async () => expect(await done(leased)).toContain("router=10.9.0.1"), { seconds: 30 });
  await done(sh`sed -i s/10.9.0.101/10.9.0.199/ ${`${folder}/dnsmasq.conf`}`);
  expect(await seen()).toEqual({ given: { ...GIVEN, to: "10.9.0.199" }, isWhole: true });
  await done(sh`echo "log-queries" >>${`${folder}/dnsmasq.conf`}`);
  expect(await seen()).toMatchObject({ isWhole: false });
});

it_("a second starter ends at once, so that the first one is still the one that is ended", async () => {
  await done(setGuestDhcp(place, GIVEN, GROUND));
  const first = await done(sh`cat ${`${folder}/guest-dhcp.pid`}`);
  // As the boot's hook does beside us.
  await done(sh`timeout 30 sh ${`${folder}/guest-dhcp.sh`} </dev/null`);
  expect(await done(sh`cat ${`${folder}/guest-dhcp.pid`}; pgrep -cx dnsmasq`)).toBe(`${first}\n2`);
  await done(removeGuestDhcp(place));
  expect(await done(sh`pgrep -cx dnsmasq`)).toBe("1");
});

it_("a number of a process that has ended, or that another has by now, keeps nobody from starting it", async () => {
  await done(setGuestDhcp(place, GIVEN, GROUND));
  await done(sh`kill -KILL "$(cat ${`${folder}/guest-dhcp.pid`})"; kill "$(cat ${`${folder}/dnsmasq.pid`})"
cat /run/others.pid >${`${folder}/guest-dhcp.pid`}
setsid sh ${`${folder}/guest-dhcp.sh`} </dev/null >/dev/null 2>&1 &`);
  await eventually(async () => expect(await seen()).toMatchObject({ isWhole: true }), { seconds: 30 });
  await done(removeGuestDhcp(place));
});

it_("a port that another program has is told in dnsmasq's words, and a further run mends it", async () => {
  await done(removeGuestDhcp(place));
  await done(sh`python3 -c 'import socket, time
held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
held.bind(("10.9.0.1", 53))
print("held", flush=True)
time.sleep(100)' </dev/null >/tmp/held.$$ 2>&1 & echo $! >/run/held.pid
until grep -q held /tmp/held.$$; do sleep 0.1; done; rm /tmp/held.$$`);
  const ran = await there(host).shell.run(setGuestDhcp(place, GIVEN, GROUND));
  expect(ran.exitCode).not.toBe(0);
  expect(ran.stderr).toContain("does not give guests on br-0 their addresses: ");
  expect(ran.stderr).toContain("Address already in use");
  expect(await seen()).toMatchObject({ isWhole: false });
  await done(sh`kill "$(cat /run/held.pid)"`);
  await done(setGuestDhcp(place, GIVEN, GROUND));
  expect(await seen()).toEqual({ given: GIVEN, isWhole: true });
  await done(removeGuestDhcp(place));
  await done(removeGuestDhcp(place));
  expect(await done(sh`ls ${folder}; cat /run/others.pid | xargs ps -o comm= -p`)).toBe("dnsmasq");
});
