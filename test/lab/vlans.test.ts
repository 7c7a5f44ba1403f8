/** A guest whose vif is in a VLAN of a bridge that filters them: on real Xen, with what comes out of the port looked at. */
import { join } from "node:path";
import { type StackEngine, type StackResult, practiceEngine } from "../../lab/engine";
import { eventually } from "../support/eventually";
import { type LabStack, labStack, mustSucceed } from "../support/lab-stack";
import { labSuites } from "../support/lab-suites";
import { there } from "../support/there";

jest.setTimeout(40 * 60_000);

/** The guest's address is in the host's own network: nobody there may answer it. */
const GUEST = "10.0.2.51";
const FOLDER = "/var/lib/pulumi-xen/domu";

describe.each(labSuites())("a guest in a VLAN on Debian %s", (suite) => {
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  beforeAll(async () => {
    ground = await labStack(`vlans-${suite}`, { kind: "xen", suite, program: "vlans" });
    engine = practiceEngine({ stateFile: join(ground.folder, "practice.json"), why: "tests" });
  });
  afterAll(() => ground?.close());

  const raw = (command: string): Promise<string> => there(ground).raw(command);
  const run = (
    action: "up" | "preview" | "refresh" | "destroy",
    more: Record<string, string>,
  ): Promise<StackResult> => {
    const { stack, config, assets, assetsUrl } = there(ground);
    const disk = { diskUrl: `${assetsUrl}/${assets.disk.name}`, diskSha256: assets.disk.sha256 };
    return there(engine)[action]({ ...stack, config: { ...config, ...disk, ...more } });
  };
  const up = (more: Record<string, string> = {}): Promise<StackResult> => mustSucceed(there(engine), run("up", more));
  const changes = (result: StackResult): string[] =>
    result.operations.filter(({ op }) => op !== "same").map(({ op, name }) => `${op} ${name}`);
  const link = async (): Promise<string> => `vif${await raw("xl domid guest1")}.0`;
  /** `20 PVID Egress Untagged`, as bridge shows it of the guest's link. */
  const vlans = async (of?: string): Promise<string> =>
    raw(
      `bridge vlan show dev ${of ?? (await link())} | awk 'NR > 1' | sed 's/^[^ ]* *//' | tr -s ' \\t\\n' ' ' | sed 's/ $//'`,
    );
  /** On the wire: eth1 of the bridge is the other end of a cable on which links of VLANs stand. */
  const answers = (from: string): Promise<string> =>
    raw(`ip netns exec wire ping -c 3 -W 2 -I ${from} ${GUEST} >/dev/null 2>&1 && echo yes || echo no`);
  const way = (): Promise<string> => raw("ip -4 -o addr show to 10.0.2.15 | awk '{print $2}'");

  it("is reached in its VLAN, and not from the host's own network", async () => {
    await raw(
      [
        "ip link add cable0 type veth peer name cable1; ip netns add wire; ip link set cable1 netns wire; ip link set cable0 up; ip -n wire link set cable1 up",
        "for id in 20 30; do ip -n wire link add link cable1 name w$id type vlan id $id; ip -n wire link set w$id up; done",
        "ip -n wire addr add 10.0.2.201/24 dev w20; ip -n wire addr add 10.0.2.202/24 dev w30",
      ].join("; "),
    );
    await up({ vlans: JSON.stringify({ untagged: 20 }) });
    expect(await vlans()).toBe("20 PVID Egress Untagged");
    expect(await raw("cat /sys/class/net/br1/bridge/vlan_filtering")).toBe("1");
    // The guest's system answers once it has booted, to whoever is in its VLAN.
    await eventually(async () => expect(await answers("w20")).toBe("yes"), { seconds: 600, everyMs: 5000 });
    expect(await answers("w30")).toBe("no");
    expect(await raw(`ping -c 2 -W 2 -I br1 ${GUEST} >/dev/null 2>&1 && echo yes || echo no`)).toBe("no");
    expect(changes(await up({ vlans: JSON.stringify({ untagged: 20 }) }))).toEqual([]);
  });

  it("changes its VLAN while the guest runs, and is in it again after the guest's own reboot", async () => {
    const other = { vlans: JSON.stringify({ untagged: 30 }) };
    const domain = await raw("xl domid guest1");
    const { log } = await mustSucceed(there(engine), run("preview", other));
    expect(log).toMatch(/vifs\[0\]\.vlans .*20.* -> .*30.*: live/);
    await up(other);
    expect(await raw("xl domid guest1")).toBe(domain);
    expect(await vlans()).toBe("30 PVID Egress Untagged");
    expect(await answers("w30")).toBe("yes");
    expect(await answers("w20")).toBe("no");
    await raw("xl reboot guest1 || xl reboot -F guest1");
    await eventually(async () => expect(await raw("xl domid guest1")).not.toBe(domain), {
      seconds: 600,
      everyMs: 5000,
    });
    await eventually(async () => expect(await vlans()).toBe("30 PVID Egress Untagged"), { seconds: 120 });
    await eventually(async () => expect(await answers("w30")).toBe("yes"), { seconds: 600, everyMs: 5000 });
    expect(changes(await up(other))).toEqual([]);
  });

  it("finds what somebody has typed, and takes it back", async () => {
    const declared = { vlans: JSON.stringify({ untagged: 30 }) };
    const own = await link();
    await raw(`bridge vlan add dev ${own} vid 1 pvid untagged`);
    const refreshed = await mustSucceed(there(engine), run("refresh", declared));
    expect(refreshed.changed).toBeGreaterThan(0);
    expect(changes(await up(declared))).toContain("update guest1");
    expect(await vlans()).toBe("30 PVID Egress Untagged");
  });

  it("comes back into it when its bridge goes down for a moment, and when somebody starts the guest with xl", async () => {
    const declared = { vlans: JSON.stringify({ untagged: 30 }) };
    await up({ ...declared, addresses: JSON.stringify({ cidr: ["10.9.0.1/24"] }) });
    expect(await vlans()).toBe("30 PVID Egress Untagged");
    await raw(
      "xl destroy guest1; for n in 1 2 3 4 5 6 7 8 9 10; do xl domid guest1 >/dev/null 2>&1 || break; sleep 1; done; xl create /etc/xen/guest1.cfg",
    );
    expect(await vlans()).toBe("30 PVID Egress Untagged");
  });

  it("keeps the host reachable over a bridge on its way in that begins and ends to filter", async () => {
    const declared = { vlans: JSON.stringify({ untagged: 30 }), addresses: JSON.stringify({ cidr: ["10.9.0.1/24"] }) };
    await up({ ...declared, filtersWayIn: "true" });
    expect(await way()).toBe("br0");
    expect(await vlans("eth0")).toMatch(/^1 PVID Egress Untagged 2 3 /);
    expect(await raw("cat /sys/class/net/br0/bridge/vlan_filtering")).toBe("1");
    await up({ ...declared, filtersWayIn: "false" });
    expect(await way()).toBe("br0");
    expect(await raw("cat /sys/class/net/br0/bridge/vlan_filtering")).toBe("0");
  });

  it("refuses a guest whose bridge filters none, and leaves nothing behind", async () => {
    const refused = await run("up", { vlans: JSON.stringify({ untagged: 30 }), onPlain: "true" });
    expect(refused.ok).toBe(false);
    expect(refused.errors.join("\n")).toMatch(/br0 filters no VLANs, so vifs\[0\] cannot be in one/);
    await mustSucceed(there(engine), run("destroy", {}));
    expect(await raw(`ls ${FOLDER} 2>/dev/null || true`)).toBe("");
  });
});
