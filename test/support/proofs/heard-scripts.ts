/**
 * The scripts that reach a pretended host over a channel, unpacked: those of a shell that gets one and ends, and those of
 * the shell that stays to answer questions (provider/remote/questions/observer-program.ts).
 */
import { gunzipSync } from "node:zlib";
import type { ServerChannel } from "ssh2";
import { batchGround } from "../../../provider/remote/questions/observer-program";

export interface HeardScript {
  /** Whole, with what the shell that stays knows beforehand. Empty for an upload: its script is its command, and what comes is content. */
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
  return program.includes("while read -r px_mark px_form px_size");
}

/** `MARK plain LINES` and so many lines, or `MARK packed BYTES` and so many bytes for gzip, again and again. */
function hearRequests(channel: ServerChannel, tell: (heard: HeardScript) => void): void {
  let rest = Buffer.alloc(0);
  channel.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    const lineEnd = rest.indexOf("\n");
    if (lineEnd < 0) return;
    const [mark = "", form = "", size = ""] = rest.subarray(0, lineEnd).toString("latin1").split(" ");
    const body = rest.subarray(lineEnd + 1);
    const length = form === "plain" ? lengthOfLines(body, Number(size)) : Number(size);
    if (length === undefined || body.length < length) return;
    rest = body.subarray(length);
    const sent = body.subarray(0, length);
    const script = (form === "plain" ? sent : gunzipSync(sent)).toString("utf8");
    const end = (code: number): void => {
      channel.write(`\n${mark} done ${String(code)}\n`);
    };
    const ground = `${batchGround.text}\npx_mark='${mark}'\npx_shared="$px_folders.$$.${mark.slice(1)}"`;
    tell({ script: `${ground}\n${script}`, isUpload: false, end });
  });
  channel.on("end", () => {
    channel.exit(0);
    channel.end();
  });
}

/** `undefined`: they have not all come. */
function lengthOfLines(bytes: Buffer, count: number): number | undefined {
  let length = 0;
  for (let line = 0; line < count; line += 1) {
    const end = bytes.indexOf("\n", length);
    if (end < 0) return undefined;
    length = end + 1;
  }
  return length;
}
