/**
 * An install that loses its client goes on, and the next `up` finishes the same install: on real Xen, with the whole
 * engine killed, and with the provider process alone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually";
import { type LabStack, labStack } from "../support/lab-stack";
import { projectRoot } from "../support/project-root";

jest.setTimeout(20 * 60_000);

describe("an install that loses its client", () => {
  let ground: LabStack;
  let child: ChildProcess | undefined;
  beforeAll(async () => (ground = await labStack("resume", { kind: "xen", suite: "bookworm" })));
  afterEach(() => {
    if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  });
  afterAll(() => ground.close());

  /** `pulumi-xen stack ACTION` as a process group of its own, so that all of it can be killed. */
  function start(
    action: string,
    state: string,
  ): { process: ChildProcess; ended: Promise<number | null>; said: () => string } {
    const config = Object.entries(ground.config).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
    const args = ["stack", action, "--yes", "--engine", "practice", "--stack", "resume", "--state", state, ...config];
    const started = spawn(process.execPath, [join(projectRoot, "dist/cli/main.js"), ...args], {
      cwd: projectRoot,
      detached: true,
    });
    let said = "";
    const keep = (chunk: Buffer): void => {
      said += chunk.toString();
    };
    started.stdout.on("data", keep);
    started.stderr.on("data", keep);
    child = started;
    return { process: started, ended: new Promise((resolve) => started.once("close", resolve)), said: () => said };
  }

  async function untilInstalling(): Promise<string> {
    let domid = "";
    await eventually(
      async () => {
        expect(await ground.raw("cat /var/lib/pulumi-xen/domu/guest1/phase")).toBe("installing");
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
    expect(await ground.raw("curl -s -m 5 http://10.0.2.51/")).toMatch(/^hello from guest1/);
    expect(await ground.raw("cat /var/lib/pulumi-xen/domu/guest1/phase")).toBe("done");
  }

  it("is finished by the next up when the engine and all its processes were killed", async () => {
    const state = join(ground.folder, "engine.json");
    const first = start("up", state);
    const installer = await untilInstalling();
    process.kill(-(first.process.pid ?? 0), "SIGKILL");
    await first.ended;

    const second = start("up", state);
    expect({ code: await second.ended, said: second.said() }).toMatchObject({ code: 0 });
    await expectSameInstall(installer);

    const third = start("up", state);
    expect({ code: await third.ended, said: third.said() }).toMatchObject({ code: 0 });
    expect(third.said()).toContain("6 unchanged");
    const last = start("destroy", state);
    expect({ code: await last.ended, said: last.said() }).toMatchObject({ code: 0 });
  });

  it("is finished by the next up when the provider process alone was killed", async () => {
    const state = join(ground.folder, "provider.json");
    const first = start("up", state);
    const installer = await untilInstalling();
    const provider = descendantsOf(first.process.pid ?? 0).find(({ command }) =>
      command.includes("cmd/dynamic-provider"),
    );
    expect(provider).toBeDefined();
    process.kill(provider?.pid ?? 0, "SIGKILL");
    expect(await first.ended).not.toBe(0);

    const second = start("up", state);
    expect({ code: await second.ended, said: second.said() }).toMatchObject({ code: 0 });
    await expectSameInstall(installer);
  });
});

/** Processes below one of ours, from /proc. */
function descendantsOf(root: number): { pid: number; command: string }[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, "utf8") }];
      } catch {
        return []; // it ended meanwhile
      }
    });
  const below = new Set([root]);
  for (let grown = true; grown; ) {
    const size = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
    grown = below.size > size;
  }
  return all.filter(({ pid }) => pid !== root && below.has(pid));
}
