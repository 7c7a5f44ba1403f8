/**
 * A file of ours onto the host. Content travels by stdin, without its holes, into a temporary file beside the target; the
 * host compares length and sum before it takes its name: an upload cut in the middle looks whole to `cat` (4 MiB of 8
 * were mistaken for all of them).
 */
import type { Readable, Writable } from "node:stream";
import { CommandError, ConnectError } from "../../errors";
import { type ShellText, libraryText, lines, preamble, sh } from "../../shell";
import { asWord, hostFunctions, introduction } from "../host-script";
import { assertSameHost } from "../identity";
import { jobFunctions } from "../jobs/job-functions";
import type { Link } from "../link/link";
import { noShell, told } from "../link/no-shell";
import type { Progress } from "../remote-host";
import { BLOCK_BYTES, HEAD_BYTES, withoutHoles } from "./sparse-stream";
import { counted } from "./upload-progress";
import type { UploadTarget } from "./upload-target";

const SLOWEST_BYTES_PER_SECOND = 50_000;
const MARK = "@upload";

const receive = libraryText(__dirname, "receive.sh");

export async function uploadFile(
  link: Link,
  expectedMachineId: string | undefined,
  content: Readable,
  target: UploadTarget,
  progress?: Progress,
): Promise<void> {
  const timeoutSeconds = 120 + Math.ceil(target.sizeBytes / SLOWEST_BYTES_PER_SECOND);
  const command = asWord(uploadScript(expectedMachineId, target));
  const outcome = await link
    .withSession((session) =>
      session.runFed(command, (stdin) => pour(said(content, target, progress), stdin), { timeoutSeconds }),
    )
    .finally(() => content.destroy());
  const who = new RegExp(`^${MARK} host (\\S+)`, "m").exec(outcome.stdout.toString("utf8"));
  if (who?.[1] !== undefined) assertSameHost(link.label, expectedMachineId, who[1]);
  if (outcome.kind === "exit" && outcome.code === 0) return;
  if (outcome.kind === "lost") {
    throw new ConnectError(
      `The connection with ${link.label} was lost while ${target.path} was brought there; the old file, if any, is untouched.`,
      {
        hint: "Run the same again.",
      },
    );
  }
  const why = outcome.kind === "exit" ? `exit code ${String(outcome.code)}` : outcome.kind;
  throw (
    noShell(link.label, outcome) ??
    new CommandError(`${target.path} could not be written on ${link.label}: ${why}${told(outcome.stderr)}`)
  );
}

/** Reads the content from stdin. */
export function uploadScript(expectedMachineId: string | undefined, target: UploadTarget): ShellText {
  return lines([
    preamble,
    hostFunctions,
    jobFunctions,
    introduction(MARK, expectedMachineId),
    sh`px_path=${target.path} px_mode=${target.mode} px_size=${target.sizeBytes} px_sha256=${target.sha256.toLowerCase()}
px_head_bytes=${HEAD_BYTES} px_block_bytes=${BLOCK_BYTES}
${receive}`,
  ]);
}

function said(
  content: Readable,
  { sizeBytes, shownAs }: UploadTarget,
  say: Progress | undefined,
): AsyncIterable<Buffer> {
  return shownAs === undefined || say === undefined
    ? content
    : counted(content, { label: shownAs.label, sizeBytes, say });
}

async function pour(content: AsyncIterable<Buffer>, stdin: Writable): Promise<void> {
  for await (const chunk of withoutHoles(content)) {
    if (!stdin.writable) break;
    if (!stdin.write(chunk)) await new Promise<void>((resolve) => whenDrainedOrClosed(stdin, resolve));
  }
  stdin.end();
}

function whenDrainedOrClosed(stdin: Writable, done: () => void): void {
  const settle = (): void => {
    stdin.off("drain", settle);
    stdin.off("close", settle);
    done();
  };
  stdin.on("drain", settle);
  stdin.on("close", settle);
}
