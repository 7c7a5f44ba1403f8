/** A broken history as people see it: what was broken, what happened, and the script that plays it again. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RULES, type Violation } from "./judge/violation";
import { type History, lineOf } from "./play/history";
import type { Played } from "./play/player";

const LOG_LINES = 40;
let folder: string | undefined;

/** For the tally: what is broken, without what differs from run to run. */
export function signatureOf({ rule, text }: Violation): string {
  return `${rule}: ${text
    .split("\n")[0]
    ?.replaceAll(/[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "…")
    .replaceAll(/\b(guest|web|system-|data-|disk|volume|new|loop)\d+\b/g, "$1N")
    .slice(0, 160)}`;
}

/** What was played, and how often: a fault counts where it struck. */
export function tellKinds(kinds: ReadonlyMap<string, number>): void {
  console.log("\nplayed:");
  for (const [kind, times] of [...kinds].sort((a, b) => b[1] - a[1]))
    console.log(`${String(times).padStart(7)} ${kind}`);
}

export function printBroken(name: string, history: History, { violations, log }: Omit<Played, "kinds">): void {
  folder ??= mkdtempSync(join(tmpdir(), "pulumi-xen-histories-"));
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(history, null, 2)}\n`);
  console.log(`\nBROKEN ${name}`);
  for (const { rule, text, step } of violations.slice(0, 5))
    console.log(`  ${RULES[rule]} (step ${String(step)}): ${text.slice(0, 600)}`);
  console.log("  the history:");
  for (const [index, step] of history.steps.entries()) console.log(`    ${String(index)}. ${lineOf(step)}`);
  console.log("  what happened:");
  for (const line of log.slice(-LOG_LINES)) console.log(`    ${line.slice(0, 400).replaceAll("\n", " ")}`);
  console.log(`  replay: npm run histories -- --replay ${file}`);
}
