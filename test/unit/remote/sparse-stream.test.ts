import fc from "fast-check";
import { BLOCK_BYTES, HEAD_BYTES, withoutHoles } from "../../../provider/remote/upload/sparse-stream";

/** What the host does with the stream, in a few lines. */
async function received(sent: AsyncIterable<Buffer>): Promise<{ content: Buffer; sentBytes: number }> {
  const pieces: Buffer[] = [];
  for await (const piece of sent) pieces.push(piece);
  const all = Buffer.concat(pieces);
  let content = Buffer.alloc(0);
  for (let at = 0; ; ) {
    const [what, first, second] = all
      .toString("latin1", at, at + HEAD_BYTES)
      .trim()
      .split(" ");
    at += HEAD_BYTES;
    if (what === "end") {
      expect(at).toBe(all.length);
      const whole = Buffer.alloc(Number(first));
      content.copy(whole);
      return { content: whole, sentBytes: all.length };
    }
    expect(what).toBe("blocks");
    const data = all.subarray(at, at + Number(second) * BLOCK_BYTES);
    at += data.length;
    const start = Number(first) * BLOCK_BYTES;
    content = Buffer.concat([content, Buffer.alloc(Math.max(0, start + data.length - content.length))]);
    data.copy(content, start);
  }
}

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield chunk;
}

it("any content, in any pieces, is the same after its way", async () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.integer({ min: 1, max: 3 * BLOCK_BYTES }).map((length) => Buffer.alloc(length)),
    fc.integer({ min: 1, max: 3 * BLOCK_BYTES }).map((length) => Buffer.alloc(length, "x")),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 12 }), async (chunks) => {
      const { content } = await received(withoutHoles(streamOf(chunks)));
      expect(content.equals(Buffer.concat(chunks))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it("holes are not sent", async () => {
  const { sentBytes } = await received(withoutHoles(streamOf([Buffer.alloc(50 * BLOCK_BYTES), Buffer.from("end")])));
  expect(sentBytes).toBe(BLOCK_BYTES + 2 * HEAD_BYTES);
});
