/** The passphrase that closes the secrets of a practice state. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readIfThere, writeWhole } from "./state-file";

export interface Passphrase {
  readonly text: string;
  /** A sentence for the user when a file of ours holds it. */
  readonly note?: string;
}

/**
 * `PULUMI_CONFIG_PASSPHRASE`, else the file named by `PULUMI_CONFIG_PASSPHRASE_FILE`, as Pulumi has it; else one of our
 * own making, kept beside the state in a file only its owner can read.
 */
export function findPassphrase(stateFile: string, env: NodeJS.ProcessEnv = process.env): Passphrase {
  const given = env["PULUMI_CONFIG_PASSPHRASE"];
  if (given !== undefined) return { text: given };
  const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (file) return { text: readFileSync(file, "utf8").trim() };
  const own = `${stateFile.replace(/\.json$/, "")}.passphrase`;
  const kept = readIfThere(own);
  if (kept !== undefined)
    return { text: kept.trim(), note: `Secrets in the state are encrypted with the passphrase in ${own}.` };
  const text = randomBytes(24).toString("base64url");
  writeWhole(own, `${text}\n`);
  return {
    text,
    note: `No PULUMI_CONFIG_PASSPHRASE is set: made one, kept in ${own}; secrets in the state are encrypted with it.`,
  };
}
