/**
 * The shell on the host that stays to answer questions: one script for all the questions of a connection. Pure.
 *
 * It reads a line `MARK FORM SIZE` and a batch of questions (question-batch.ts), runs that in a subshell, says
 * `MARK done EXITCODE`, and waits for the next. We send the next only then, so it does not matter when a `head` reads
 * on beyond its bytes (busybox's does). It ends with its stdin, and whatever it still asks ends with it.
 *
 * What every batch needs is defined once, here. A small batch comes as lines and is read and run without starting any
 * program: four of them took 5 ms a question on a host next door, 300 ms on an emulated one.
 */
import { type ShellText, libraryText, preamble, sh } from "../../shell";
import { type Mark, hostFunctions, packed } from "../host-script";
import { batchFunctions } from "./question-batch";

/** The shell reads a line byte by byte; from about here on it is dearer than to start two programs. */
const PLAIN_AT_MOST_BYTES = 6_000;

/** What every batch finds there. */
export const batchGround: ShellText = sh`${preamble}
${hostFunctions}
${batchFunctions}
set +e
px_identify 2>/dev/null
`;

/** The shell that stays: what every batch finds there, and library/observer.sh. */
export const observerProgram: ShellText = sh`${batchGround}
${libraryText(__dirname, "observer.sh")}`;

/** One request, for its stdin. */
export function request(mark: Mark, script: string): Buffer {
  if (script.length <= PLAIN_AT_MOST_BYTES && /^[\n\t -~]*$/.test(script)) {
    const ended = script.endsWith("\n") ? script : `${script}\n`;
    return Buffer.from(`${mark} plain ${String(ended.split("\n").length - 1)}\n${ended}`);
  }
  const body = packed(script);
  return Buffer.concat([Buffer.from(`${mark} packed ${String(body.length)}\n`), body]);
}

/** The exit code of the request's shell, from the end of what was said; `undefined`: it has not ended yet. */
export function endCode(mark: Mark, tail: Buffer): number | undefined {
  const code = new RegExp(`\\n${mark} done (\\d+)\\n`).exec(tail.toString("latin1"))?.[1];
  return code === undefined ? undefined : Number(code);
}
