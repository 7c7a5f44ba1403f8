import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { FrameReader, framedCommand } from "../../../provider/remote/openssh/framed-command";

const MARK = "@0123456789abcdef";

function read(pieces: readonly Buffer[]): { stderr: Buffer; groups: number[]; exitCode: number | undefined } {
  const passed: Buffer[] = [];
  const groups: number[] = [];
  const reader = new FrameReader(MARK, { pass: (bytes) => passed.push(bytes), begun: (group) => groups.push(group) });
  for (const piece of pieces) reader.take(piece);
  reader.finish();
  return { stderr: Buffer.concat(passed), groups, exitCode: reader.exitCode };
}

it("the frame is taken out wherever the packets are cut, and the command's own stderr stays, byte for byte", () => {
  const part = fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(part, part, part, fc.array(fc.nat({ max: 300 })), (before, own, after, cuts) => {
      const whole = Buffer.concat([
        before,
        Buffer.from(`\n${MARK} begin 4711\n`),
        own,
        Buffer.from(`\n${MARK} end 255\n`),
        after,
      ]);
      const ends = [...cuts.filter((cut) => cut < whole.length), whole.length].sort((a, b) => a - b);
      const pieces = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
      const result = read(pieces);
      expect(result.groups).toEqual([4711]);
      expect(result.exitCode).toBe(255);
      expect(result.stderr.equals(Buffer.concat([before, own, after]))).toBe(true);
    }),
  );
});

it("without its end there is no exit code: nobody knows how the command ended", () => {
  expect(read([Buffer.from(`\n${MARK} begin 1\nhalf\n${MARK} end 2`)]).exitCode).toBeUndefined();
});

it.each(["dash", "bash", "busybox sh"])("under %s a command keeps its stdin, output and exit code", (shell) => {
  const command = framedCommand(MARK, `exec /bin/sh -c 'cat; echo "it'\\''s" >&2; exit 255'`).replace("/bin/sh", shell);
  const ran = spawnSync(shell.split(" ")[0] ?? "", [...shell.split(" ").slice(1), "-c", command], { input: "in" });
  expect(ran.stdout.toString()).toBe("in");
  expect(ran.status).toBe(255);
  const { stderr, exitCode, groups } = read([ran.stderr]);
  expect(stderr.toString()).toBe("it's\n");
  expect(exitCode).toBe(255);
  expect(groups).toHaveLength(1);
});
