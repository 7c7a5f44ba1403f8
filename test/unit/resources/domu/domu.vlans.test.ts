import { asMade } from "../../../../provider/resources/domu/domu.observe";
import { guestPlan } from "../../../../provider/resources/domu/domu.plan";
import { guestRefusals } from "../../../../provider/resources/domu/domu.refusals";
import { completeDomU, domuFaults } from "../../../../provider/resources/domu/domu.rules";
import type { DomUVif } from "../../../../provider/resources/domu/domu.shall";
import { vlanFiles } from "../../../../provider/resources/domu/domu.vlans";
import { readVlans } from "../../../../provider/resources/domu/domu.vlans-seen";
import { finalConfig } from "../../../../provider/resources/domu/domu.config";
import { updateJob } from "../../../../provider/resources/domu/domu.jobs";
import { removeStep } from "../../../../provider/resources/domu/domu.steps";
import { Answer } from "../../../../provider/shell";
import { xm } from "../../../../provider/toolstack/xm/xm";
import { emptyHost, hostWith, seen } from "./observed";

const connection = { host: "198.51.100.7" };
const guest = (vif: DomUVif): ReturnType<typeof completeDomU> =>
  completeDomU({
    connection,
    owner: "shop/prod::DomU::guest1",
    name: "guest1",
    memoryMiB: 128,
    disks: [{ path: "/xen/vm/guest1.img" }],
    vifs: [{ mac: "00:16:3e:00:00:01", ...vif }],
  });
const inVlan = guest({ bridge: "br0", vlans: { untagged: 20 } });
const plain = guest({ bridge: "br0" });
const texts = (is: ReturnType<typeof seen>, shall: typeof inVlan): string[] =>
  guestPlan(is, shall).map(({ text, effect }) => `${text}: ${effect}`);

test("an interface in VLANs has a script in the guest's own folder, and its VLANs beside it", () => {
  const [vif] = finalConfig(inVlan).vifs ?? [];
  expect(vif?.script).toBe(`/var/lib/pulumi-xen/domu/${String(inVlan.uuid)}/vif-vlans`);
  const both = guest({ bridge: "br0", vlans: { untagged: 20, tagged: [31, "30-30", "100-110"] } });
  expect(vlanFiles(both)[0]?.content).toBe("00:16:3e:00:00:01 20 30-31 100-110\n");
  expect(vlanFiles(guest({ bridge: "br0", vlans: { tagged: [30] } }))[0]?.content).toBe("00:16:3e:00:00:01 - 30\n");
  expect(vlanFiles(plain)).toEqual([]);
  expect(vlanFiles(both)[1]?.content).toMatch(/^#!\/bin\/sh\n/);
});

test("other VLANs are live, the first and no more are a restart, another spelling is nothing", () => {
  const is = seen(inVlan);
  expect(texts(is, inVlan)).toEqual([]);
  expect(texts(is, guest({ bridge: "br0", vlans: { untagged: 20, tagged: [] } }))).toEqual([]);
  expect(texts(is, guest({ bridge: "br0", vlans: { untagged: 30 } }))).toEqual([
    expect.stringMatching(/^vifs\[0\]\.vlans .*20.* -> .*30.*: live$/),
  ]);
  expect(texts(is, plain)[0]).toMatch(/^vifs\[0\]\.vlans .* -> unset: restart$/);
  expect(texts(seen(plain), inVlan)[0]).toMatch(/^vifs\[0\]\.vlans unset -> .*: restart$/);
});

test("the files come before the link is set, and go when nothing has the script any more", () => {
  const claim = { seen: undefined, renews: false, isKnown: true, isUnfinished: false, nameNow: "guest1" };
  const other = guest({ bridge: "br0", vlans: { untagged: 30 } });
  const is = seen(inVlan);
  const steps = updateJob(is, guestPlan(is, other), other, claim).steps;
  const names = steps.map(({ name }) => name.replace(/-[0-9a-f]{8}$/, ""));
  expect(names.indexOf("write-config")).toBeLessThan(names.indexOf("set-vlans"));
  const text = (name: string): string => steps.find((step) => step.name === name)?.script.text ?? "";
  expect(text("write-config")).toContain("install_file \"$JOB_FILES\"/'vif-vlans' \"$folder\"/'vif-vlans' 0755");
  expect(text("done")).not.toContain("vif-vlans");
  const gone = updateJob(is, guestPlan(is, plain), plain, claim).steps;
  expect(gone.find(({ name }) => name === "done")?.script.text).toContain(
    "rm -f \"$folder\"/'vlans' \"$folder\"/'vif-vlans'",
  );
  expect(removeStep(inVlan, { claimId: undefined, nameNow: "guest1" }).script.text).toContain('rm -rf "$folder"');
});

test("files that somebody has changed, and a link in another VLAN, are found", () => {
  const made = asMade(inVlan).vlans;
  const files = { file: made?.file, script: made?.script, running: made?.running ?? new Map() };
  expect(texts(seen(inVlan, { vlans: { ...files, file: "00:16:3e:00:00:01 7\n" } }), inVlan)).toEqual([
    expect.stringMatching(/\/vlans differs: none$/),
  ]);
  expect(texts(seen(inVlan, { vlans: { ...files, script: "another" } }), inVlan)).toEqual([
    expect.stringMatching(/\/vif-vlans differs: none$/),
  ]);
  const running = new Map([["00:16:3e:00:00:01", { untagged: 1 }]]);
  expect(texts(seen(inVlan, { vlans: { ...files, running } }), inVlan)).toEqual([
    expect.stringMatching(/^vifs\[0\]\.vlans .*1.* -> .*20.*: live$/),
  ]);
});

test("what bridge and ovs-vsctl print is read; on a bridge that filters none nobody is in a VLAN", () => {
  const answer = new Answer(
    new Map([
      ["vlans.file", "00:16:3e:00:00:01 20\n"],
      ["vlans.script", "abc  -"],
      [
        "vlans.bridge",
        '[{"ifname":"vif1.0","vlans":[{"vlan":20,"flags":["PVID","Egress Untagged"]},{"vlan":30,"vlanEnd":32}]},{"ifname":"vif1.2","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]}]}]',
      ],
      ["vlans.bridge.rc", "0"],
      // As ovs-vsctl 3.1 prints it.
      [
        "vlans.ovs",
        '{"data":[["vif1.1",20,["set",[30,31]],"native-untagged"],["vif1.3",20,["set",[30]],["set",[]]]],"headings":["name","tag","trunks","vlan_mode"]}',
      ],
      ["vlans.ovs.rc", "0"],
    ]),
  );
  const vif = (number: number): object => ({ mac: `00:16:3e:00:00:0${number}`, link: `vif1.${number}`, bridge: "br0" });
  const read = readVlans(answer, [0, 1, 2, 3].map(vif), () => true);
  expect(Object.fromEntries(read?.running ?? [])).toEqual({
    "00:16:3e:00:00:00": { untagged: 20, tagged: ["30-32"] },
    "00:16:3e:00:00:01": { untagged: 20, tagged: ["30-31"] },
    "00:16:3e:00:00:02": { untagged: 1 },
    "00:16:3e:00:00:03": { untagged: 20 },
  });
  expect(readVlans(answer, [vif(0), vif(2)], () => false)?.running.size).toBe(0);
  expect(readVlans(new Answer(new Map()), [vif(0)], () => true)).toBeUndefined();
});

test("a bridge that filters none, one of Open vSwitch without VLANs, a host without the tool, and xm are refused", () => {
  const refused = (inputs: typeof inVlan, more: object): string[] =>
    guestRefusals(inputs, emptyHost(inputs, more), { builds: true, inUse: [] });
  const kind = (word: string): object => ({ bridges: new Map([["br0", word]]) });
  expect(refused(inVlan, kind("plain"))).toEqual([
    "br0 filters no VLANs, so vifs[0] cannot be in one. Set vlanFiltering of its Bridge to true, or remove vlans.",
  ]);
  expect(refused(inVlan, kind("filters"))).toEqual([]);
  expect(refused(plain, kind("filters"))).toEqual([]);
  expect(refused(inVlan, kind("ovs"))).toEqual([]);
  expect(refused(plain, kind("ovs"))).toEqual([
    expect.stringMatching(/Give vifs\[0\] vlans, or set its script to "vif-openvswitch"/),
  ]);
  expect(refused(inVlan, kind("silent"))).toEqual([
    expect.stringMatching(/does not tell whether br0 is one of its bridges/),
  ]);
  expect(refused(inVlan, { ...kind("filters"), hasBridgeTool: false })).toEqual([
    expect.stringMatching(/lacks the program "bridge" of iproute2/),
  ]);
  const host = hostWith(inVlan, { ...kind("filters"), guest: seen(inVlan, { on: xm }) });
  expect(guestRefusals(inVlan, host, { builds: true, inUse: [] })).toContainEqual(
    expect.stringMatching(/^xm puts no interface into a VLAN\. Remove vlans/),
  );
});

test("VLANs that name none, one twice, or beside a script are refused", () => {
  const reasons = (vif: DomUVif): string[] =>
    domuFaults(guest(vif)).map(({ property, reason }) => `${property} ${reason}`);
  expect(reasons({ bridge: "br0", vlans: {} })).toEqual([expect.stringMatching(/^vifs\[0\]\.vlans names no VLAN/)]);
  expect(reasons({ bridge: "br0", vlans: { untagged: 20, tagged: ["10-30"] } })).toEqual([
    expect.stringMatching(/has VLAN 20 as untagged and as tagged/),
  ]);
  expect(reasons({ bridge: "br0", script: "vif-openvswitch", vlans: { untagged: 20 } })).toEqual([
    expect.stringMatching(/is given beside script/),
  ]);
});
