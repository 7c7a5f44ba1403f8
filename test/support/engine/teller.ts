/** Tells a story over an engine and writes down what came of each step. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DeploymentFile, StackEngine, StackResult } from "../../../lab/engine";
import type { Story, StoryStep } from "./story";

export const THINGS = join(__dirname, "..", "programs", "things");
const CONFIG_SECRET = "sesame-config";

export interface Told {
  readonly ok: boolean;
  /** Sorted `op name`, without the stack and what stays the same. */
  readonly does: readonly string[];
  readonly calls: readonly string[];
  readonly result: StackResult;
  readonly state: DeploymentFile;
}

/** @param folder - empty, for the world and the program of this telling. */
export async function* tell(
  story: Story,
  engine: StackEngine,
  folder: string,
): AsyncGenerator<readonly [StoryStep, Told]> {
  const world = join(folder, "world");
  const program = join(folder, "things.json");
  mkdirSync(world, { recursive: true });
  for (const step of story.steps) {
    if (step.program !== undefined) writeFileSync(program, JSON.stringify(step.program));
    for (const [name, text] of Object.entries(step.world ?? {})) {
      if (text === null) rmSync(join(world, name), { force: true });
      else writeFileSync(join(world, name), text);
    }
    const calls = join(world, "calls.log");
    rmSync(calls, { force: true });
    process.env["THINGS_WORLD"] = world;
    process.env["THINGS_FILE"] = program;
    const options = { cwd: THINGS, stack: "dev", secretConfig: { pw: CONFIG_SECRET } };
    const result = await engine[step.action](options);
    const acting = /^(create|update|delete) /;
    const called = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
    yield [
      step,
      {
        ok: result.ok,
        does: doings(result),
        calls: called.filter((call) => acting.test(call)),
        result,
        state: await engine.export(options),
      },
    ];
  }
}

function doings({ operations }: StackResult): string[] {
  return operations
    .filter(({ op, type }) => op !== "same" && type !== "pulumi:pulumi:Stack")
    .map(({ op, name }) => `${op} ${name}`)
    .sort();
}

/** What of a state does not depend on time, chance or who wrote it. */
export function comparable(file: DeploymentFile): unknown {
  const varying = new Set(["created", "modified", "sourcePosition", "stackTrace"]);
  // Independent resources are settled in any order.
  const resources = [...(file.deployment.resources ?? [])].sort((x, y) => (nameIn(x) < nameIn(y) ? -1 : 1));
  const text = JSON.stringify(resources, (key, value: unknown) =>
    varying.has(key) ? undefined : key === "ciphertext" ? "(closed)" : sorted(value),
  );
  return JSON.parse(text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "(uuid)"));
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
}

function nameIn({ urn, id = "" }: { readonly urn: string; readonly id?: string }): string {
  return `${urn} ${id}`;
}
