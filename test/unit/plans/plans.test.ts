/**
 * What the plan of an edit says, on record: a change of a wording or of an effect is seen as a difference of these files.
 * UPDATE_GOLDEN=1 writes them again.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UNKNOWN } from "../../../provider/property";
import { dynamicProvider } from "../../../provider/pulumi";
import { domuKind } from "../../../provider/resources/domu/domu.lifecycle";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import type { Edit } from "../../laws/domu/edits";
import { domuLaw } from "../../laws/domu/kind";
import { type Scene, SCENES, program } from "./edits";

const folder = resolve(__dirname, "../../golden/plans");
const provider = dynamicProvider(domuKind);

/** The scene, and below it the plan as a preview shows it. */
async function told({ title, edits = [], hands = [] }: Scene): Promise<string> {
  const olds = domuKind.complete(program);
  const touched = hands.reduce(domuLaw.host.touched, domuLaw.host.made(olds));
  const untouched = { inputs: olds, left: [] };
  const { inputs, left } = hands.length === 0 ? untouched : (domuLaw.host.read(touched, olds) ?? untouched);
  const news = edits.reduce(edited, program);
  const saved = JSON.parse(JSON.stringify({ ...inputs, ...(left.length === 0 ? {} : { unfinished: left }) })) as object;
  const { inputs: checked, failures } = await provider.check({ ...saved }, { ...news });
  const lines =
    failures.length > 0
      ? failures.map(({ property, reason }) => `${property} ${reason}`)
      : [...String(checked["plan"]).split("\n").filter(Boolean), `effect ${String(checked["effect"])}`];
  return [
    `# ${title}`,
    ...hands.map((hand) => `on the host: ${words(hand)}`),
    ...edits.map((edit) => `program: ${words(edit)}`),
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

/** Edits are put in as they stand: what the program may not say is part of what is on record. */
function edited(now: DomUInputs, edit: Edit): DomUInputs {
  return "set" in edit ? { ...now, [edit.set]: edit.to } : domuLaw.edited(now, edit);
}

function words(value: object): string {
  return JSON.stringify(value).replaceAll(UNKNOWN, "[unknown]");
}

describe("the plan of a guest", () => {
  it.each(Object.entries(SCENES))("says of the edits in %s what is on record", async (topic, scenes) => {
    const text = `${(await Promise.all(scenes.map(told))).join("\n\n")}\n`;
    const file = join(folder, `${topic}.txt`);
    if (process.env["UPDATE_GOLDEN"] === "1") {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, "utf8"));
  });

  it("is on record for these topics and no others", () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(SCENES)
        .map((topic) => `${topic}.txt`)
        .sort(),
    );
  });
});
