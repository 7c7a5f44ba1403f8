/** What others do, and what odd hosts say: two stacks, held locks, floods, noise, names, clocks, tools, exit codes. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../support/eventually";
import { runElsewhere } from "../run";
import { type Hold, STEPS, type Step } from "../steps";
import { type Trial, describe, heldAt, throughout, within } from "../trial";
import type { World } from "../world";
import { HOLDS } from "./link";

/** All that the plan does once it is connected. */
const AFTER_CONNECT = STEPS.filter((step) => step !== "connect");

const BETWEEN_TWO = /still runs|not known on the host any more/;

const twoStacks: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "twoStacks",
      variant: "the same plan from two processes",
      isSample: hold === "run",
      // Who cleans up while the other one still works is told so, and so is who works while the other one cleans up; what
      // one of them had seen undone may be made so once more.
      expected: { codes: ["command", "job"], begins: 2, says: BETWEEN_TWO },
      strike: async (world, _run, place) => {
        const other = runElsewhere(world.spec);
        await until("the other one is connected", () => other.said().includes("connected"));
        await pause(500);
        world.holds.letGo(place);
        const ended = await within(other.ended, 60, () => other.said().join("\n"));
        if (ended.kind !== "done" && !(ended.kind === "error" && BETWEEN_TWO.test(ended.message))) {
          throw new Error(`the other stack: ${describe(ended)}`);
        }
      },
    }),
  ),
  throughout(["connect"], {
    fault: "twoStacks",
    variant: "six at once",
    expected: { codes: ["command", "job"], begins: 6, says: BETWEEN_TWO },
    meanwhile: async (world) => {
      const others = Array.from({ length: 5 }, () => runElsewhere(world.spec));
      for (const other of others) {
        const ended = await within(other.ended, 90, () => other.said().join("\n"));
        if (ended.kind !== "done" && !(ended.kind === "error" && BETWEEN_TWO.test(ended.message)))
          throw new Error(`another stack: ${describe(ended)}`);
      }
    },
  }),
];

/** Holds a lock of the host as a job of another stack does, until there is a file `lock.free`. */
function holdLock(world: World, name: string): () => void {
  const locks = join(world.root, "jobs", "locks");
  mkdirSync(locks, { recursive: true });
  const file = join(locks, name);
  const free = join(world.folder, "lock.free");
  writeFileSync(file, "bridge/br0 (take over eth0), job 3\n1 1 some-boot\n");
  const child = spawn("flock", [file, "sh", "-c", `: >'${free}.held'; while [ ! -e '${free}' ]; do sleep 0.1; done`], {
    stdio: "ignore",
  });
  child.unref();
  return () => {
    writeFileSync(free, "");
  };
}

const WITHOUT_FLOCK = [
  ...[
    "sh",
    "base64",
    "cat",
    "tr",
    "mktemp",
    "rm",
    "mkdir",
    "rmdir",
    "mv",
    "ln",
    "chmod",
    "date",
    "sleep",
    "grep",
    "tail",
    "dd",
  ],
  ...[
    "mkfifo",
    "sed",
    "wc",
    "cp",
    "cmp",
    "gzip",
    "dirname",
    "sync",
    "ls",
    "env",
    "sha256sum",
    "head",
    "od",
    "cksum",
    "kill",
    "setsid",
    "timeout",
  ],
];

const locks: Trial[] = [
  ...(["section-network", "object-domu-guest1"] as const).map((name) =>
    throughout(["lock"], {
      fault: "lockHeld",
      variant: `${name}, by a living one`,
      isSample: name === "section-network",
      expected: { codes: [] },
      prepare: (world) => {
        releases.set(world, holdLock(world, name));
      },
      meanwhile: async (world, run) => {
        const waiting = `waiting for ${name}, held by bridge/br0 (take over eth0), job 3`;
        await until("it says who holds it", () => run.said().includes(waiting));
        releases.get(world)?.();
      },
    }),
  ),
  throughout(["start", "clean"], {
    fault: "lockHeld",
    variant: "by another start, alive for 2 s",
    expected: { codes: [] },
    prepare: (world) => {
      const release = holdLock(world, "start-domu-guest1");
      void pause(2_000).then(release);
    },
  }),
  ...(
    [
      ["by a dead one", "somebody\n999999 1 some-boot\n"],
      ["by one of another boot", "somebody\n1 1 another-boot\n"],
      ["by one who died while taking it", undefined],
      ["by one whose power went", ""],
    ] as const
  ).map(([variant, content]) =>
    throughout(["start", "lock"], {
      fault: "lockHeld",
      variant: `a host without flock, ${variant}`,
      world: { onlyTools: WITHOUT_FLOCK },
      expected: { codes: [] },
      prepare: (world) => {
        for (const name of ["start-domu-guest1", "object-domu-guest1", "section-network"])
          leaveStaleLock(world, name, content);
      },
    }),
  ),
];
const releases = new WeakMap<World, () => void>();

/** As a host without flock keeps it. */
function leaveStaleLock(world: World, name: string, content: string | undefined): void {
  const folder = join(world.root, "jobs", "locks");
  mkdirSync(folder, { recursive: true });
  if (content === undefined) writeFileSync(join(folder, "try.999999"), "somebody\n999999 1 some-boot\n");
  else writeFileSync(join(folder, `${name}.held`), content);
}

const NOISE = String.raw`printf '\377\376\000\r\033[2J\303@0123456789abcdef host x y\nvalue=eA==\n'`;

const floods: Trial[] = [
  throughout(["run", "follow"], {
    fault: "flood",
    variant: "40 MB without a newline",
    isSample: true,
    world: { plan: { firstDoes: "head -c 40000000 /dev/zero | tr '\\0' x" } },
    expected: { codes: [] },
  }),
  throughout(["run", "follow"], {
    fault: "flood",
    variant: "a step that never ends to print, and its time is over",
    world: {
      plan: (world) => ({
        firstDoes: `[ -e '${join(world.folder, "healed")}' ] || tr '\\0' x </dev/zero`,
        ...(world.isHealed ? {} : { timeoutSeconds: 3 }),
      }),
    },
    expected: { codes: ["job"], mustFail: true, says: /did not end within 3 s/, begins: 2 },
    heal: setHealed,
  }),
  throughout(["connect", "start", "upload", "follow", "lock", "result", "clean"], {
    fault: "flood",
    variant: "the login shell says 300 kB on each stream first",
    world: { login: flooding(300_000) },
    expected: { codes: [] },
  }),
];

function flooding(bytes: number): string {
  const zeros = `head -c ${String(bytes)} /dev/zero | tr '\\0' x`;
  return `${zeros}; ${zeros} >&2; eval "$SSH_ORIGINAL_COMMAND"`;
}

const noises: Trial[] = [
  throughout(["connect", "start", "upload", "lock", "follow", "result", "clean"], {
    fault: "noise",
    variant: "said by the login shell before each command",
    isSample: true,
    world: { login: `${NOISE}; ${NOISE} >&2; eval "$SSH_ORIGINAL_COMMAND"` },
    expected: { codes: [] },
  }),
  throughout(["run", "follow"], {
    fault: "noise",
    variant: "said by a step",
    isSample: true,
    world: { plan: { firstDoes: `${NOISE}; echo; ${NOISE} >&2` } },
    expected: { codes: [] },
  }),
  throughout(["run", "follow"], {
    fault: "noise",
    variant: "said by a step that fails",
    world: {
      plan: (world) => ({ firstDoes: `${NOISE}; [ -e '${join(world.folder, "healed")}' ]` }),
    },
    // An escape sequence in a message would be the terminal's, not the reader's.
    expected: { codes: ["job"], mustFail: true, begins: 2, says: /^[^\u0000-\u0009\u000b-\u001f\u007f]*$/ },
    heal: setHealed,
  }),
];

function setHealed(world: World): void {
  writeFileSync(join(world.folder, "healed"), "");
}

const WORDS = [
  "it's",
  "$(touch x) `id` ${HOME}",
  "-rf *",
  "tab\tand \\ %s %n",
  "grüße 漢字 \u202e",
  "x".repeat(180),
  '"; exit 0; "',
];

const names: Trial[] = [
  throughout(["connect"], {
    fault: "names",
    variant: "the user",
    world: {
      connection: (right, world) => (world.isHealed ? right : { ...right, user: "$(touch x)'; exit 0 #\u001b[2J" }),
    },
    // ssh does not even dial with such a name.
    expected: { codes: ["authentication"], mustFail: true, overOpenssh: { codes: ["connect"] } },
  }),
  ...WORDS.map((words) =>
    throughout(AFTER_CONNECT, {
      fault: "names",
      variant: JSON.stringify(words.slice(0, 24)),
      isSample: words.startsWith("$("),
      world: { plan: { words } },
      expected: { codes: [] },
    }),
  ),
  ...["domu/../../etc", "domu/a b", "domu/$(id)", "domu/a\nb", "domu/", "/x", "domu/-rf"].map((object) =>
    throughout(["start"], {
      fault: "names",
      variant: `the object ${JSON.stringify(object)}`,
      world: { plan: (world) => (world.isHealed ? {} : { object }) },
      expected: object === "domu/-rf" ? { codes: [] } : { codes: ["bad-input"], mustFail: true },
    }),
  ),
];

const clocks: Trial[] = [
  ...(
    [
      ["years back", "-d @1000000000"],
      ["years ahead", "-d @4000000000"],
    ] as const
  ).map(([variant, date]) =>
    throughout(STEPS, {
      fault: "clock",
      variant,
      isSample: variant === "years back",
      expected: { codes: [] },
      prepare: (world) => {
        world.tools.replace("date", `exec "$REAL" ${date} "$@"`);
      },
    }),
  ),
  throughout(STEPS, {
    fault: "clock",
    variant: "jumps at each look",
    expected: { codes: [] },
    prepare: (world) => {
      const jumped = join(world.folder, "jumped");
      world.tools.replace(
        "date",
        `if mkdir '${jumped}' 2>/dev/null; then exec "$REAL" -d @4000000000 "$@"; fi
rmdir '${jumped}' 2>/dev/null; exec "$REAL" -d @1000000000 "$@"`,
      );
    },
  }),
];

const tools: Trial[] = [
  throughout(STEPS, {
    fault: "tools",
    variant: "no flock",
    isSample: true,
    world: { onlyTools: WITHOUT_FLOCK },
    expected: { codes: [] },
  }),
  throughout(STEPS, {
    fault: "tools",
    variant: "no flock, setsid, timeout",
    world: { onlyTools: WITHOUT_FLOCK.filter((tool) => tool !== "setsid" && tool !== "timeout") },
    expected: { codes: [] },
  }),
  ...["bash", "busybox sh", "dash"].map((shell) =>
    throughout(STEPS, {
      fault: "tools",
      variant: `${shell} runs jobs`,
      world: { shell },
      expected: { codes: [] },
    }),
  ),
  ...["bash -c", "busybox sh -c", "dash -c"].map((shell) =>
    throughout(STEPS, {
      fault: "tools",
      variant: `${shell} is the login shell`,
      world: { login: `exec ${shell} "$SSH_ORIGINAL_COMMAND"` },
      expected: { codes: [] },
    }),
  ),
  throughout(STEPS, {
    fault: "tools",
    variant: "the login is in another language",
    world: { login: `LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 IFS=0 POSIXLY_CORRECT=1 eval "$SSH_ORIGINAL_COMMAND"` },
    expected: { codes: [] },
  }),
  throughout(["upload"], {
    fault: "tools",
    variant: "no sha256sum",
    expected: { codes: ["command"], mustFail: true, says: /sha256sum/ },
    prepare: (world) => {
      world.tools.replace("sha256sum", 'echo "sha256sum: not found" >&2; exit 127');
    },
    heal: (world) => {
      world.tools.restore("sha256sum");
    },
  }),
];

/** Each way that a program can end but well, as the steps of a plan meet it. */
const EXITS: readonly (readonly [string, string])[] = [
  ["exit 126", "exit 126"],
  ["exit 127", "exit 127"],
  ["exit 255", "exit 255"],
  ["killed", 'kill -KILL "$$"'],
];

const PROGRAMS: readonly (readonly [Step, string, Hold | undefined])[] = [
  ["start", "base64", undefined],
  ["upload", "sha256sum", undefined],
  ["lock", "flock", "lock"],
  ["follow", "cat", "follow"],
  ["result", "mv", "result"],
  ["clean", "rm", "clean"],
];

const exits: Trial[] = [
  ...EXITS.map(([variant, does]) =>
    throughout(["run"], {
      fault: "exits",
      variant,
      isSample: variant === "exit 255",
      world: { plan: (world) => ({ firstDoes: `[ -e '${join(world.folder, "healed")}' ] || ${does}` }) },
      expected: {
        codes: ["job"],
        mustFail: true,
        begins: 2,
        says:
          variant === "killed"
            ? /ended from outside/
            : new RegExp(`failed with ${variant.replace("exit", "exit code")}`),
      },
      heal: setHealed,
    }),
  ),
  ...PROGRAMS.flatMap(([step, tool, hold]) =>
    EXITS.map(([variant, does]) => {
      const meeting = {
        fault: "exits",
        variant: `${tool}: ${variant}`,
        expected: { codes: ["command", "job"], begins: 2, seconds: 60 },
        heal: (world: World) => {
          world.tools.restore(tool);
        },
      } as const;
      const fail = (world: World): void => {
        world.tools.replace(tool, does);
      };
      return hold === undefined
        ? throughout([step], { ...meeting, expected: { ...meeting.expected, mustFail: true }, prepare: fail })
        : heldAt(hold, { ...meeting, strike: fail });
    }),
  ),
];

export const otherTrials: readonly Trial[] = [
  ...twoStacks,
  ...locks,
  ...floods,
  ...noises,
  ...names,
  ...clocks,
  ...tools,
  ...exits,
];
