/**
 * A file of ours onto the host. Content travels by stdin, without its holes, into a temporary file beside the target; the
 * host compares length and sum before it takes its name: an upload cut in the middle looks whole to `cat` (4 MiB of 8
 * were taken for all).
 */
import type { Readable, Writable } from "node:stream";
import { CommandError, ConnectError } from "../../errors";
import { type ShellText, lines, preamble, sh } from "../../shell";
import { asWord, hostFunctions, introduction } from "../host-script";
import { assertSameHost } from "../identity";
import { jobFunctions } from "../jobs/job-functions";
import type { Link } from "../link/link";
import { noShell, told } from "../link/no-shell";
import { BLOCK_BYTES, HEAD_BYTES, withoutHoles } from "./sparse-stream";

export interface UploadTarget {
  readonly path: string;
  readonly mode: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

const SLOWEST_BYTES_PER_SECOND = 50_000;
const MARK = "@upload";

export async function uploadFile(
  link: Link,
  expectedMachineId: string | undefined,
  content: Readable,
  target: UploadTarget,
): Promise<void> {
  const timeoutSeconds = 120 + Math.ceil(target.sizeBytes / SLOWEST_BYTES_PER_SECOND);
  const command = asWord(uploadScript(expectedMachineId, target));
  const outcome = await link.withSession((session) =>
    session.runFed(command, (stdin) => pour(content, stdin), { timeoutSeconds }),
  );
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

function uploadScript(expectedMachineId: string | undefined, target: UploadTarget): ShellText {
  return lines([
    preamble,
    hostFunctions,
    jobFunctions,
    introduction(MARK, expectedMachineId),
    sh`px_path=${target.path}
px_folder=$(dirname -- "$px_path")
mkdir -p -- "$px_folder"
# Drafts are named after their writer, so that the next one can clear away those of the dead (kill -9, power lost).
for px_draft in "$px_folder"/.pulumi-xen.[0-9]*.[0-9]*; do
  px_pid=\${px_draft##*/.pulumi-xen.}; px_then=\${px_pid#*.}; px_pid=\${px_pid%%.*}
  if [ -f "$px_draft" ] && ! { px_birth "$px_pid" && [ "$px_born" = "$px_then" ]; }; then rm -f -- "$px_draft"; fi
done
px_birth $$
px_new=$px_folder/.pulumi-xen.$$.$px_born
: >"$px_new"
trap 'rm -f -- "$px_new"' EXIT
trap 'exit 1' HUP INT TERM PIPE
while :; do
  px_head=$(dd bs=${HEAD_BYTES} count=1 iflag=fullblock 2>/dev/null)
  set -- $px_head
  case \${1:-} in
    blocks)
      px_said=$(dd of="$px_new" bs=${BLOCK_BYTES} seek="$2" count="$3" iflag=fullblock conv=notrunc 2>&1) || die "$px_said" ;;
    end) break ;;
    *) die "the content ended early" ;;
  esac
done
if [ "$2" != ${target.sizeBytes} ]; then die "$2 bytes arrived, not "${target.sizeBytes}; fi
dd of="$px_new" bs=1 seek=${target.sizeBytes} count=0 2>/dev/null </dev/null
px_sum=$(sha256sum <"$px_new")
if [ "\${px_sum%% *}" != ${target.sha256.toLowerCase()} ]; then die "the sha256 of what arrived is \${px_sum%% *}, not "${target.sha256}; fi
chmod ${target.mode} "$px_new"
sync "$px_new" 2>/dev/null || sync
mv -f -- "$px_new" "$px_path"
trap - EXIT`,
  ]);
}

async function pour(content: Readable, stdin: Writable): Promise<void> {
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
