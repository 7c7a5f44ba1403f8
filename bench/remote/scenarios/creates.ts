/** 50 creates at once against what sshd allows: every one succeeds, and has been done once. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { numbers } from "../competitors/competitor";
import { closeHosts, hostOf, smallPlan } from "../ours";
import { fixed, table } from "../../figures";
import { timed, within } from "../../timing";
import type { Section, Setting } from "./setting";

const COUNT = 50;
const AT_MOST_SECONDS = 300;

const SERVERS: readonly { readonly name: string; readonly config: readonly string[] }[] = [
  { name: "defaults (MaxSessions 10, MaxStartups 10:30:100)", config: [] },
  { name: "MaxSessions 1", config: ["MaxSessions 1"] },
];

export async function creates(setting: Setting): Promise<Section> {
  const rows: string[][] = [];
  const reasons = new Set<string>();
  let fewest = COUNT;
  for (const { name, config } of SERVERS) {
    setting.say(`${String(COUNT)} creates at once: ${name}`);
    const { done, seconds, why } = await createAll(setting, config);
    fewest = Math.min(fewest, done);
    for (const reason of why) reasons.add(`${name}: ${reason}`);
    rows.push([name, `${String(done)}/${String(COUNT)}`, fixed(seconds, 2)]);
  }
  return {
    figures: { creates50_ok: fewest },
    text: [
      `${String(COUNT)} creates at once, each a job for an object of its own, from no connection. Succeeded: told so, and done exactly once.`,
      "",
      table(["sshd", "Succeeded", "s"], rows),
      ...[...reasons].slice(0, 5),
    ].join("\n"),
  };
}

async function createAll(
  setting: Setting,
  config: readonly string[],
): Promise<{ done: number; seconds: number; why: string[] }> {
  const server = await setting.link.serve({ config });
  try {
    await closeHosts();
    const folder = join(server.folder, "created");
    mkdirSync(folder);
    const fileOf = (number: number): string => join(folder, String(number));
    const run = timed(() =>
      Promise.allSettled(
        numbers(COUNT).map((number) =>
          hostOf(server).perform(smallPlan(`domu/guest${String(number)}`, 1, fileOf(number)), () => undefined),
        ),
      ),
    );
    const { seconds, value } = await within(AT_MOST_SECONDS, `${String(COUNT)} creates`, run);
    const done = value.filter(
      ({ status }, number) =>
        status === "fulfilled" && existsSync(fileOf(number)) && readFileSync(fileOf(number), "utf8") === "0\n",
    );
    const why = value.flatMap((one) => (one.status === "rejected" ? [String(one.reason).split("\n")[0] ?? ""] : []));
    return { done: done.length, seconds, why };
  } finally {
    await closeHosts();
    await server.stop();
  }
}
