/** What happens to our own process: killed without a word, or told to end. */
import { until } from "../../support/eventually";
import { type Expected, type Trial, heldAt, throughout } from "../trial";
import type { Hold } from "../steps";
import { HOLDS } from "./link";

const killed: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "clientKilled",
      isSample: hold === "launch" || hold === "upload",
      elsewhere: true,
      expected: { codes: ["died"], mustFail: true },
      strike: async (_world, run) => {
        run.kill("SIGKILL");
        await run.ended;
      },
    }),
  ),
  ...[1, 40, 1_200, 2_000, 2_800].map((bytes) =>
    throughout(["connect"], {
      fault: "clientKilled",
      variant: `after ${String(bytes)} bytes of the host`,
      elsewhere: true,
      expected: { codes: ["died"] },
      meanwhile: async (world, run) => {
        await until("the handshake is there", () => world.proxy.bytes().host >= bytes);
        run.kill("SIGKILL");
      },
    }),
  ),
];

const isFollowed = (hold: Hold): boolean =>
  hold === "run" || hold === "write" || hold === "follow" || hold === "result";

/** Where a job is there it goes on, and that is said, with its number if it is known yet; else there is nothing to say. */
function told(hold: Hold): Expected {
  if (isFollowed(hold)) return { codes: ["command"], mustFail: true, says: /job 1 goes on there/ };
  if (hold === "lock")
    return { codes: ["command"], mustFail: true, says: /(a job that was begun|job 1) goes on there/ };
  return { codes: ["command", "connect", "died"], mustFail: true };
}

const interrupted: Trial[] = [
  ...HOLDS.map((hold) =>
    heldAt(hold, {
      fault: "interrupted",
      isSample: hold === "follow",
      elsewhere: true,
      expected: told(hold),
      letGo: "when the run has ended",
      strike: async (_world, run) => {
        // The host may be further than what we have heard of it.
        if (isFollowed(hold))
          await until("it hears of the job", () => run.said().some((line) => line.startsWith("==> ")));
        run.kill("SIGINT");
      },
    }),
  ),
  throughout(["connect"], {
    fault: "interrupted",
    elsewhere: true,
    expected: { codes: ["connect", "died"] },
    meanwhile: async (world, run) => {
      await until("the handshake is there", () => world.proxy.bytes().host >= 40);
      run.kill("SIGINT");
    },
  }),
];

export const ourTrials: readonly Trial[] = [...killed, ...interrupted];
