/** What was begun for an object before: by a run that was killed, or whose connection broke. */
import { hasCode } from "../../errors";
import { type Question, libraryText, sh } from "../../shell";
import type { RemoteHost } from "../remote-host";
import { folderOf } from "./job-program";
import { progressOf } from "./progress-sink";

const former = libraryText(__dirname, "former.sh");

export interface SettledOptions {
  readonly timeoutSeconds?: number;
  readonly shownAs?: string;
}

/** Asks, and in the same question whether a job may run for the object; where one may, waits for its end and asks again. */
export async function askOnceSettled<T>(
  host: Pick<RemoteHost, "ask" | "follow">,
  object: string,
  question: Question<T>,
  { shownAs = object, ...options }: SettledOptions = {},
): Promise<T> {
  const first = await host.ask(withFormer(object, question), options).catch((error: unknown) => {
    // A script may fail on what a job is just changing.
    if (hasCode(error, "command")) return undefined;
    throw error;
  });
  if (first?.isSettled === true) return first.read();
  await settleFormerJob(host, object, shownAs);
  return host.ask(question, options);
}

interface First<T> {
  readonly isSettled: boolean;
  /** Not before it counts: what is half changed may read as nonsense. */
  readonly read: () => T;
}

/** The question, and whether a job may run for the object. */
export function withFormer<T>(object: string, { about, script, read }: Question<T>): Question<First<T>> {
  return {
    about,
    script: sh`px_folder=${folderOf(object)}
${former}
say px_former "$px_former"
${script}`,
    read: (answer) => ({ isSettled: answer.need("px_former") === "no", read: () => read(answer) }),
  };
}

/** How it ended does not matter here: looking at the host tells. */
async function settleFormerJob(host: Pick<RemoteHost, "follow">, object: string, shownAs: string): Promise<void> {
  try {
    await host.follow(object, progressOf(shownAs));
  } catch (error) {
    if (!hasCode(error, "job")) throw error;
  }
}
