/**
 * 100 small operations on one host: one after the other, as a series is run whose next command depends on the answer before,
 * and all at once. The product beside others, with the same link, server and work; each begins with no connection.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Competitor, Ran } from "../competitors/competitor";
import { closeHosts } from "../ours";
import { fixed, median, table } from "../../figures";
import { type Figures } from "../report/figures";
import type { Server } from "../server/sshd";
import { repeated } from "../../timing";
import { COUNT, type OurOperations, ourOperations } from "./our-operations";
import type { Section, Setting } from "./setting";

/** What could not be installed, with the reason. */
export interface Missing {
  readonly name: string;
  readonly why: string;
}

/** sshd counts connections that are not logged in yet (MaxStartups): one way's last ones must not be the next one's first. */
const SETTLE_MS = 1_000;

interface Row {
  readonly name: string;
  readonly count: number;
  readonly runs: number;
  /** From no connection to the last answer. */
  readonly inTurn: Ran;
  /** What each further operation of a running series takes; `undefined`: no such series. */
  readonly furtherSeconds: number | undefined;
  /** `undefined`: there is no such way. */
  readonly atOnce: Ran | undefined;
}

export async function operations(
  setting: Setting,
  competitors: readonly Competitor[],
  missing: readonly Missing[],
): Promise<Section> {
  const server = await setting.link.serve();
  const count = setting.isQuick ? 10 : COUNT;
  try {
    setting.say("pulumi-xen: small operations");
    const ours = await ourOperations(setting, server);
    await closeHosts();
    const rows: Row[] = [];
    const figures: Figures = { cold100_s: ours.atOnce.seconds, rtt_per_op: ours.further.seconds / setting.roundTrip };
    const reasons = missing.map(({ name, why }) => `${name}: n/a, ${why}`);
    for (const competitor of competitors) {
      setting.say(`${competitor.name}: ${String(count)} operations`);
      await pause(SETTLE_MS);
      try {
        const row = await measure(setting, competitor, server, count);
        rows.push(row);
        if (competitor.key !== undefined) {
          figures[competitor.key] = row.inTurn.seconds / count / (ours.atOnce.seconds / COUNT);
        }
      } catch (error) {
        reasons.push(`${competitor.name}: n/a, ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { figures, text: report(setting, ours, rows, reasons) };
  } finally {
    await closeHosts();
    await server.stop();
  }
}

async function measure(setting: Setting, competitor: Competitor, server: Server, count: number): Promise<Row> {
  const runs = setting.isQuick ? 1 : competitor.runs;
  const series = async (length: number): Promise<Ran> => {
    const all = await repeated(runs, () => competitor.oneAfterAnother(server, length));
    await pause(SETTLE_MS);
    return {
      seconds: median(all.map(({ seconds }) => seconds)),
      succeeded: Math.min(...all.map(({ succeeded }) => succeeded)),
    };
  };
  // What it takes to begin (a program's start, a login) is in both.
  const beginning = Math.round(count / 10);
  const short = await series(beginning);
  const inTurn = await series(count);
  const atOnce = await competitor.atOnce?.(server, count);
  const furtherSeconds = (inTurn.seconds - short.seconds) / (count - beginning);
  return { name: competitor.name, count, runs, inTurn, furtherSeconds, atOnce };
}

function report(setting: Setting, ours: OurOperations, rows: readonly Row[], reasons: readonly string[]): string {
  const { runs } = ours;
  const own = { count: COUNT, atOnce: undefined };
  const question: Row = {
    ...own,
    name: "**pulumi-xen**, questions",
    runs: runs.inTurn,
    inTurn: ours.inTurn,
    furtherSeconds: ours.further.seconds,
    atOnce: ours.atOnce,
  };
  const plan: Row = {
    ...own,
    name: "**pulumi-xen**, one plan",
    runs: runs.plan,
    inTurn: ours.plan,
    furtherSeconds: undefined,
  };
  const cells = [question, plan, ...rows].map(({ name, count, inTurn, furtherSeconds, atOnce, ...row }) => {
    const further = (digits: number, value: (seconds: number) => number): string =>
      furtherSeconds === undefined ? "–" : fixed(value(furtherSeconds), digits);
    return [
      name,
      String(count),
      told(inTurn, count),
      fixed(inTurn.seconds / count / (ours.atOnce.seconds / COUNT), 1),
      fixed(inTurn.seconds / count / (ours.plan.seconds / COUNT), 1),
      further(1, (seconds) => seconds * 1000),
      further(2, (seconds) => seconds / setting.roundTrip),
      further(1, (seconds) => seconds / ours.further.seconds),
      String(row.runs),
      atOnce === undefined ? "–" : told(atOnce, count),
    ];
  });
  const head = [
    "Way",
    "Operations",
    "In turn, s",
    "Times ours at once",
    "Times our plan",
    "A further one, ms",
    "RTT",
    "Times our question",
    "Runs",
  ];
  const { first, further } = ours;
  return [
    `Small operations on one host. "In turn": from no connection to the last answer, each begun when the one before has ended.`,
    `"A further one": of a series that runs, without what it took to begin.`,
    "",
    table([...head, "All at once, s"], cells),
    "",
    `From nothing to the first answer: ${fixed(first.seconds, 3)} s, ${fixed(first.seconds / setting.roundTrip, 1)} RTT, ` +
      `${fixed(first.flights, 0)} flights. Each further question: ${fixed(further.seconds / setting.roundTrip, 2)} RTT, ` +
      `${fixed(further.flights, 2)} flights; on loopback it takes ${fixed(ours.nearby * 1000, 1)} ms, both sides' own work.`,
    `All at once: the median of ${String(runs.atOnce)} runs for us, one run for the others.`,
    'The x_ keys are "times ours at once": how long the same work takes, from nothing; ours is asked at once, while the others',
    'have no such way with one host or lose some of it. "Times our plan": the same as the steps of one plan. "Times our question":',
    "where each operation has to wait for the answer before; nobody can be faster there than one round trip each.",
    ...reasons,
  ].join("\n");
}

/** Seconds, and how many succeeded where not all did. */
function told(ran: Ran, count: number): string {
  const seconds = fixed(ran.seconds, 2);
  return ran.succeeded === count ? seconds : `${seconds}, only ${String(ran.succeeded)} of ${String(count)} done`;
}
