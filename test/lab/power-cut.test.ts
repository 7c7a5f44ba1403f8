/**
 * The power of a host fails between the change of its network and the confirmation: it comes back with its old network, and the
 * next `up` makes the change again. On real Xen.
 */
import { join } from "node:path";
import { eventually } from "../support/eventually";
import { type LabStack, labStack } from "../support/lab-stack";
import { type StackProcess, startStack } from "../support/stack-process";

jest.setTimeout(20 * 60_000);

const FOLDER = "/var/lib/pulumi-xen/bridge/br0";
const UNITS = "find /etc/systemd/system -name 'pulumi-xen-rollback-*'";

describe("a host whose power fails before its new network was confirmed", () => {
  let ground: LabStack;
  let run: StackProcess | undefined;
  beforeAll(async () => (ground = await labStack("power-cut", { kind: "xen", suite: "bookworm" })));
  afterEach(() => run?.signal("SIGKILL"));
  afterAll(() => ground.close());

  it("comes back with its old network, and the next up makes the change again", async () => {
    const state = join(ground.folder, "engine.json");
    run = startStack("up", ground, state);
    await eventually(async () => expect(await ground.raw(`ls ${FOLDER}`)).toContain("armed"), {
      seconds: 300,
      everyMs: 200,
    });
    run.signal("SIGKILL");
    await run.ended;
    // Nobody is left to confirm it; the new network stands, and its time runs.
    await eventually(
      async () =>
        expect(await ground.raw("ip -4 -o addr show dev br0; ls /sys/class/net/br0/brif")).toMatch(
          /10\.0\.2\.15.*\neth0/,
        ),
      { seconds: 100 },
    );
    expect(await ground.raw(`ls ${FOLDER}`)).toContain("armed");
    expect(await ground.raw("cat /etc/network/interfaces")).toContain("bridge_ports eth0");
    const boot = await ground.raw("cat /proc/sys/kernel/random/boot_id");
    await ground.host.run("echo b >/proc/sysrq-trigger", { timeoutSeconds: 5 }).catch(() => undefined);

    await eventually(async () => expect(await ground.raw("cat /proc/sys/kernel/random/boot_id")).not.toBe(boot), {
      seconds: 300,
    });
    expect(await ground.raw("ip -4 -o addr show dev eth0")).toContain("10.0.2.15");
    expect(await ground.raw("ls /sys/class/net")).not.toContain("br0");
    expect(await ground.raw("cat /etc/network/interfaces")).not.toContain("bridge_ports");
    expect(await ground.raw(`ls ${FOLDER}`)).toContain("rolled-back");
    expect(await ground.raw(UNITS)).toBe("");

    run = startStack("up", ground, state);
    expect({ code: await run.ended, said: run.said() }).toMatchObject({ code: 0 });
    expect(await ground.raw("ip -4 -o addr show dev br0")).toContain("10.0.2.15");
    expect(await ground.raw(UNITS)).toBe("");
    run = startStack("destroy", ground, state);
    expect({ code: await run.ended, said: run.said() }).toMatchObject({ code: 0 });
  });
});
