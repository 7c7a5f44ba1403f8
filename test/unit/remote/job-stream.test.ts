import fc from "fast-check";
import { type JobEvent, JobStream } from "../../../provider/remote/jobs/job-stream";

const MARK = "@0123456789abcdef";

function read(pieces: readonly Buffer[]): { events: JobEvent[]; log: string } {
  const all: JobEvent[] = [];
  const stream = new JobStream(MARK, (event) => all.push(event));
  for (const piece of pieces) stream.take(piece);
  const log = all.flatMap((event) => (event.kind === "log" ? [event.bytes.toString("latin1")] : [])).join("");
  return { events: all.filter((event) => event.kind !== "log"), log };
}

function cut(text: Buffer, places: readonly number[]): Buffer[] {
  const borders = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return borders.slice(1).map((end, index) => text.subarray(borders[index] ?? 0, end));
}

it("a log of any bytes comes out as it went in, however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.constantFrom("\n", "\n@", MARK, "line\n", "\nresult 0 done"), fc.string({ unit: "binary" })),
        { maxLength: 8 },
      ),
      fc.array(fc.nat(), { maxLength: 12 }),
      (parts, places) => {
        const log = Buffer.from(parts.join("")).toString("latin1").replaceAll(`\n${MARK} `, "");
        const text = Buffer.from(
          `banner\n\n${MARK} host m b\n\n${MARK} job 3 started 0 900\n${log}\n${MARK} beat\n\n${MARK} result 4 failed write-config\n`,
          "latin1",
        );
        expect(read(cut(text, places))).toEqual({
          log,
          events: [
            { kind: "host", machineId: "m", bootId: "b" },
            { kind: "job", job: "3", state: "started", limitSeconds: 900 },
            { kind: "beat" },
            { kind: "result", exitCode: 4, reason: "failed", step: "write-config" },
          ],
        });
      },
    ),
    { numRuns: 300 },
  );
});

it("what stands before the job is no log", () => {
  expect(read([Buffer.from(`Welcome!\n\n${MARK} none\n`)])).toEqual({ log: "", events: [{ kind: "none" }] });
});

it("half a line of ours is not passed on as log", () => {
  expect(read([Buffer.from(`\n${MARK} job 1 started 0 9\nabc\n${MARK} resu`)]).log).toBe("abc");
});
