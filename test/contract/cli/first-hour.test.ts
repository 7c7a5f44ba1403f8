/** A part of npm run first-hour: what the built package says of wrong inputs, in the checkout itself and without installing it. */
import { projectRoot } from "../../support/project-root";

interface Judged {
  readonly what: string;
  readonly fault: string | undefined;
}
// eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript, for it also runs in a user's folder
const { judge, count } = require("../../first-hour/judge.cjs") as {
  judge: (folder: string) => Promise<Judged[]>;
  count: number;
};

it("every wrong input gets its sentences, word for word, at the property as it was written", async () => {
  const judged = await judge(projectRoot);
  expect(count).toBeGreaterThanOrEqual(70);
  expect(judged).toHaveLength(count);
  expect(judged.filter(({ fault }) => fault !== undefined)).toEqual([]);
}, 150_000);
