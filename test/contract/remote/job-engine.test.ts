/** What two runs, a lost link or a crash must not do to a job. The whole matrix of faults and steps is in test/faults. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JobError, WrongHostError } from "../../../provider/errors";
import { closeHosts, openHost } from "../../../provider/remote";
import { type Job, type ShellText, sh } from "../../../provider/shell";
import { World } from "../../faults/world";
import { until } from "../../support/eventually";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(120_000);

let world: World;

afterEach(async () => {
  await closeHosts();
  await world.stop();
});

function job(script: ShellText, more: Partial<Job> = {}): Job {
  return {
    object: "domu/guest1",
    title: "change guest1",
    steps: [{ name: "work", title: "work", effect: "none", script }],
    ...more,
  };
}

const linesOf = (path: string): string[] => (existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : []);

it("a job whose run comes back after others have run since is not begun again", async () => {
  world = await World.start();
  const trace = join(world.folder, "trace");
  const go = join(world.folder, "go");
  const told: string[] = [];
  const mine = openHost(world.connection).perform(
    job(sh`echo mine >>${trace}; echo begun; while [ ! -e ${go} ]; do sleep 0.05; done`),
    (line) => told.push(line),
  );
  await until("it works", () => told.includes("begun"));
  await world.proxy.vanish();
  writeFileSync(go, "");
  await until("it has ended", () => existsSync(join(world.jobFolder(1), "result")));
  // Past the bad network: another stack.
  await openHost(world.sshd.connection).perform(job(sh`echo others >>${trace}`));
  await world.proxy.appear();
  expect((await mine).jobId).toBe("domu/guest1/1");
  expect(linesOf(trace)).toEqual(["mine", "others"]);
});

it("a job whose folder is gone when its run comes back is not begun again, and nobody says that it succeeded", async () => {
  world = await World.start();
  const trace = join(world.folder, "trace");
  const told: string[] = [];
  const mine = openHost(world.connection).perform(job(sh`echo mine >>${trace}; echo begun; sleep 1`), (line) =>
    told.push(line),
  );
  const refused = expect(mine).rejects.toThrow("not known on the host any more");
  await until("it works", () => told.includes("begun"));
  await world.proxy.vanish();
  await until("it has ended", () => existsSync(join(world.jobFolder(1), "result")));
  await openHost(world.sshd.connection).forget("domu/guest1");
  await world.proxy.appear();
  await refused;
  expect(linesOf(trace)).toEqual(["mine"]);
});

it("who follows while a start is under way waits for what it starts, and does not find nothing", async () => {
  world = await World.start();
  const trace = join(world.folder, "trace");
  const go = join(world.folder, "go");
  world.holds.arm("start");
  const first = openHost(world.connection).perform(
    job(sh`echo once >>${trace}; echo begun; while [ ! -e ${go} ]; do sleep 0.05; done; echo worked`),
  );
  await until("the start is under way", () => world.holds.isReached("start"));
  const told: string[] = [];
  const followed = openHost(world.sshd.connection).follow("domu/guest1", (line) => told.push(line));
  await until("the follower waits for the start", () =>
    world.processes().some(({ command }) => command === "sleep 0.2"),
  );
  world.holds.letGo("start");
  await until("the follower follows", () => told.includes("begun"));
  writeFileSync(go, "");
  expect((await followed)?.log).toContain("worked");
  await first;
  expect(linesOf(trace)).toEqual(["once"]);
});

it("a runner that ends without a verdict is no success, though its exit code is 0", async () => {
  world = await World.start();
  world.holds.arm("launch");
  const failed = openHost(world.connection).perform(job(sh`:`));
  const refused = expect(failed).rejects.toThrow(JobError);
  await until("the job is written", () => world.holds.isReached("launch"));
  writeFileSync(join(world.jobFolder(1), "script"), "");
  world.holds.letGo("launch");
  await refused;
});

it("two jobs that name the same sections in another order never wait for each other", async () => {
  world = await World.start();
  const host = openHost(world.connection);
  const work = (object: string, sections: Job["sections"]): Job =>
    job(sh`sleep 0.3`, { object, ...(sections && { sections }) });
  await Promise.all([
    host.perform(work("bridge/a", ["network", "boot", "packages"])),
    host.perform(work("bridge/b", ["packages", "boot", "network"])),
    host.perform(work("bridge/c", ["boot", "packages"])),
  ]);
  expect(readdirSync(join(world.root, "jobs")).sort()).toEqual(["bridge-a", "bridge-b", "bridge-c", "locks"]);
});

it("nothing is removed from another machine than the recorded one", async () => {
  world = await World.start();
  await openHost(world.connection).perform(job(sh`:`));
  const other = openHost(world.connection, { machineId: "0123456789abcdef0123456789abcdef" });
  await expect(other.forget("domu/guest1")).rejects.toThrow(WrongHostError);
  expect(existsSync(world.jobFolder(1))).toBe(true);
});

it("what a step made a service of its own lives on when its runner is killed; the rest of the step does not", async () => {
  world = await World.start();
  const pids = join(world.folder, "pids");
  const host = openHost(world.connection);
  const failed = host.perform(
    job(sh`sleep 300 & echo "$!" >>${pids}
setsid sh -c ${`echo "$$" >>'${pids}'; exec sleep 300`} </dev/null >/dev/null 2>&1 &
wait`),
  );
  const refused = expect(failed).rejects.toThrow("ended from outside");
  await until("both run", () => linesOf(pids).length === 2);
  process.kill(world.jobProcesses().runner, "SIGKILL");
  await refused;
  const left = world.processes().map(({ pid }) => String(pid));
  expect(linesOf(pids).filter((pid) => left.includes(pid))).toHaveLength(1);
});
