/**
 * VLANs of a bridge and of guests' vifs, by a real kernel, the real iproute2 and ifupdown, and Xen's own vif-bridge: on a small machine, since the kernel of this one
 * may have none. What stands for Xen is xenstore, a folder of files, and a guest, a network namespace behind the vif.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ifupdown } from "../../../provider/host/network/ifupdown/ifupdown";
import { guestLinkFunctions } from "../../../provider/host/network/network-switch";
import { keepHost, setTrunk, withVlanFunctions } from "../../../provider/host/network/vlan-functions";
import { linkVlans } from "../../../provider/host/network/vlans";
import { vlanFiles } from "../../../provider/resources/domu/domu.vlans";
import { desiredBridge } from "../../support/desired-bridge";
import { kernelJudge, runOnKernel } from "../../support/kernel-machine";
import { note } from "../../support/notes";
import { PLAIN_INTERFACES } from "../../networks/interfaces-files";

jest.setTimeout(760_000);

const MACS = { untagged: "00:16:3e:00:00:01", tagged: "00:16:3e:00:00:02", both: "00:16:3e:00:00:03" };

const [vlans, script] = vlanFiles({
  name: "guest1",
  vifs: [
    { mac: MACS.untagged, vlans: { untagged: 20 } },
    { mac: MACS.tagged, vlans: { tagged: [30, "40-42"] } },
    { mac: MACS.both, vlans: { untagged: 50, tagged: ["60-61"] } },
  ],
});

const bridge = desiredBridge({ addresses: { cidr: ["10.0.1.2/24"] }, trunkVlans: ["2-4094"] });
const written = ifupdown.withBridge({ files: PLAIN_INTERFACES, sources: new Map(), clientIds: new Map() }, bridge);

const FOLDER = "/var/lib/pulumi-xen/domu/guest1";
const text = (content: unknown): string => String(content);

const files = [
  ...[...written].map(([path, content]) => ({ path, content })),
  { path: `${FOLDER}/vlans`, content: text(vlans?.content) },
  { path: `${FOLDER}/vif-vlans`, content: text(script?.content) },
  { path: "/work/guest-links.sh", content: guestLinkFunctions.text },
  { path: "/work/narrow.sh", content: withVlanFunctions([keepHost("br0"), setTrunk("eth0", [20, "30-32"])]).text },
  { path: "/work/wide.sh", content: withVlanFunctions([keepHost("br0"), setTrunk("eth0", ["2-4094"])]).text },
  ...["read", "write", "list"].map((verb) => ({
    path: `/work/bin/xenstore-${verb}`,
    content: readFileSync(join(__dirname, "../../support/kernel-judge/xenstore.sh"), "utf8"),
  })),
];

let facts: ReadonlyMap<string, string> | undefined;

beforeAll(async () => {
  const judge = kernelJudge();
  if ("missing" in judge) return note(`not run: VLANs of bridges and vifs by a real kernel: no ${judge.missing}`);
  const program = readFileSync(join(__dirname, "../../support/kernel-judge/vlans.sh"), "utf8");
  facts = await runOnKernel(judge.folder, program, files);
});

const told = (name: string, expected: Readonly<Record<string, string>>): void =>
  it(name, () => {
    const all = facts;
    if (all === undefined) return;
    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, all.get(key)]))).toEqual(expected);
  });

describe("a bridge that ifupdown brings up from our lines", () => {
  told("filters VLANs, and its port carries all of them", {
    "ifup.filters": "1",
    "ifup.eth0": "1 pvid untagged,2-4094",
    "ifup.br0": "1 pvid untagged",
  });
  told("leaves the host in the network that it was in", { "reach.before": "yes", "reach.after": "yes" });

  it("shows its VLANs as we read them", () => {
    if (facts === undefined) return;
    const printed = JSON.parse(facts.get("json") ?? "") as [];
    expect(Object.fromEntries(linkVlans(printed))).toEqual({
      br0: { pvid: 1, untagged: [1], tagged: [] },
      eth0: { pvid: 1, untagged: [1], tagged: ["2-4094"] },
    });
  });

  told("carries fewer VLANs, and again all, while the host stays where it is", {
    narrow: "1 pvid untagged,20,30-32",
    wide: "1 pvid untagged,2-4094",
    "reach.set": "yes",
  });
  told("gets the host's own VLAN back where somebody has taken it away", { "reach.lost": "no", "reach.again": "yes" });
});

describe("a vif in VLANs", () => {
  told("is in those that are declared when Xen's own script has plugged it in", {
    "vif.untagged": "20 pvid untagged",
    "vif.tagged": "30,40-42",
    "vif.both": "50 pvid untagged,60-61",
    "vif.status": "connected",
  });
  told("sends without a tag what arrives with one, and the other way round", { "ping.20": "yes", "ping.41": "yes" });
  told("reaches neither the host nor its network", { "ping.host": "no", "ping.wire": "no", "ping.dropped": "no" });
  told("stays out of the bridge where nobody says its VLANs, or the bridge filters none", {
    "unknown.port": "",
    "unknown.error": `${FOLDER}/vlans names no VLANs of 00:16:3e:00:00:09: run pulumi up`,
    "plain.error": "br0 filters no VLANs: set vlanFiltering of its Bridge",
  });
  told("changes its VLANs while the guest runs", {
    "live.rc": "0",
    "live.vlans": "30 pvid untagged",
    "ping.30": "yes",
  });
  told("comes back into them when the bridge is made again", {
    "again.untagged": "30 pvid untagged",
    "again.tagged": "30,40-42",
    "again.both": "50 pvid untagged,60-61",
    "again.plain": "1 pvid untagged",
    "again.ping": "yes",
  });
  told("may have a name of its own, and be a card that QEMU emulates", {
    renamed: "30,40-42",
    emulated: "50 pvid untagged,60-61",
  });
  told("leaves the bridge when its guest goes", { offline: "" });
});
