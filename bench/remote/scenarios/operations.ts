/**
 * 100 small operations on one host: one after the other, as a series is run whose next command depends on the answer before,
 * and all at once. The product beside others, with the same link, server and work; each begins with no connection.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Competitor, Ran } from "../competitors/competitor";
import { closeHosts } from "../ours";
import { type Figures, fixed, median, table } from "../report/figures";
import type { Server } from "../server/sshd";
import { repeated } from "../timing";
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
  readonly inTurn: Ran;
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
          figures[competitor.key] = row.inTurn.seconds / count / (ours.inTurn.seconds / COUNT);
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
  const all = await repeated(runs, () => competitor.oneAfterAnother(server, count));
  await pause(SETTLE_MS);
  const atOnce = await competitor.atOnce?.(server, count);
  const inTurn = {
    seconds: median(all.map(({ seconds }) => seconds)),
    succeeded: Math.min(...all.map(({ succeeded }) => succeeded)),
  };
  return { name: competitor.name, count, runs, inTurn, atOnce };
}

function report(setting: Setting, ours: OurOperations, rows: readonly Row[], reasons: readonly string[]): string {
  const { runs } = ours;
  const own: Row[] = [
    { name: "**pulumi-xen**, questions", count: COUNT, runs: runs.inTurn, inTurn: ours.inTurn, atOnce: ours.atOnce },
    { name: "**pulumi-xen**, one plan", count: COUNT, runs: runs.plan, inTurn: ours.plan, atOnce: undefined },
  ];
  const cells = [...own, ...rows].map(({ name, count, inTurn, atOnce, ...row }) => {
    const each = inTurn.seconds / count;
    return [
      name,
      String(count),
      told(inTurn, count),
      fixed(each * 1000, 0),
      fixed(each / setting.roundTrip, 2),
      String(row.runs),
      fixed(each / (ours.inTurn.seconds / COUNT), 1),
      fixed(each / (ours.plan.seconds / COUNT), 1),
      atOnce === undefined ? "–" : told(atOnce, count),
    ];
  });
  const head = ["Way", "Operations", "In turn, s", "ms each", "RTT each", "Runs"];
  const { first, further } = ours;
  return [
    `Small operations on one host, from no connection to the last answer. "In turn": each begins when the one before has ended.`,
    "",
    table([...head, "Times our question", "Times our step", "All at once, s"], cells),
    "",
    `From nothing to the first answer: ${fixed(first.seconds, 3)} s, ${fixed(first.seconds / setting.roundTrip, 1)} RTT, ` +
      `${fixed(first.flights, 0)} flights. Each further question: ${fixed(further.seconds / setting.roundTrip, 2)} RTT, ` +
      `${fixed(further.flights, 2)} flights; on loopback it takes ${fixed(ours.nearby * 1000, 1)} ms, the host's own work.`,
    `All at once: the median of ${String(runs.atOnce)} runs for us, one run for the others.`,
    'The x_ keys are "times our question": a series whose next command depends on the answer before. A playbook of tasks, known',
    'from its beginning, is more like one of our plans: "times our step".',
    ...reasons,
  ].join("\n");
}

/** Seconds, and how many succeeded where not all did. */
function told(ran: Ran, count: number): string {
  const seconds = fixed(ran.seconds, 2);
  return ran.succeeded === count ? seconds : `${seconds}, only ${String(ran.succeeded)} of ${String(count)} done`;
}
