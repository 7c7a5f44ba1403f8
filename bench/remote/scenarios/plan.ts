/**
 * What a plan costs on an open connection, by its number of steps. The same plans on loopback tell how much of it is the
 * host's own work; what is left over, in round trips, is what the distance costs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { closeHosts, hostOf, smallPlan } from "../ours";
import { fixed, median, table } from "../../figures";
import type { Server } from "../server/sshd";
import { repeated, timed } from "../../timing";
import type { Section, Setting } from "./setting";

const STEPS = [1, 10, 50] as const;

export async function plan(setting: Setting): Promise<Section> {
  const far = await setting.link.serve();
  const near = await setting.nearby();
  try {
    const rows: string[][] = [];
    for (const server of [far, near]) await hostOf(server).identity();
    for (const steps of STEPS) {
      setting.say(`a plan of ${String(steps)} steps`);
      // In turns, so that what else the machine does meets both.
      const pairs = await repeated(setting.isQuick ? 2 : 7, async () => ({
        there: await performed(setting, far, steps),
        here: await performed(setting, near, steps),
      }));
      const of = (value: (pair: (typeof pairs)[number]) => number): number => median(pairs.map(value));
      const [there, here] = [of((pair) => pair.there.seconds), of((pair) => pair.here.seconds)];
      rows.push([
        String(steps),
        fixed(there, 3),
        fixed(here, 3),
        fixed((there - here) / setting.roundTrip, 2),
        fixed(of((pair) => pair.there.started - pair.here.started) / setting.roundTrip, 2),
        fixed(
          of((pair) => pair.there.flights),
          0,
        ),
      ]);
    }
    return {
      figures: {},
      text: [
        "A plan as one job, on an open connection. Round trips: what it takes longer than on loopback, to its end and to the",
        "host's first word about it. Flights: how often we sent something after the host had.",
        "",
        table(["Steps", "Over the link, s", "On loopback, s", "Round trips", "to the first word", "Flights"], rows),
      ].join("\n"),
    };
  } finally {
    await closeHosts();
    await far.stop();
    await near.stop();
  }
}

let performedPlans = 0;

async function performed(
  setting: Setting,
  server: Server,
  steps: number,
): Promise<{ seconds: number; started: number; flights: number }> {
  performedPlans += 1;
  const name = `plan${String(performedPlans)}`;
  const file = join(server.folder, name);
  await setting.link.flights();
  const begun = performance.now();
  let started: number | undefined;
  const { seconds } = await timed(() =>
    hostOf(server).perform(smallPlan(`bench/${name}`, steps, file), () => {
      started ??= (performance.now() - begun) / 1000;
    }),
  );
  const flights = await setting.link.flights();
  const done = readFileSync(file, "utf8").trim().split("\n").length;
  if (done !== steps) throw new Error(`A plan of ${String(steps)} steps left ${String(done)} lines.`);
  return { seconds, started: started ?? seconds, flights };
}
