/**
 * `pulumi-xen quickstart`: from an emulated plain Linux host to a guest that boots by itself, or from a cloud image to a guest, shown as it
 * happens.
 *
 * Everything is done by the same parts a user has: the lab makes a host, the engine runs the example's program. Run
 * again, it goes on with what is there.
 */
import { chooseEngine, engineLine, type StackEngine, type StackOptions, type StackResult } from "../lab/engine";
import {
  assertPrograms,
  ensureFrozen,
  findHost,
  type LabHost,
  SUITES,
  startAssetServer,
  type Suite,
  thaw,
} from "../lab/host";
import { atMost, DONE, FAILED, oneOf, runCommand } from "./command";
import { cloudImage } from "./quickstart/cloud-image";
import { installThenPygrub } from "./quickstart/install-then-pygrub";
import { quickstartProject, type QuickstartProject, writeStackConfig } from "./quickstart/project-folder";
import { type Stages, startStages } from "./quickstart/stages";
import type { Story } from "./quickstart/story";
import { summary } from "./quickstart/summary";

const usage = `Usage: npx pulumi-xen quickstart [OPTIONS]        (in a checkout also: npm run quickstart -- [OPTIONS])

Makes an emulated plain Linux host a Xen host with a guest, and shows it as it happens. It works in a folder of its own,
./pulumi-xen-quickstart (in a checkout: on the example there), and on an emulated host of its own; your stacks and
projects are not touched. It needs a Debian or a relative with QEMU.

  --once               stop the lab host at the end (so does CI=true); otherwise it stays up for exploring
  --ready-host         start from a host that already runs Xen, instead of a plain one
  --cloud-image        a guest from a cloud image on a host that already runs Xen, instead of one that is installed
  --suite SUITE        bookworm (Debian 12, Xen 4.17; the default), trixie (Debian 13, Xen 4.20) or bullseye (Debian 11, Xen 4.14)
  --engine ENGINE      auto (default), pulumi or practice`;

/** Fixed, so that a second run finds the media's URLs unchanged. */
const assetPort = 8099;

interface Options {
  readonly isOnce: boolean;
  readonly isReadyHost: boolean;
  readonly story: Story;
  readonly suite: Suite;
  readonly engine: "auto" | "pulumi" | "practice";
}

/** @returns the exit code. */
export function main(args: string[]): Promise<number> {
  return runCommand(
    {
      name: "pulumi-xen quickstart",
      usage,
      options: {
        once: { type: "boolean", default: process.env["CI"] === "true" },
        "ready-host": { type: "boolean", default: false },
        "cloud-image": { type: "boolean", default: false },
        suite: { type: "string", default: "bookworm" },
        engine: { type: "string", default: "auto" },
      },
      run: async (values, words) => {
        atMost(0, words);
        const options: Options = {
          isOnce: values.once,
          isReadyHost: values["ready-host"],
          story: values["cloud-image"] ? cloudImage : installThenPygrub,
          suite: oneOf(SUITES, values.suite, "--suite"),
          engine: oneOf(["auto", "pulumi", "practice"], values.engine, "--engine"),
        };
        const project = quickstartProject(process.cwd(), options.story.example);
        assertPrograms();
        const stages = startStages((line) => process.stdout.write(`${line}\n`));
        return (await run(options, project, stages)) ? DONE : FAILED;
      },
    },
    args,
  );
}

async function run(options: Options, project: QuickstartProject, stages: Stages): Promise<boolean> {
  const engine = await chooseEngine({ engine: options.engine, cwd: project.folder });
  stages.say(engineLine(engine));

  const { story } = options;
  const { hostName } = story;
  const kind = options.isReadyHost ? "xen" : story.kind;
  const frozen = await stages.stage(
    `A ${kind === "plain" ? "plain Debian" : "Xen"} host (${options.suite}), emulated`,
    () => ensureFrozen({ kind, suite: options.suite }, stages.say),
  );
  const ground = await stages.stage(story.preparing, () => story.prepare(frozen, stages.say));
  const stack: StackOptions = {
    cwd: project.folder,
    stack: "quickstart",
    show: (text) => process.stdout.write(text),
    colours: process.stdout.isTTY,
  };
  const host = await stages.stage(`The lab host "${hostName}"`, async () => {
    const running = findHost(hostName);
    if (running?.isRunning() === true) {
      stages.say("It runs already, from an earlier quickstart: going on with it.");
      return running;
    }
    // A new machine: what an earlier stack knew of another one is of no use.
    await forgetResources(engine, stack);
    return thaw(frozen, { name: hostName });
  });
  const server = await startAssetServer(ground.folder, assetPort);
  writeStackConfig(stack, story.example, ground.config(host, server.urlFromInside));
  try {
    await stages.stage("The plan (pulumi preview): nothing is touched yet", () => succeed(engine.preview(stack)));
    const upResult = await stages.stage("Applying it (pulumi up)", () => succeed(engine.up(stack)));
    const again = await stages.stage("Once more (pulumi up): nothing may change", () => succeed(engine.up(stack)));
    if (again.changed !== 0)
      throw new Error(`The second up changed ${again.changed} resources; it should change none.`);
    const answer = await stages.stage("Asking the guest", () => story.ask(host));
    if (options.isOnce) await stages.stage("Taking it all back (pulumi destroy)", () => succeed(engine.destroy(stack)));
    stages.end(
      summary({
        engine,
        host,
        project,
        upResult,
        answer,
        change: story.change,
        seconds: stages.seconds(),
        isStopped: options.isOnce,
      }),
    );
    return true;
  } catch (error) {
    stages.end(failure(error, engine, host, project, options));
    return false;
  } finally {
    await server.close();
    if (options.isOnce) {
      await host.stop();
      await forgetResources(engine, stack);
    }
  }
}

async function succeed(running: Promise<StackResult>): Promise<StackResult> {
  const result = await running;
  if (!result.ok)
    throw new Error(result.errors.join("\n") || "The engine reported a failure; its lines above say which.");
  return result;
}

/** A stack without resources: those it had went away with their host. */
async function forgetResources(engine: StackEngine, stack: StackOptions): Promise<void> {
  const { deployment, ...file } = await engine.export(stack);
  const { resources: _resources, pending_operations: _pending, ...rest } = deployment;
  await engine.import(stack, { ...file, deployment: rest });
}

function failure(
  error: unknown,
  engine: StackEngine,
  host: LabHost,
  project: QuickstartProject,
  options: Options,
): string {
  const what = error instanceof Error ? error.message : String(error);
  return [
    "",
    `The quickstart did not come to its end: ${what}`,
    options.isOnce
      ? "The lab host is stopped; run it again without --once to look inside."
      : `Look inside:  npx pulumi-xen lab ssh --name ${host.name}      Run ${project.again} again: it goes on from here.`,
    engineLine(engine),
  ].join("\n");
}
