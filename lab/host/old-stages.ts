/**
 * Clearing away what earlier recipes have left in the cache: images of the same choice, with all that was made of them. Another
 * checkout may still use them, so only those go that nobody has used for a day and that no host stands on.
 */
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { readRecord, recordedNames } from "./host-record";
import { cacheFolder } from "./places";

const unusedMs = 24 * 60 * 60 * 1000;

/** What is made of an image comes first: it is worthless without the image. */
const stages = ["frozen", "guests", "images"] as const;

/** A stage was used now: its folder's time says when that was last. */
export function markUsed(folder: string): void {
  const now = new Date();
  utimesSync(folder, now, now);
}

/**
 * Removes images of the choice `words` other than `current`.
 * @param report is given a line for each.
 */
export function clearOldStages(words: readonly string[], current: string, report: (line: string) => void): void {
  const used = recordedNames().flatMap((name) => readRecord(name)?.frozen.diskFile ?? []);
  for (const id of oldImages(namesIn("images"), words, current)) {
    const image = join(cacheFolder(), "images", id);
    const isUsed = used.some((file) => file.startsWith(join(cacheFolder(), "frozen", `${id}-`)));
    if (isUsed || existsSync(`${image}.lock`) || Date.now() - statSync(image).mtimeMs < unusedMs) continue;
    for (const stage of stages) {
      for (const name of namesIn(stage)) {
        if (name === id || name.startsWith(`${id}-`)) rmSync(join(cacheFolder(), stage, name), { recursive: true });
      }
    }
    report(`Removed the image ${id}: an earlier recipe made it, and nobody has used it for a day.`);
  }
}

/** Images of the same choice, made by other recipes or of other keys. Exported for its test. */
export function oldImages(names: readonly string[], words: readonly string[], current: string): string[] {
  const beginning = `${words.join("-")}-`;
  return names.filter(
    (name) => name !== current && name.startsWith(beginning) && /^[0-9a-f]{12}$/.test(name.slice(beginning.length)),
  );
}

function namesIn(stage: string): string[] {
  try {
    return readdirSync(join(cacheFolder(), stage));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
