/** What a network does: cut, reset, dark, slow, late, away; cut at any byte; a channel that closes without a word. */
import { setTimeout as pause } from "node:timers/promises";
import type { CutKind } from "../../support/link-proxy";
import { signalProcess } from "../../../lab/processes";
import type { Hold, Step } from "../steps";
import { STEPS } from "../steps";
import { type Expected, type Trial, heldAt, throughout } from "../trial";
import type { World } from "../world";

export const HOLDS: readonly Hold[] = [
  "start",
  "launch",
  "upload",
  "arrive",
  "lock",
  "run",
  "write",
  "follow",
  "result",
  "clean",
];

/** A lost link costs nothing but time; only an upload is begun anew by the next run, since its content came as a stream. */
export function lostLink(hold: Hold): Expected {
  return { codes: hold === "upload" || hold === "arrive" ? ["connect"] : [] };
}

const cuts: Trial[] = (["fin", "rst"] as const).flatMap((kind) =>
  HOLDS.map((hold) =>
    heldAt(hold, {
      fault: faultOf(kind),
      isSample: kind === "rst" && hold !== "upload",
      expected: lostLink(hold),
      strike: (world) => {
        world.proxy.cut(kind);
      },
    }),
  ),
);

/** During the handshake: at the banner, within the key exchange, at the login. */
const cutsAtConnect: Trial[] = (["fin", "rst"] as const).flatMap((kind) =>
  [0, 10, 60, 1_000, 1_500, 2_000, 2_500].map((bytes) =>
    throughout(["connect"], {
      fault: faultOf(kind),
      variant: `after ${String(bytes)} bytes of the host`,
      isSample: kind === "fin" && bytes === 1_500,
      expected: { codes: [] },
      prepare: (world) => {
        world.proxy.trigger({ from: "host", bytes, act: kind });
      },
    }),
  ),
);

function faultOf(kind: CutKind): "cut" | "reset" {
  return kind === "fin" ? "cut" : "reset";
}

const dark: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "dark",
      isSample: hold === "run",
      // 20 s until it is noticed.
      expected: { ...lostLink(hold), seconds: 60 },
      strike: (world) => {
        world.proxy.goDark();
      },
    }),
  ),
  throughout(["connect"], {
    fault: "dark",
    variant: "after 1000 bytes of the host",
    expected: { codes: [], seconds: 60 },
    prepare: (world) => {
      world.proxy.trigger({ from: "host", bytes: 1_000, act: "dark" });
    },
  }),
];

const slow: Trial[] = [
  throughout(STEPS, {
    fault: "slow",
    variant: "40 kB/s",
    expected: { codes: [], seconds: 180 },
    prepare: (world) => {
      world.proxy.narrow(40_000);
    },
    heal: (world) => {
      world.proxy.narrow(undefined);
    },
  }),
  throughout(STEPS, {
    fault: "slow",
    variant: "500 ms for a round trip",
    isSample: true,
    expected: { codes: [], seconds: 90 },
    prepare: (world) => {
      world.proxy.delay(250);
    },
    heal: (world) => {
      world.proxy.delay(0);
    },
  }),
];

const away: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "away",
      isSample: hold === "follow",
      expected: lostLink(hold),
      strike: async (world) => {
        await world.proxy.vanish();
        void pause(2_000).then(world.proxy.appear);
      },
      heal: comesBack,
    }),
  ),
  throughout(["connect"], {
    fault: "away",
    variant: "refused for ever",
    expected: { codes: ["connect"], mustFail: true, says: /ECONNREFUSED/, overOpenssh: { says: /Connection refused/ } },
    prepare: (world) => world.proxy.vanish(),
    heal: (world) => world.proxy.appear(),
  }),
  throughout(["connect"], {
    fault: "away",
    variant: "no such name",
    isSample: true,
    world: { connection: (right, world) => (world.isHealed ? right : { ...right, host: "no-such-name.invalid" }) },
    expected: { codes: ["connect"], mustFail: true, says: /no-such-name\.invalid/ },
  }),
];

async function comesBack(): Promise<void> {
  await pause(2_500);
}

const late: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "late",
      expected: { codes: [] },
      letGo: "before the strike",
      strike: async (world) => {
        await stopForAWhile(
          world.connections().map(({ pid }) => pid),
          6_000,
        );
      },
    }),
  ),
  throughout(["connect"], {
    fault: "late",
    expected: { codes: [] },
    prepare: (world) => {
      world.proxy.trigger({ from: "host", bytes: 1_000, act: "dark" });
      stopSshdAtFirstConnection(world);
    },
  }),
];

function stopSshdAtFirstConnection(world: World): void {
  world.proxy.trigger(undefined);
  const timer = setInterval(() => {
    const pids = world.connections().map(({ pid }) => pid);
    if (pids.length === 0) return;
    clearInterval(timer);
    void stopForAWhile(pids, 6_000);
  }, 5);
}

export async function stopForAWhile(pids: readonly number[], ms: number): Promise<void> {
  for (const pid of pids) signalProcess(pid, "SIGSTOP");
  await pause(ms);
  for (const pid of pids) signalProcess(pid, "SIGCONT");
}

const sshdKilled: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "sshdKilled",
      isSample: hold === "lock",
      expected: lostLink(hold),
      strike: (world) => {
        for (const { pid } of world.connections()) signalProcess(pid, "SIGKILL");
      },
    }),
  ),
  throughout(["connect"], {
    fault: "sshdKilled",
    expected: { codes: [] },
    prepare: (world) => {
      const timer = setInterval(() => {
        const pids = world.connections().map(({ pid }) => pid);
        for (const pid of pids) signalProcess(pid, "SIGKILL");
        if (pids.length > 0) clearInterval(timer);
      }, 5);
    },
  }),
];

const noStatus: Trial[] = HOLDS.map((hold) =>
  heldAt(hold, {
    fault: "noStatus",
    isSample: hold === "run",
    world: { inProcess: {} },
    expected: lostLink(hold),
    strike: (world) => {
      world.server.closeChannels();
    },
  }),
);

/** From the moment that the plan has told this line. */
function cutAfter(step: Step, line: string | undefined, from: "client" | "host", bytes: number): Trial {
  const trigger = { from, bytes, act: bytes % 2 === 0 ? "fin" : "rst" } as const;
  return throughout([step], {
    fault: "partial",
    variant: `cut after ${String(bytes)} bytes of the ${from}`,
    isSample: bytes === 239_501,
    expected: lostLink(step === "upload" ? "upload" : "run"),
    prepare: (world) => {
      if (line === undefined) world.proxy.trigger(trigger);
    },
    told: (world, told) => {
      if (told === line) world.proxy.triggerNow(trigger);
    },
  });
}

/** The image is 400 kB, the packed script of the job 13 kB: what is cut in the middle must not be run, or taken, by halves. */
const partial: Trial[] = [
  ...spread(100, 6_000, 12).map((bytes) => cutAfter("connect", undefined, "client", bytes)),
  ...spread(1, 479_001, 11).map((bytes) => cutAfter("upload", "connected", "client", bytes)),
  ...spread(1, 13_501, 31).map((bytes) => cutAfter("start", "uploaded", "client", bytes)),
  ...spread(1, 1_001, 21).map((bytes) => cutAfter("follow", "uploaded", "host", bytes)),
  ...spread(1, 6_201, 15).map((bytes) => cutAfter("clean", "performed", "client", bytes)),
];

function spread(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round(from + ((to - from) * index) / (count - 1)));
}

export const linkTrials: readonly Trial[] = [
  ...cuts,
  ...cutsAtConnect,
  ...dark,
  ...slow,
  ...away,
  ...late,
  ...sshdKilled,
  ...noStatus,
  ...partial,
];
