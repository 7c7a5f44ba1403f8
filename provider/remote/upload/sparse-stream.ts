/**
 * A file's content on its way, without its holes: blocks that hold only zeros are not sent, and not written. Pure.
 *
 *   "blocks SEEK COUNT", padded to 48 bytes, then COUNT blocks of 64 KiB for the place SEEK (in blocks) …
 *   "end BYTES", padded to 48 bytes: the size of it all
 *
 * The last block is padded with zeros; the receiver cuts the file to its size. Only reads of an exact length are needed
 * on the other side, which `dd iflag=fullblock` does in coreutils (since 7.0) and busybox alike.
 */
export const BLOCK_BYTES = 64 * 1024;
export const HEAD_BYTES = 48;
/** 16 MiB under one head: enough to make its cost (two processes there) small, little enough to be held in memory. */
const RUN_BLOCKS = 256;

const ZEROS = Buffer.alloc(BLOCK_BYTES);

export async function* withoutHoles(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let run: Buffer[] = [];
  let position = 0;
  let sizeBytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      yield chunk;
    }
  };
  const flush = function* (): Generator<Buffer> {
    if (run.length > 0) {
      yield head(`blocks ${String(position - run.length)} ${String(run.length)}`);
      yield* run;
    }
    run = [];
  };
  for await (const block of blocks(counted())) {
    const isHole = block.equals(ZEROS);
    if (isHole || run.length === RUN_BLOCKS) yield* flush();
    if (!isHole) run.push(block);
    position += 1;
  }
  yield* flush();
  yield head(`end ${String(sizeBytes)}`);
}

async function* blocks(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of content) {
    rest.push(chunk);
    restBytes += chunk.length;
    if (restBytes < BLOCK_BYTES) continue;
    const whole = rest.length === 1 ? chunk : Buffer.concat(rest);
    const end = whole.length - (whole.length % BLOCK_BYTES);
    for (let at = 0; at < end; at += BLOCK_BYTES) yield whole.subarray(at, at + BLOCK_BYTES);
    rest = [whole.subarray(end)];
    restBytes = whole.length - end;
  }
  if (restBytes > 0) yield Buffer.concat(rest, BLOCK_BYTES);
}

function head(text: string): Buffer {
  return Buffer.from(text.padEnd(HEAD_BYTES - 1) + "\n");
}
