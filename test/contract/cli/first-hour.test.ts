/** A sample of npm run first-hour: what the built package says of wrong inputs, in the checkout itself and without installing it. */
import { projectRoot } from "../../support/project-root";

interface Judged {
  readonly what: string;
  readonly fault: string | undefined;
}
// eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript, for it also runs in a user's folder
const { judge, count } = require("../../first-hour/judge.cjs") as {
  judge: (folder: string, isWanted: (index: number) => boolean) => Promise<Judged[]>;
  count: number;
};

it("every fifth wrong input gets its sentence, at the property as it was written", async () => {
  const judged = await judge(projectRoot, (index) => index % 5 === 0);
  expect(judged).toHaveLength(Math.ceil(count / 5));
  expect(judged.filter(({ fault }) => fault !== undefined)).toEqual([]);
}, 120_000);
