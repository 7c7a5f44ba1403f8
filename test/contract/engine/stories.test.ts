/**
 * Every story over every engine this machine has, with the same outcome; and where there is a real CLI, the same
 * operations and the same state from both.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPulumi, practiceEngine, type PulumiCommand, pulumiEngine } from "../../../lab/engine";
import { stories } from "../../support/engine/stories";
import { note } from "../../support/notes";
import { comparable, tell, THINGS } from "../../support/engine/teller";

const SDK = join(__dirname, "..", "..", "..", "node_modules", "@pulumi", "pulumi");
const STORY_MS = 600_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-story-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("over the practice engine, a stack", () => {
  it.each(stories.map((story) => [story.title, story] as const))(
    "%s",
    async (_title, story) => {
      const engine = practiceEngine({ stateFile: join(folder, "state.json") });
      for await (const [step, told] of tell(story, engine, folder)) {
        expect({ ok: told.ok, does: told.does, calls: [...told.calls].sort() }).toEqual({
          ok: step.succeeds ?? true,
          does: [...step.does].sort(),
          calls: [...step.calls].sort(),
        });
        expect(JSON.stringify(told.state)).not.toContain("sesame");
      }
    },
    STORY_MS,
  );
});

describe("over the real CLI, a stack", () => {
  let command: PulumiCommand | undefined;
  beforeAll(async () => {
    command = (await findPulumi(THINGS, SDK)).found;
    note(
      command === undefined
        ? "stories of stacks: ran over the practice engine; not run over the real CLI: no pulumi command"
        : `stories of stacks: ran over the practice engine and pulumi ${command.version}, and were compared`,
    );
  });

  it.each(stories.map((story) => [story.title, story] as const))(
    "%s, with the same state as over the practice engine",
    async (_title, story) => {
      if (command === undefined) return;
      const practised = [];
      for await (const [, told] of tell(
        story,
        practiceEngine({ stateFile: join(folder, "state.json") }),
        join(folder, "a"),
      )) {
        practised.push({ ok: told.ok, does: told.does, calls: [...told.calls].sort(), state: comparable(told.state) });
      }
      const real = [];
      for await (const [, told] of tell(
        story,
        pulumiEngine({ command, home: join(folder, "pulumi") }),
        join(folder, "b"),
      )) {
        real.push({ ok: told.ok, does: told.does, calls: [...told.calls].sort(), state: comparable(told.state) });
      }
      expect(practised).toEqual(real);
    },
    STORY_MS,
  );

  it(
    "takes over the state of a practised one, secrets and all, and has nothing to change",
    async () => {
      if (command === undefined) return;
      process.env["PULUMI_CONFIG_PASSPHRASE"] = "the same for both";
      process.env["THINGS_WORLD"] = join(folder, "world");
      process.env["THINGS_FILE"] = join(folder, "things.json");
      const password = { $secret: "sesame" };
      const things = [
        { name: "a", properties: { password } },
        { name: "b", properties: { of: { $from: "a.stamp" } } },
      ];
      writeFileSync(join(folder, "things.json"), JSON.stringify({ things, outputs: { password } }));
      const options = { cwd: THINGS, stack: "dev" };
      const practice = practiceEngine({ stateFile: join(folder, "state.json") });
      const real = pulumiEngine({ command, home: join(folder, "pulumi") });
      try {
        expect((await practice.up(options)).ok).toBe(true);
        await real.import(options, await practice.export(options));
        expect(await real.preview(options)).toMatchObject({ ok: true, changed: 0 });
        await practice.import(options, await real.export(options));
        expect(await practice.preview(options)).toMatchObject({ ok: true, changed: 0 });
      } finally {
        delete process.env["PULUMI_CONFIG_PASSPHRASE"];
      }
    },
    STORY_MS,
  );
});
