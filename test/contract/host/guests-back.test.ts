/** What the host does for guests comes back with a rolled back network, or goes with it: by the real dnsmasq in namespaces of this machine. */
import { join } from "node:path";
import {
  type Ground,
  type GuestDhcp,
  guestDhcpOf,
  readGuestDhcp,
  removeGuestDhcp,
  sayGuestDhcp,
  setGuestDhcp,
} from "../../../provider/host/network/guest-dhcp";
import { type NetworkSwitch, keepOldNetwork, switchFiles } from "../../../provider/host/network/network-switch";
import { type ShellText, lines, sh } from "../../../provider/shell";
import { NamespaceHost, judgePackages } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import { there } from "../../support/there";

jest.setTimeout(120_000);

const folder = "/var/lib/pulumi-xen/bridge/br-0";
const place = { bridge: "br-0", folder };
const GIVEN: GuestDhcp = { from: "10.9.0.100", to: "10.9.0.101", leaseSeconds: 600 };
const OTHER: GuestDhcp = { from: "10.9.0.150", to: "10.9.0.151", leaseSeconds: 600 };
const GROUND: Ground = { cidrs: ["10.9.0.1/24"], isWayOut: true };
const HOOK = "/etc/rc3.d";

/** Of a network whose links stay as they are: only what is done for guests counts here. */
const change: NetworkSwitch = {
  system: { fileMode: "0644", linkFunctions: sh`links_down() { :; }; links_up() { :; }` },
  bridge: "br-0",
  ports: [],
  newPorts: [],
  vlans: { made: [], gone: [] },
  bonds: { all: [], cards: [], made: [] },
  aliases: [],
  mtus: [],
  files: [],
  fixedAddresses: [],
  folder,
  guestsAtBoot: true,
  isRemoval: false,
  isForBoot: true,
};

let host: NamespaceHost | undefined;
let missing: string | undefined;

beforeAll(async () => {
  const packages = judgePackages(join(projectRoot, "test/support/dnsmasq-judge/build.sh"));
  if ("missing" in packages) missing = packages.missing;
  else {
    host = await NamespaceHost.start(packages.folder);
    const tried =
      await host.shell.run(sh`ip link set lo up; ip link add br-0 type bridge && ip addr add 10.9.0.1/24 dev br-0 && ip link set br-0 up
mkdir -p ${folder} ${HOOK} /etc/init.d`);
    if (tried.exitCode !== 0) missing = "a kernel in which a network namespace can have bridges";
  }
  if (missing !== undefined) note(`not run: what a rollback gives guests back: no ${missing}`);
});
afterAll(() => host?.stop());

/** Without the judge there is nothing to try. */
function it_(name: string, body: () => Promise<void>): void {
  it(name, async () => {
    if (missing === undefined) await body();
  });
}

async function done(script: ShellText): Promise<string> {
  const ran = await there(host).shell.run(script);
  expect(ran).toMatchObject({ exitCode: 0 });
  return ran.stdout.trim();
}

const given = async (): Promise<{ given: GuestDhcp; isWhole: boolean } | undefined> =>
  guestDhcpOf(
    place,
    await there(host).shell.ask({ about: "dhcp", script: sayGuestDhcp(place), read: readGuestDhcp }),
    GROUND,
  );

/** What the steps of a change do before its links go down. */
const begun = lines([
  sh`JOB_FILES=/tmp/job.$$; mkdir "$JOB_FILES"`,
  ...switchFiles(change).map(({ name, content }) => sh`printf %s ${String(content)} >"$JOB_FILES"/${name}`),
  keepOldNetwork(change),
  sh`rm -r "$JOB_FILES"`,
]);
const way = sh`printf '%s\n' 'echo ran >>/run/way-out' >${`${folder}/nat.sh`}; rm -f /run/way-out`;
const rolledBack = sh`: >${`${folder}/armed`}; /bin/sh ${`${folder}/rollback.sh`}; cat ${`${folder}/rollback.log`}`;

it_("a change that ended it and is rolled back begins it again, with its leases and its way out", async () => {
  await done(setGuestDhcp(place, GIVEN, GROUND));
  await done(way);
  await done(sh`echo "4102444800 00:16:3e:00:00:01 10.9.0.100 * *" >${`${folder}/dnsmasq.leases`}`);
  await done(begun);
  await done(removeGuestDhcp(place));
  await done(sh`rm -f ${`${folder}/nat.sh`}`);
  expect(await given()).toBeUndefined();
  await done(rolledBack);
  expect(await given()).toEqual({ given: GIVEN, isWhole: true });
  expect(await done(sh`cat /run/way-out; grep -c 10.9.0.100 ${`${folder}/dnsmasq.leases`}`)).toBe("ran\n1");
  expect(await done(sh`ls ${HOOK}`)).toContain("pulumi-xen-dhcp-br-0");
});

it_("a change that gave other addresses and is rolled back gives the old ones again", async () => {
  await done(setGuestDhcp(place, GIVEN, GROUND));
  await done(begun);
  await done(setGuestDhcp(place, OTHER, GROUND));
  await done(rolledBack);
  expect(await given()).toEqual({ given: GIVEN, isWhole: true });
});

it_("a bridge whose first boot fails leaves none of it behind, though it was confirmed and begun", async () => {
  await done(removeGuestDhcp(place));
  await done(sh`rm -rf ${folder}; mkdir -p ${folder}`);
  await done(begun);
  await done(setGuestDhcp(place, GIVEN, GROUND));
  await done(way);
  await done(sh`: >${`${folder}/to-booted`}`);
  await done(rolledBack);
  expect(await given()).toBeUndefined();
  expect(await done(sh`ls ${folder} ${HOOK}; pgrep -cx dnsmasq || :`)).not.toMatch(
    /nat\.sh|dnsmasq|guest-dhcp|pulumi-xen-/,
  );
});
