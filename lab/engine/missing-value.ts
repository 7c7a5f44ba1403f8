/** What to do about a missing configuration value where there is no Pulumi CLI, which the SDK's own sentence advises. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** @returns undefined where the text is about something else. A hint for people: nothing is decided by it. */
export function missingValueHint(text: string, projectFolder: string, stack: string): string | undefined {
  const key = /Missing required configuration variable '([^']+)'/.exec(text)?.[1];
  if (key === undefined) return undefined;
  const file = `Pulumi.${stack}.yaml`;
  const hint = `Here: put ${key} into the config of ${file}, or give it for this run with --config ${key}=VALUE.`;
  if (existsSync(join(projectFolder, file))) return hint;
  const others = readdirSync(projectFolder).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  return `${hint} There is no ${file}${others.length === 0 ? "" : `; there are stacks of the names: ${others.join(", ")}`}.`;
}
