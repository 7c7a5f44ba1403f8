/** What 100 small operations take us: questions in turn and at once, and the steps of one plan. */
import { join } from "node:path";
import { type Ran, inTurn, numbers } from "../competitors/competitor";
import { askSmall, closeHosts, hostOf, smallPlan } from "../ours";
import { median } from "../../figures";
import type { Server } from "../server/sshd";
import { repeated, timed, within } from "../../timing";
import type { Setting } from "./setting";

/** The same in a quick run: it is soon done. */
export const COUNT = 100;
const AT_MOST_SECONDS = 120;

export interface OurOperations {
  /** Questions, each after the answer to the one before. */
  readonly inTurn: Ran;
  /** All questions at the same moment. */
  readonly atOnce: Ran;
  /** One plan with as many steps. */
  readonly plan: Ran;
  readonly runs: { readonly inTurn: number; readonly atOnce: number; readonly plan: number };
  /** Of a series of questions: what the first took, connection and all, and each further one. */
  readonly first: { readonly seconds: number; readonly flights: number };
  readonly further: { readonly seconds: number; readonly flights: number };
  /** A further question on loopback, in seconds: the host's own work. */
  readonly nearby: number;
}

export async function ourOperations(setting: Setting, server: Server): Promise<OurOperations> {
  const runs = setting.isQuick ? { inTurn: 1, atOnce: 2, plan: 1 } : { inTurn: 3, atOnce: 7, plan: 5 };
  const series = await askInTurn(setting, server, runs.inTurn);
  const nearby = await askNearby(setting);
  const atOnce = await repeated(runs.atOnce, () => askAtOnce(server));
  let plans = 0;
  const plan = await repeated(runs.plan, async () => {
    plans += 1;
    return performPlan(server, `plan${String(plans)}`);
  });
  return {
    ...series,
    atOnce: { seconds: median(atOnce), succeeded: COUNT },
    plan: { seconds: median(plan), succeeded: COUNT },
    runs,
    nearby,
  };
}

async function askInTurn(
  setting: Setting,
  server: Server,
  runs: number,
): Promise<Pick<OurOperations, "inTurn" | "first" | "further">> {
  const all = await repeated(runs, async () => {
    await closeHosts();
    await setting.link.flights();
    const host = hostOf(server);
    const first = await timed(() => askSmall(host, 0));
    const firstFlights = await setting.link.flights();
    const others = await timed(() => inTurn(COUNT - 1, async (number) => (await askSmall(host, number + 1), true)));
    const flights = await setting.link.flights();
    return { first: first.seconds, others: others.seconds, firstFlights, flights };
  });
  const of = (value: (run: (typeof all)[number]) => number): number => median(all.map(value));
  return {
    inTurn: { seconds: of(({ first, others }) => first + others), succeeded: COUNT },
    first: { seconds: of(({ first }) => first), flights: of(({ firstFlights }) => firstFlights) },
    further: { seconds: of(({ others }) => others / (COUNT - 1)), flights: of(({ flights }) => flights / (COUNT - 1)) },
  };
}

async function askNearby(setting: Setting): Promise<number> {
  const server = await setting.nearby();
  try {
    const host = hostOf(server);
    await askSmall(host, 0);
    const seconds: number[] = [];
    for (const number of numbers(COUNT)) seconds.push((await timed(() => askSmall(host, number))).seconds);
    return median(seconds);
  } finally {
    await closeHosts();
    await server.stop();
  }
}

/** From no connection. @returns seconds. */
async function askAtOnce(server: Server): Promise<number> {
  await closeHosts();
  const run = timed(() => Promise.all(numbers(COUNT).map((number) => askSmall(hostOf(server), number))));
  return (await within(AT_MOST_SECONDS, `${String(COUNT)} questions`, run)).seconds;
}

/** From no connection. @returns seconds. */
async function performPlan(server: Server, name: string): Promise<number> {
  await closeHosts();
  const job = smallPlan(`bench/${name}`, COUNT, join(server.folder, name));
  const run = timed(() => hostOf(server).perform(job, () => undefined));
  return (await within(AT_MOST_SECONDS, "a plan", run)).seconds;
}
