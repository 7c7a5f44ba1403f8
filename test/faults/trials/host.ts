/** What happens on the host: it restarts, its processes are stopped or killed, its disk is full or read-only. */
import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { signalProcess } from "../../../lab/processes";
import { type Hold, stepOf } from "../steps";
import { type Expected, type Trial, heldAt, throughout } from "../trial";
import type { World } from "../world";
import { HOLDS, lostLink, stopForAWhile } from "./link";

const IN_JOB: readonly Hold[] = ["lock", "run", "write", "follow", "result"];

/** The job is over, and says why; the next run makes it so. */
const jobEnded = (says: RegExp): Expected => ({ codes: ["job"], mustFail: true, says, begins: 2 });

/** What is held goes on only when the run has ended, so that it would show; the verdict's name is also given by others. */
const letGoLate = (hold: Hold) => (hold === "result" ? {} : ({ letGo: "when the run has ended" } as const));

const reboots: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "reboot",
      isSample: hold === "run" || hold === "launch",
      // An upload may hear of its shell's end before that of the connection.
      expected: IN_JOB.includes(hold)
        ? jobEnded(/the host was restarted while/)
        : { codes: [...lostLink(hold).codes, ...(stepOf(hold) === "upload" ? (["command"] as const) : [])] },
      strike: (world) => {
        world.reboot();
      },
    }),
  ),
  throughout(["connect"], {
    fault: "reboot",
    variant: "away for 3 s",
    expected: { codes: [] },
    prepare: async (world) => {
      await world.proxy.vanish();
      void pause(3_000).then(world.proxy.appear);
    },
  }),
];

const stopped: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "hostStopped",
      variant: "all of them",
      expected: { codes: [] },
      strike: async (world) => {
        await stopForAWhile(
          world.processes().map(({ pid }) => pid),
          4_000,
        );
      },
    }),
  ),
  ...(["runner", "launcher"] as const).flatMap((role) =>
    (["lock", "run", "follow", "result"] as const).map((hold) =>
      heldAt(hold, {
        fault: "hostStopped",
        variant: `the ${role}`,
        isSample: role === "launcher" && hold === "run",
        expected: { codes: [] },
        letGo: "before the strike",
        strike: async (world) => {
          await stopForAWhile([world.jobProcesses()[role]], 4_000);
        },
      }),
    ),
  ),
];

const killed: Trial[] = [
  // Who started the job, before and after it had a number: the job may be there or not, and is there once.
  ...(["start", "launch"] as const).map((hold) =>
    heldAt(hold, {
      fault: "hostKilled",
      variant: "the script that starts",
      isSample: hold === "launch",
      expected: { codes: [] },
      strike: (world) => {
        signalProcess(world.holds.pidAt(hold), "SIGKILL");
      },
    }),
  ),
  ...(["upload", "arrive"] as const).map((hold) =>
    heldAt(hold, {
      fault: "hostKilled",
      variant: "all that writes",
      // What would tell of its end over openssh is killed with it.
      expected: { codes: ["command"], mustFail: true, overOpenssh: { codes: ["connect"] } },
      strike: (world) => {
        for (const { pid } of world.processes()) signalProcess(pid, "SIGKILL");
      },
    }),
  ),
  ...IN_JOB.flatMap((hold) => [
    heldAt(hold, {
      fault: "hostKilled",
      variant: "the runner alone",
      isSample: hold === "run",
      expected: { ...jobEnded(/ended from outside/), mustFail: hold !== "result" },
      ...letGoLate(hold),
      strike: (world) => {
        signalProcess(world.jobProcesses().runner, "SIGKILL");
      },
    }),
    heldAt(hold, {
      fault: "hostKilled",
      variant: "the launcher alone",
      expected: { codes: [] },
      strike: (world) => {
        signalProcess(world.jobProcesses().launcher, "SIGKILL");
      },
    }),
    heldAt(hold, {
      fault: "hostKilled",
      variant: "launcher and runner, not what they started",
      expected: { ...jobEnded(/ended from outside/), mustFail: hold !== "result" },
      ...letGoLate(hold),
      strike: (world) => {
        const { launcher, runner } = world.jobProcesses();
        signalProcess(launcher, "SIGKILL");
        signalProcess(runner, "SIGKILL");
      },
    }),
  ]),
  heldAt("follow", {
    fault: "hostKilled",
    variant: "the script that follows",
    expected: { codes: [] },
    strike: (world) => {
      // A script that we sent is run by `sh -c 'eval …'`; a job's programs are files.
      const sent = world.processes().filter(({ command }) => /^\/bin\/sh -c eval /.test(command));
      if (sent.length === 0) throw new Error("nobody follows");
      for (const { pid } of sent) signalProcess(pid, "SIGKILL");
    },
  }),
  heldAt("clean", {
    fault: "hostKilled",
    variant: "all that cleans",
    expected: { codes: [] },
    strike: (world) => {
      for (const { pid } of world.processes()) signalProcess(pid, "SIGKILL");
    },
  }),
];

const diskFull: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "diskFull",
      isSample: hold === "start" || hold === "follow",
      world: { diskKiB: 2_048 },
      expected: { codes: ["command", "job"], begins: 2, seconds: 60 },
      strike: (world) => {
        world.fillDisk();
      },
      heal: (world) => {
        world.freeDisk();
      },
    }),
  ),
  throughout(["start"], {
    fault: "diskFull",
    variant: "from the beginning, and the image is there",
    world: { diskKiB: 2_048 },
    expected: { codes: ["command", "job"], mustFail: true, begins: 2, says: /No space left|write error|I\/O error/i },
    prepare: (world) => {
      world.fillDisk();
    },
    heal: (world) => {
      world.freeDisk();
    },
  }),
];

const readOnly: Trial[] = HOLDS.map((hold) =>
  heldAt(hold, {
    fault: "readOnly",
    isSample: hold === "run",
    expected: { codes: ["command", "job"], begins: 2, seconds: 60 },
    strike: (world) => {
      world.tools.say({ writersFailWith: "Read-only file system" });
    },
    heal: (world) => {
      world.tools.say({ writersFailWith: undefined });
    },
  }),
);

/** A job that another stack began, and of which nobody was left: its folder is all there is. */
const crashed: Trial[] = (
  [
    ["no folder for processes yet", ["processes", "operations", "meta", "log"]],
    ["an empty list of processes", []],
    ["an empty description", ["meta"]],
    ["an empty verdict", ["result"]],
  ] as const
).map(([variant], index) =>
  heldAt(index === 0 ? "launch" : index === 3 ? "result" : "run", {
    fault: "reboot",
    variant: `power lost, ${variant}`,
    elsewhere: true,
    expected: { codes: ["died"], mustFail: true, begins: 2 },
    strike: async (world, run) => {
      run.kill("SIGKILL");
      await run.ended;
      world.reboot();
      emptyFiles(world, index);
    },
  }),
);

/** What a file system keeps of files that were new when the power went: their names, and not what was in them. */
function emptyFiles(world: World, index: number): void {
  const names = [[], ["processes", "operations"], ["meta", "script", "log", "step"], ["result"]][index] ?? [];
  const folder = world.jobFolder();
  for (const name of [...names, ...readdirSync(folder).filter((file) => file.startsWith("result."))])
    world.empty(`${folder}/${name}`);
}

export const hostTrials: readonly Trial[] = [...reboots, ...crashed, ...stopped, ...killed, ...diskFull, ...readOnly];
