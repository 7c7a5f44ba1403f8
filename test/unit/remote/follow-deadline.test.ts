import { performJob } from "../../../provider/remote/jobs/jobs";
import type { Link } from "../../../provider/remote/link/link";
import type { RunOptions } from "../../../provider/remote/link/session";
import { type Job, sh } from "../../../provider/shell";

const job: Job = {
  object: "domu/guest1",
  title: "change guest1",
  timeoutSeconds: 60,
  steps: [{ name: "work", title: "work", effect: "none", script: sh`:` }],
};

/** A link that breaks each time after the host has said `words`, `@` standing for the mark of our lines. */
function breakingLink(words: (attempt: number) => string): { link: Link; attempts: () => number } {
  let attempts = 0;
  const run = async (script: string, options: RunOptions): Promise<object> => {
    attempts += 1;
    const mark = /px_mark='?(@[0-9a-f]{16})/.exec(script)?.[1] ?? "";
    options.onOutput?.(Buffer.from(words(attempts).replaceAll("@", mark)));
    return { kind: "lost", stdout: Buffer.alloc(0), stderr: "" };
  };
  const link = {
    label: "root@host",
    withSession: (use: (session: object) => unknown) => use({ run }),
    refresh: jest.fn(),
  };
  return { link: link as unknown as Link, attempts: () => attempts };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

async function ended(link: Link, minutes: number): Promise<string> {
  let outcome = "still following";
  performJob({ link, expectedMachineId: undefined }, job, undefined).then(
    () => (outcome = "done"),
    (error: unknown) => (outcome = String(error)),
  );
  await jest.advanceTimersByTimeAsync(minutes * 60_000);
  return outcome;
}

it("a link that always breaks after the job's first line is given up once the job's own time is over", async () => {
  const { link, attempts } = breakingLink(() => "\n@ host 1 2\n\n@ job 1 mine 0 60\n");
  expect(await ended(link, 2)).toBe("still following");
  expect(await ended(link, 5)).toMatch(/lost during "change guest1" and did not come back; the job 1 goes on there/);
  expect(attempts()).toBeLessThan(200);
});

it("a link that breaks again and again, but brings news of the job each time, is followed for as long as that takes", async () => {
  const { link } = breakingLink((attempt) => `\n@ host 1 2\n\n@ job 1 mine 0 60\nnews ${String(attempt)}\n\n@ beat\n`);
  expect(await ended(link, 30)).toBe("still following");
});
