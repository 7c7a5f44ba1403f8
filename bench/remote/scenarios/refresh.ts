/**
 * A refresh of 100 guests and 20 images of one host, as Pulumi's engine asks: so many calls at once, and a further one as soon
 * as one is answered, at the same moment or a little later. Counted on the server: how many scripts it was sent.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { RemoteHost } from "../../../provider/remote";
import { type Question, sh } from "../../../provider/shell";
import { closeHosts, hostOf } from "../ours";
import { fixed, table } from "../../figures";
import { countedServer } from "../server/counted-server";
import { timed, within } from "../../timing";
import type { Section, Setting } from "./setting";

/** What the engine does at once: the default of small machines, of 8 cores and of 16. */
const AT_ONCE = [10, 32, 64] as const;
const GUESTS = 100;
const IMAGES = 20;
/** How late a further call may come: the engine works between an answer and the next call. */
const STRAGGLING_MS = [0, 40] as const;
const AT_MOST_SECONDS = 120;

export async function refresh(setting: Setting): Promise<Section> {
  const server = await countedServer(setting.link);
  try {
    const rows: string[][] = [];
    let worst = 0;
    for (const latest of STRAGGLING_MS) {
      for (const width of AT_ONCE) {
        setting.say(`a refresh, ${String(width)} calls at once`);
        await closeHosts();
        server.counts();
        await setting.link.flights();
        const run = timed(() => refreshOnce(hostOf(server), width, latest));
        const { seconds } = await within(AT_MOST_SECONDS, "a refresh", run);
        const flights = await setting.link.flights();
        await closeHosts();
        await pause(500); // for sshd's last lines
        const { sessions, scripts } = server.counts();
        worst = Math.max(worst, scripts);
        rows.push([
          String(width),
          latest === 0 ? "at once" : `within ${String(latest)} ms`,
          String(scripts),
          String(sessions),
          String(flights),
          fixed(seconds, 2),
        ]);
      }
    }
    return {
      figures: { scripts_refresh120: worst },
      text: [
        `A refresh of ${String(GUESTS)} guests and ${String(IMAGES)} images, from no connection. Scripts: shells that sshd started and that were sent`,
        "something; sessions: all that sshd started, those opened ahead and never used among them.",
        "",
        table(["Calls at once", "Next call", "Scripts", "Sessions", "Flights", "s"], rows),
      ].join("\n"),
    };
  } finally {
    await closeHosts();
    await server.stop();
  }
}

async function refreshOnce(host: RemoteHost, width: number, latestMs: number): Promise<void> {
  const total = GUESTS + IMAGES;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < total) {
      const number = next;
      next += 1;
      const name = number < GUESTS ? `guest${String(number)}` : `image${String(number - GUESTS)}`;
      if ((await host.ask(stateOf(name))) !== name) throw new Error(`The host gave another answer than ${name}.`);
      // Spread evenly and the same in every run.
      if (latestMs > 0) await pause((number * 7) % latestMs);
    }
  };
  await Promise.all(Array.from({ length: width }, caller));
}

/** Like the real questions: a tool's output, and a file that may be there. */
function stateOf(name: string): Question<string> {
  return {
    about: `the state of ${name}`,
    script: sh`say_cmd state printf %s ${name}
say_file owner /nonexistent/${name}`,
    read: (answer) => answer.need("state"),
  };
}
