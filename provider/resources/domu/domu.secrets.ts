/**
 * Secrets in texts that people see. A property that holds a secret is secret whole: where any text of it turns up in an
 * error, a title or what a step prints, `[secret]` stands in its place. Pure.
 */
import { type JobFile, type Job } from "../../shell";
import type { CloudInitUser } from "../../xen";
import type { DomUInputs } from "./domu.properties";

/** Shorter ones, such as a mode or a device's name, would be found everywhere. */
const SHORTEST = 5;
/** Words of ours, which tell nothing. */
const PLAIN = ["qcow2", "block", "running", "stopped"];

/** Longest first, so that no part of a secret is left beside its mark. */
export function secretTexts(inputs: DomUInputs): string[] {
  const secret = new Set([...(inputs.secretProperties ?? []), "vfb"]);
  const named = secret.has("name") ? undefined : inputs.name;
  const marked = Object.entries(inputs).filter(([name]) => secret.has(name));
  const texts = [...marked.flatMap(([, value]) => textsIn(value)), ...hashesOf(inputs)]
    // What a console shows of it (library/guest.sh): the printable part of ASCII.
    .flatMap((text) => [text, text.replaceAll(/[^\u0020-\u007e]/g, "")])
    // A guest is told of by its name, also where a secret value is the same text.
    .filter((text) => text.length >= SHORTEST && ![...PLAIN, named].includes(text) && !text.includes("\n"));
  return [...new Set(texts)].sort((a, b) => b.length - a.length);
}

/** Secret by their nature. */
function hashesOf({ cloudInit }: DomUInputs): string[] {
  const { rootPasswordHash, users, userData } = typeof cloudInit === "object" ? cloudInit : {};
  const hashes = Array.isArray(users) ? users.map((user: CloudInitUser) => user.passwordHash) : [];
  return [rootPasswordHash, userData, ...hashes].filter((text) => typeof text === "string");
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

export function veiled(text: string, ...of: readonly DomUInputs[]): string {
  return of.flatMap(secretTexts).reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

/** For `veil` of library/guest.sh; none where nothing is secret. */
export function secretsFile(inputs: DomUInputs): JobFile[] {
  const texts = secretTexts(inputs);
  return texts.length === 0 ? [] : [{ name: "secrets", content: texts.map((text) => `${text}\n`).join("") }];
}

/** Titles are logged and shown. */
export function veiledJob(job: Job, inputs: DomUInputs): Job {
  return { ...job, steps: job.steps.map((step) => ({ ...step, title: veiled(step.title, inputs) })) };
}

/** @throws what `run` threw, its message without secrets: nothing but the message reaches Pulumi's user. */
export async function withoutSecrets<T>(of: readonly DomUInputs[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error) error.message = veiled(error.message, ...of);
    throw error;
  }
}
