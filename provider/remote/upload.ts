/**
 * A file of ours onto the host. Content travels by stdin into a temporary file beside the target; the host compares
 * length and sum before it takes its name: an upload cut in the middle looks whole to `cat` (facts, 1.4).
 */
import type { Readable } from "node:stream";
import type { ClientChannel } from "ssh2";
import { CommandError, ConnectError } from "../errors";
import { type ShellText, lines, preamble, sh } from "../shell";
import { asWord, hostFunctions, introduction } from "./host-script";
import { assertSameHost } from "./identity";
import { noShell, told } from "./inquiry";
import type { Link } from "./link";

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
    session.runFed(command, (channel) => pour(content, channel), { timeoutSeconds }),
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
    introduction(MARK, expectedMachineId),
    sh`px_path=${target.path}
px_folder=$(dirname -- "$px_path")
mkdir -p -- "$px_folder"
px_new=$(mktemp "$px_folder/.pulumi-xen.XXXXXX")
trap 'rm -f -- "$px_new"' EXIT
trap 'exit 1' HUP INT TERM PIPE
cat >"$px_new"
px_size=$(wc -c <"$px_new")
if [ "$px_size" -ne ${target.sizeBytes} ]; then die "$px_size bytes arrived, not "${target.sizeBytes}; fi
px_sum=$(sha256sum <"$px_new")
if [ "\${px_sum%% *}" != ${target.sha256.toLowerCase()} ]; then die "the sha256 of what arrived is \${px_sum%% *}, not "${target.sha256}; fi
chmod ${target.mode} "$px_new"
sync "$px_new" 2>/dev/null || sync
mv -f -- "$px_new" "$px_path"
trap - EXIT`,
  ]);
}

async function pour(content: Readable, channel: ClientChannel): Promise<void> {
  for await (const chunk of content) {
    if (!channel.writable) break;
    if (!channel.write(chunk)) await new Promise<void>((resolve) => whenDrainedOrClosed(channel, resolve));
  }
  channel.end();
}

function whenDrainedOrClosed(channel: ClientChannel, done: () => void): void {
  const settle = (): void => {
    channel.off("drain", settle);
    channel.off("close", settle);
    done();
  };
  channel.on("drain", settle);
  channel.on("close", settle);
}
