/** What an interruption leaves of a practice stack, and how the next run goes on. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Declared } from "../../support/engine/story";
import { callsIn, startStack } from "../../support/engine/stack-command";
import { until } from "../../support/eventually";

const TEST_MS = 240_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-interruption-"));
  mkdirSync(join(folder, "world"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function declare(program: Declared): void {
  writeFileSync(join(folder, "things.json"), JSON.stringify(program));
}

interface State {
  readonly deployment: {
    readonly resources?: readonly { readonly urn: string }[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[];
  };
}

function stateNow(): State {
  return JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as State;
}

const names = (urns: readonly { readonly urn: string }[] = []): string[] =>
  urns.map(({ urn }) => urn.split("::").at(-1) ?? "").filter((name) => name === "quick" || name === "slow");

const quickThenSlow: Declared = {
  things: [{ name: "quick" }, { name: "slow", dependsOn: ["quick"], properties: { slowMs: 4000 } }],
};

it(
  "an engine killed in the middle loses nothing that had finished, notes what was under way, and the next up goes on",
  async () => {
    declare(quickThenSlow);
    const first = startStack(folder, "up");
    await until("the slow creation runs", () => callsIn(folder).includes("create slow"));
    first.child.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    expect(names(stateNow().deployment.resources)).toEqual(["quick"]);
    const pending = stateNow().deployment.pending_operations ?? [];
    expect(pending.map(({ type, resource }) => [type, ...names([resource])])).toEqual([["creating", "slow"]]);

    const second = startStack(folder, "up");
    expect(await second.ended).toBe(0);
    expect(second.output()).toMatch(/The last run ended while .*slow was creating/);
    expect(names(stateNow().deployment.resources)).toEqual(["quick", "slow"]);
    expect(stateNow().deployment.pending_operations).toBeUndefined();
  },
  TEST_MS,
);

it(
  "no provider process outlives an engine that was killed",
  async () => {
    declare({ things: [{ name: "slow", properties: { slowMs: 60_000 } }] });
    const first = startStack(folder, "up");
    await until("the slow creation runs", () => callsIn(folder).includes("create slow"));
    const providers = childrenOf(first.child.pid ?? 0);
    expect(providers.length).toBeGreaterThan(0);
    first.child.kill("SIGKILL");
    await first.ended;
    await until("its children have ended", () => providers.every((pid) => !existsSync(`/proc/${pid}`)));
  },
  TEST_MS,
);

it(
  "the first Ctrl-C lets what is under way finish, saves it and begins nothing more",
  async () => {
    declare({ things: [...(quickThenSlow.things ?? []), { name: "never", dependsOn: ["slow"] }] });
    const run = startStack(folder, "up");
    await until("the slow creation runs", () => callsIn(folder).includes("create slow"));
    run.child.kill("SIGINT");
    expect(await run.ended).toBe(130);
    expect(names(stateNow().deployment.resources)).toEqual(["quick", "slow"]);
    expect(stateNow().deployment.pending_operations).toBeUndefined();
    expect(callsIn(folder)).not.toContain("create never");
  },
  TEST_MS,
);

it(
  "the second Ctrl-C ends at once and leaves a note of what was under way",
  async () => {
    declare({ things: [{ name: "quick" }, { name: "slow", dependsOn: ["quick"], properties: { slowMs: 120_000 } }] });
    const run = startStack(folder, "up");
    await until("the slow creation runs", () => callsIn(folder).includes("create slow"));
    run.child.kill("SIGINT");
    await until("it says that it stops", () => run.output().includes("Stopping"));
    run.child.kill("SIGINT");
    expect(await run.ended).toBe(130);
    expect(names(stateNow().deployment.pending_operations?.map(({ resource }) => resource))).toEqual(["slow"]);
  },
  TEST_MS,
);

it(
  "a second run of the same stack is refused while the first works, with its process id",
  async () => {
    declare(quickThenSlow);
    const first = startStack(folder, "up");
    await until("the slow creation runs", () => callsIn(folder).includes("create slow"));
    const second = startStack(folder, "up");
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Another run holds this stack: process ${first.child.pid}, up of things/dev`);
    expect(await first.ended).toBe(0);
  },
  TEST_MS,
);

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
}
