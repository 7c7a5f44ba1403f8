/**
 * Guests' vifs on a bridge of Open vSwitch, by the real one (its switch in user space, in a namespace of this machine) and Xen's own vif-openvswitch. What stands
 * for Xen is xenstore, a folder of files.
 */
import { join } from "node:path";
import { bridgeFacts, bridgeKinds } from "../../../provider/resources/domu/domu.bridges";
import type { VifVlans } from "../../../provider/resources/domu/domu.shall";
import { vlanFiles } from "../../../provider/resources/domu/domu.vlans";
import { type VifLink, readVlans, sayVlans } from "../../../provider/resources/domu/domu.vlans-seen";
import { type Question, lines, sh } from "../../../provider/shell";
import { NamespaceHost, judgePackages } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import type { Ran } from "../../support/ran";
import { there } from "../../support/there";

jest.setTimeout(120_000);

const FOLDER = "/var/lib/pulumi-xen/domu/guest1";
const VLANS: readonly VifVlans[] = [{ untagged: 20 }, { tagged: [30, "40-42"] }, { untagged: 50, tagged: ["60-61"] }];
const vifs = VLANS.map((vlans, index) => ({ mac: `00:16:3e:00:00:0${index + 1}`, bridge: "ovsbr0", vlans }));
const links: VifLink[] = vifs.map(({ mac, bridge }, index) => ({ mac, bridge, link: `vif${index + 1}.0` }));

/** One guest's vifs are of several domains here: xenstore tells each of them its own. */
const network = lines([
  sh`ip link set lo up; mkdir -p /run/openvswitch /etc/openvswitch /var/log/openvswitch /var/log/xen
ovsdb-tool create /etc/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server --remote=punix:/run/openvswitch/db.sock --detach --pidfile --log-file=/run/ovsdb.log 2>/dev/null
ovs-vsctl --no-wait init
ovs-vswitchd --detach --pidfile --disable-system --log-file=/run/vswitchd.log 2>/dev/null
ovs-vsctl --timeout=20 add-br ovsbr0 -- set bridge ovsbr0 datapath_type=netdev
ip link add br0 type bridge
ip link add wire0 type veth peer name wire1; ip link set wire0 up; ip link set wire1 up
ovs-vsctl --timeout=20 add-port ovsbr0 wire0`,
  ...links.map(
    (
      { mac = "", link = "" },
      index,
    ) => sh`ip link add ${link} type veth peer name ${`g${index + 1}`}; ip link set ${`g${index + 1}`} up
xenstore-write ${`backend/vif/${index + 1}/0/bridge`} ovsbr0 ${`backend/vif/${index + 1}/0/mac`} ${mac} ${`backend/vif/${index + 1}/0/frontend-id`} 1
xenstore-write /local/domain/1/vm /vm/1 /vm/1/name guest1 /vm/1/uuid 11111111-2222-4333-8444-555555555555`,
  ),
]);

let host: NamespaceHost | undefined;

beforeAll(async () => {
  const packages = judgePackages(join(projectRoot, "test/support/ovs-judge/build.sh"));
  if ("missing" in packages) return note(`not run: vifs on the real Open vSwitch: no ${packages.missing}`);
  host = await NamespaceHost.start(packages.folder);
  expect(await host.shell.run(network)).toMatchObject({ exitCode: 0 });
});
afterAll(() => host?.stop());

/** A test that has nothing to say where there is no judge; the note says so. */
const judged = (name: string, run: (host: NamespaceHost) => Promise<void>): void =>
  it(name, async () => {
    if (host !== undefined) await run(there(host));
  });

const write = ({ shell }: NamespaceHost, declared: typeof vifs): Promise<Ran> =>
  shell.run(
    lines([
      sh`mkdir -p ${FOLDER}`,
      ...vlanFiles({ name: "guest1", vifs: declared }).map(
        ({ name, content }) =>
          sh`printf %s ${String(content)} >${`${FOLDER}/${name}`}; chmod 755 ${`${FOLDER}/${name}`}`,
      ),
    ]),
  );

/** As libxl runs it. */
const plug = ({ shell }: NamespaceHost, domid: number, word: string): Promise<Ran> =>
  shell.run(
    sh`script=${`${FOLDER}/vif-vlans`} XENBUS_PATH=${`backend/vif/${domid}/0`} netdev= vif=${`vif${domid}.0`} ${`${FOLDER}/vif-vlans`} ${word} type_if=vif`,
  );

const seen: Question<ReadonlyMap<string, VifVlans> | undefined> = {
  about: "VLANs",
  script: sh`folder=${FOLDER}
${sayVlans}`,
  read: (answer) => readVlans(answer, links, () => true)?.running,
};

/** What the switch would do with a packet that comes in there. */
const passes = async ({ shell }: NamespaceHost, port: string, tag = ""): Promise<string> => {
  const { stdout } = await shell.run(
    sh`ovs-appctl ofproto/trace ovsbr0 ${`in_port=${port},${tag}dl_src=00:16:3e:00:00:99,dl_dst=ff:ff:ff:ff:ff:ff`}`,
  );
  return /^Datapath actions: (.*)$/m.exec(stdout)?.[1] ?? stdout;
};

const kinds: Question<Record<string, string>> = {
  about: "bridges",
  script: sh`facts=
fact() { facts="$facts$1
"; }
${bridgeFacts(["ovsbr0", "br0", "br9"])}
say facts "$facts"`,
  read: (answer) => {
    const facts = new Map(
      answer
        .need("facts")
        .split("\n")
        .map((text) => [text.split("=")[0] ?? "", text.split("=")[1] ?? ""]),
    );
    return Object.fromEntries(bridgeKinds(facts, ["ovsbr0", "br0", "br9"]));
  },
};

judged("tells its bridges from those of Linux, and from what is not there", async ({ shell }) => {
  expect(await shell.ask(kinds)).toEqual({ ovsbr0: "ovs", br0: "plain" });
});

judged("has each vif in its VLANs once Xen's script has plugged it in", async (on) => {
  await write(on, vifs);
  for (const domid of [1, 2, 3]) expect(await plug(on, domid, "online")).toMatchObject({ exitCode: 0 });
  expect(await on.shell.ask(seen)).toEqual(new Map(vifs.map(({ mac, vlans }) => [mac, vlans])));
  const { stdout } =
    await on.shell.run(sh`xenstore-read backend/vif/3/0/bridge; xenstore-read backend/vif/3/0/hotplug-status
ovs-vsctl get interface vif3.0 external_ids:attached-mac`);
  expect(stdout.trim().split("\n")).toEqual(["ovsbr0", "connected", '"00:16:3e:00:00:03"']);
});

judged("gives what comes from a guest its tag, and drops what is in none of its VLANs", async (on) => {
  expect(await passes(on, "vif1.0")).toMatch(/push_vlan\(vid=20,/);
  expect(await passes(on, "vif1.0", "dl_vlan=30,")).toBe("drop");
  expect(await passes(on, "vif2.0")).toBe("drop");
  expect(await passes(on, "vif2.0", "dl_vlan=41,")).not.toBe("drop");
  expect(await passes(on, "vif2.0", "dl_vlan=43,")).toBe("drop");
  expect(await passes(on, "vif3.0")).toMatch(/push_vlan\(vid=50,/);
  expect(await passes(on, "vif3.0", "dl_vlan=61,")).not.toBe("drop");
});

judged("changes the VLANs of one that is plugged in", async (on) => {
  const [first, second, third] = vifs;
  const changed = [
    { ...first, vlans: { tagged: [20] } },
    { ...second, vlans: { untagged: 30 } },
    { ...third, vlans: { untagged: 51, tagged: [60] } },
  ] as typeof vifs;
  await write(on, changed);
  for (const [index, { mac }] of changed.entries())
    expect(await on.shell.run(sh`${`${FOLDER}/vif-vlans`} set ${index + 1} ${mac}`)).toMatchObject({ exitCode: 0 });
  expect(await on.shell.ask(seen)).toEqual(new Map(changed.map(({ mac, vlans }) => [mac, vlans])));
});

judged("shows what somebody has set by hand", async ({ shell }) => {
  await shell.run(sh`ovs-vsctl --timeout=20 clear port vif1.0 trunks vlan_mode -- set port vif1.0 tag=7`);
  expect((await shell.ask(seen))?.get("00:16:3e:00:00:01")).toEqual({ untagged: 7 });
});

judged("takes a vif out when its guest goes", async (on) => {
  expect(await plug(on, 1, "offline")).toMatchObject({ exitCode: 0 });
  expect((await on.shell.run(sh`ovs-vsctl list-ports ovsbr0`)).stdout).not.toContain("vif1.0");
});

judged("is asked again where it does not answer", async ({ shell }) => {
  await shell.run(sh`kill "$(cat /run/openvswitch/ovsdb-server.pid)"`);
  expect(await shell.ask(kinds)).toMatchObject({ ovsbr0: "silent", br9: "silent", br0: "plain" });
});
