/** What must be true after any fault, whatever it was: the work is done once, and nothing of it lies about. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { eventually } from "../support/eventually";
import { configOf, imageOf, pathsOf } from "./reference-plan";
import type { World } from "./world";

/** A follower whose link was cut notices at its next beat: 5 s; a questioner's shell at its next word. */
const ORPHANS_GONE_SECONDS = 30;

export interface Marks {
  /** How often each step may have begun at most: 1, or 2 where the host's side of the job was ended. */
  readonly begins: number;
}

/** @throws Error that says what is wrong. */
export async function assertDoneOnce(world: World, marks: Marks): Promise<void> {
  const { spec } = world;
  const { effects, trace, image, config } = pathsOf(spec);
  equal("effects", readFileSync(effects, "utf8"), "first\nsecond\n");
  const lines = readFileSync(trace, "utf8").trim().split("\n");
  for (const step of ["first", "second"]) {
    const begins = lines.filter((line) => line.startsWith(`${step} begin`)).length;
    if (begins < 1 || begins > marks.begins) throw new Error(`step ${step} began ${begins} times: ${lines.join(", ")}`);
  }
  for (const [index, line] of lines.entries()) {
    // Nothing else began between a step's begin and its end: no two jobs at once.
    if (line.includes(" end ")) equal(`line ${index} of the trace`, lines[index - 1], line.replace(" end ", " begin "));
  }
  equal("the image's sum", sumOf(readFileSync(image)), sumOf(imageOf(spec)));
  equal("the image's mode", (statSync(image).mode & 0o777).toString(8), "640");
  equal("the configuration", readFileSync(config, "utf8"), configOf(spec));
}

/** The old file or the new one, at any moment. */
export function assertNothingHalf(world: World): void {
  const { image, config } = pathsOf(world.spec);
  for (const [path, whole] of [
    [image, imageOf(world.spec)],
    [config, Buffer.from(configOf(world.spec))],
  ] as const) {
    if (existsSync(path) && !readFileSync(path).equals(whole)) throw new Error(`${basename(path)} is there by halves`);
  }
}

/** When the plan has cleaned up, and the network is whole again. */
export async function assertNothingLeft(world: World): Promise<void> {
  await eventually(
    () => {
      const left = world.processes();
      if (left.length > 0)
        throw new Error(`still there: ${left.map(({ pid, command }) => `${pid} ${command}`).join("; ")}`);
    },
    { seconds: ORPHANS_GONE_SECONDS, everyMs: 100 },
  );
  const { image, config } = pathsOf(world.spec);
  equal("beside the image", readdirSync(dirname(image)).join(), basename(image));
  equal("beside the configuration", readdirSync(dirname(config)).join(), basename(config));
  equal("temporary files", readdirSync(world.temporary).join(), "");
  if (existsSync(world.root)) throw new Error(`left in our folder: ${everythingIn(world.root).join(", ")}`);
}

/** The secret is nowhere that anybody looks: not in what is said, not in what lies on the host. */
export function assertNoSecret(world: World, said: readonly string[]): void {
  const forms = [world.secret, Buffer.from(world.secret).toString("base64").slice(0, 16)];
  for (const line of said) {
    if (forms.some((form) => line.includes(form))) throw new Error(`the secret is told: ${line}`);
  }
  for (const file of everythingIn(world.disk)) {
    const text = readFileSync(file, "latin1");
    if (forms.some((form) => text.includes(form))) throw new Error(`the secret lies in ${file}`);
  }
}

function everythingIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function sumOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function equal(what: string, is: unknown, shall: unknown): void {
  if (is !== shall)
    throw new Error(`${what}: ${JSON.stringify(is)?.slice(0, 300)}, not ${JSON.stringify(shall)?.slice(0, 300)}`);
}
