/**
 * An install that loses its client goes on, and the next `up` finishes the same install: on real Xen, with the engine
 * interrupted by Ctrl-C and then killed with all its processes, and with the provider process ended alone.
 */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { commandLine, descendantsOf } from "../../lab/processes";
import { eventually, until } from "../support/eventually";
import { type LabStack, labStack } from "../support/lab-stack";
import { type StackProcess, startStack } from "../support/stack-process";

jest.setTimeout(20 * 60_000);

describe("an install that loses its client", () => {
  let ground: LabStack;
  let child: StackProcess | undefined;
  beforeAll(async () => (ground = await labStack("resume", { kind: "xen", suite: "bookworm" })));
  afterEach(() => child?.signal("SIGKILL"));
  afterAll(() => ground.close());

  function start(action: string, state: string): StackProcess {
    child = startStack(action, ground, state);
    return child;
  }

  async function untilInstalling(): Promise<string> {
    let domid = "";
    await eventually(
      async () => {
        expect(await ground.raw("cat /var/lib/pulumi-xen/domu/*/phase")).toBe("installing");
        domid = await ground.raw("xl domid guest1");
        expect(domid).toMatch(/^\d+$/);
      },
      { seconds: 900 },
    );
    return domid;
  }

  /** One install: the installer's domain, and after its reboot the guest's own; no third one. */
  async function expectSameInstall(installer: string): Promise<void> {
    expect(await ground.raw("xl domid guest1")).toBe(String(Number(installer) + 1));
    await eventually(
      async () => expect(await ground.raw("curl -s -m 5 http://10.0.2.51/")).toMatch(/^hello from guest1/),
      { seconds: 60 },
    );
    expect(await ground.raw("cat /var/lib/pulumi-xen/domu/*/phase")).toBe("done");
  }

  it("is finished by a later up when one was stopped by Ctrl-C and the next was killed with all its processes", async () => {
    const state = join(ground.folder, "engine.json");
    const first = start("up", state);
    const installer = await untilInstalling();
    // As a terminal does it: to the whole group. The first lets the install go on, the second ends our side at once.
    first.signal("SIGINT");
    await until("it says what it does", () => first.said().includes("Stopping: what is under way may finish"));
    first.signal("SIGINT");
    expect({ code: await first.ended, said: first.said() }).toMatchObject({ code: 130 });
    expect(await ground.raw("xl domid guest1")).toBe(installer);

    const second = start("up", state);
    await until("it follows the same job", () => /domu\/guest1: /.test(second.said()), 180_000);
    second.signal("SIGKILL");
    await second.ended;

    const third = start("up", state);
    expect({ code: await third.ended, said: third.said() }).toMatchObject({ code: 0 });
    await expectSameInstall(installer);

    const fourth = start("up", state);
    expect({ code: await fourth.ended, said: fourth.said() }).toMatchObject({ code: 0 });
    expect(fourth.said()).toContain("5 unchanged");
    const last = start("destroy", state);
    expect({ code: await last.ended, said: last.said() }).toMatchObject({ code: 0 });
  });

  it("is finished by a later up when the provider process alone was interrupted, and the next one's killed", async () => {
    const state = join(ground.folder, "provider.json");
    const first = start("up", state);
    const installer = await untilInstalling();
    process.kill(providerOf(first.process), "SIGINT");
    expect(await first.ended).not.toBe(0);
    expect(first.said()).toMatch(/Stopped waiting for "install guest1".*; job \S+ goes on there/);

    const second = start("up", state);
    await until("it follows the same job", () => /domu\/guest1: /.test(second.said()), 180_000);
    process.kill(providerOf(second.process), "SIGKILL");
    expect(await second.ended).not.toBe(0);

    const third = start("up", state);
    expect({ code: await third.ended, said: third.said() }).toMatchObject({ code: 0 });
    await expectSameInstall(installer);
  });
});

/** The process id of the dynamic provider that a run has started. */
function providerOf(run: ChildProcess): number {
  const all = descendantsOf(run.pid ?? 0).map(({ pid }) => ({ pid, command: commandLine(pid).join(" ") }));
  const provider = all.find(({ command }) => command.includes("cmd/dynamic-provider"));
  if (provider === undefined) throw new Error(`no provider among ${all.map(({ command }) => command).join("; ")}`);
  return provider.pid;
}
