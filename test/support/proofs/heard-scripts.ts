/**
 * The scripts that reach a pretended host over a channel, unpacked: those of a shell that gets one and ends, and those of
 * the shell that stays to answer questions (provider/remote/questions/observer-program.ts).
 */
import { gunzipSync } from "node:zlib";
import type { ServerChannel } from "ssh2";

export interface HeardScript {
  /** Empty for an upload: its script is its command, and what comes is content. */
  readonly script: string;
  readonly isUpload: boolean;
  /** Its shell has ended; the channel of one that stays goes on. */
  readonly end: (code: number) => void;
}

export function hearScripts(command: string, channel: ServerChannel, tell: (heard: HeardScript) => void): void {
  channel.on("error", () => undefined);
  const program = /printf %s ([A-Za-z0-9+/=]+) \| base64 -d/.exec(command)?.[1];
  if (program !== undefined && isObserver(Buffer.from(program, "base64").toString("utf8"))) {
    hearRequests(channel, tell);
    return;
  }
  const pieces: Buffer[] = [];
  channel.on("data", (bytes: Buffer) => pieces.push(bytes));
  channel.on("end", () => {
    const sent = Buffer.concat(pieces);
    const isUpload = program !== undefined;
    // A shell that was opened ahead and never used.
    if (!isUpload && sent.length === 0) {
      channel.close();
      return;
    }
    const end = (code: number): void => {
      channel.exit(code);
      channel.end();
    };
    tell({ script: isUpload ? "" : gunzipSync(sent).toString("utf8"), isUpload, end });
  });
}

function isObserver(program: string): boolean {
  return program.includes("while read -r px_mark px_length px_seconds");
}

/** `MARK LENGTH SECONDS` and LENGTH bytes of packed script, again and again. */
function hearRequests(channel: ServerChannel, tell: (heard: HeardScript) => void): void {
  let rest = Buffer.alloc(0);
  channel.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    const lineEnd = rest.indexOf("\n");
    const [mark = "", length = ""] = rest.subarray(0, Math.max(lineEnd, 0)).toString("latin1").split(" ");
    const body = rest.subarray(lineEnd + 1, lineEnd + 1 + Number(length));
    if (lineEnd < 0 || body.length < Number(length)) return;
    rest = rest.subarray(lineEnd + 1 + body.length);
    const end = (code: number): void => {
      channel.write(`\n${mark} done ${String(code)}\n`);
    };
    tell({ script: gunzipSync(body).toString("utf8"), isUpload: false, end });
  });
  channel.on("end", () => {
    channel.exit(0);
    channel.end();
  });
}
