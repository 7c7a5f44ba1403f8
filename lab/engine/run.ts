/** One run of one action: puts services, program, provider and state together, and takes them down again. */
import type { Config } from "./config";
import { missingValueHint } from "./missing-value";
import { Deployer } from "./deployer";
import type { Deployment } from "./deployment-format";
import type { Emit } from "./events";
import { Operations } from "./operations";
import { FAILED_AND_SAID_SO, startProgram } from "./program-process";
import type { Project } from "./project";
import { type DynamicProvider, startProvider } from "./provider-process";
import { refreshAll } from "./refresh";
import { removeAll } from "./removal";
import type { Sdk } from "./sdk";
import { type Desk, startServices } from "./services";
import { Snapshot } from "./snapshot";
import type { StackAction, StackOptions } from "./stack-engine";
import { makeUrn, STACK_TYPE } from "./urn";
import { makeSecret, type PropertyMap } from "./wire-values";

/** As the real CLI's own runs were seen to pass it to the program. */
const DEFAULT_PARALLEL = 8;

export interface RunParts {
  readonly sdk: Sdk;
  readonly project: Project;
  readonly config: Config;
  readonly options: StackOptions;
  readonly loaded: Deployment;
  readonly save: (deployment: Deployment) => void;
  readonly emit: Emit;
}

/** @returns whether all went well. */
export async function runAction(action: StackAction, parts: RunParts): Promise<boolean> {
  const { options, emit, loaded } = parts;
  const dryRun = action === "preview";
  const snapshot = new Snapshot(loaded.resources, dryRun ? () => undefined : parts.save);
  const limit = options.parallel ?? DEFAULT_PARALLEL;
  const operations = new Operations({ emit, snapshot, limit, dryRun });
  const run = new Run(parts, operations);
  const onStop = (): void => {
    emit({
      kind: "message",
      severity: "warning",
      text: "Stopping: what is under way may finish; nothing more is begun.",
    });
    operations.end();
  };
  const onKill = (): void => void run.killed();
  options.stop?.addEventListener("abort", onStop);
  options.kill?.addEventListener("abort", onKill);
  try {
    if (action === "refresh") await refreshAll({ snapshot, operations, provider: run.provider, now });
    else if (action === "destroy") {
      await removeAll({ snapshot, operations, provider: run.provider }, snapshot.base);
      if (snapshot.resources.length === 0) emit({ kind: "outputs", olds: {}, news: {} });
    } else await run.program(snapshot, limit);
    // After an interruption the file may still name operations that are long over.
    if (!dryRun) snapshot.save();
    return operations.failures === 0 && !operations.ending;
  } finally {
    options.stop?.removeEventListener("abort", onStop);
    options.kill?.removeEventListener("abort", onKill);
    await run.close();
  }
}

function now(): string {
  return new Date().toISOString();
}

class Run {
  readonly #parts: RunParts;
  readonly #operations: Operations;
  #provider: Promise<DynamicProvider> | undefined;
  #killed = false;

  constructor(parts: RunParts, operations: Operations) {
    this.#parts = parts;
    this.#operations = operations;
  }

  /** The dynamic provider, started at the first need. */
  readonly provider = (): Promise<DynamicProvider> => {
    this.#provider ??= startProvider({
      sdk: this.#parts.sdk,
      cwd: this.#parts.project.programFolder,
      projectName: this.#parts.project.name,
      engineAddress: this.#engineAddress,
      config: this.#providerConfig(),
      onLine: this.#onLine,
    });
    return this.#provider;
  };

  #engineAddress = "127.0.0.1:0";

  /** Runs the user's program against a deployer. */
  async program(snapshot: Snapshot, parallel: number): Promise<void> {
    const { sdk, project, options, emit, config } = this.#parts;
    const operations = this.#operations;
    const { dryRun } = operations;
    const settings = { project: project.name, stack: options.stack, dryRun, parallel };
    const deployer = new Deployer({
      ...settings,
      snapshot,
      operations,
      emit,
      provider: this.provider,
      config: this.#providerConfig(),
      now,
    });
    let finished = false;
    const desk: Desk = {
      deployment: settings,
      register: (desired) => deployer.register(desired),
      registerOutputs: (urn, outputs) => deployer.registerOutputs(urn, outputs),
      finish: async () => {
        finished = true;
        await deployer.finish();
      },
      log: (severity, text, urn) => {
        emit({ kind: "message", severity, text, ...(urn === "" ? {} : { urn }) });
        const hint = severity === "error" ? missingValueHint(text, project.folder, options.stack) : undefined;
        if (hint !== undefined) emit({ kind: "message", severity: "info", text: hint });
      },
      refused: (what) => this.#fail(what),
    };
    const services = await startServices(sdk, desk);
    this.#engineAddress = services.address;
    const program = startProgram({
      sdkFolder: sdk.folder,
      project,
      stack: options.stack,
      address: services.address,
      dryRun,
      parallel,
      config,
      onLine: this.#onLine,
    });
    try {
      const ended = await Promise.race([program.ended, operations.ended]);
      if (ended === undefined) return;
      if (ended.code !== 0)
        this.#fail(ended.code === FAILED_AND_SAID_SO ? "" : `The program ended with ${ended.code ?? ended.signal}.`);
      else if (!finished) this.#fail("The program ended before it was through.");
    } finally {
      await operations.idle();
      await program.stop();
      services.close();
    }
  }

  /** Ends our processes now. */
  async killed(): Promise<void> {
    this.#killed = true;
    this.#operations.end();
    await (await this.#provider)?.stop(0);
  }

  async close(): Promise<void> {
    await this.#operations.idle();
    const provider = await this.#provider?.catch(() => undefined);
    await provider?.stop(this.#killed ? 0 : undefined);
  }

  #fail(text: string): void {
    const { project, options } = this.#parts;
    const urn = makeUrn({
      project: project.name,
      stack: options.stack,
      type: STACK_TYPE,
      name: `${project.name}-${options.stack}`,
    });
    if (text === "") this.#operations.failQuietly();
    else this.#operations.fail("update", urn, text);
  }

  readonly #onLine = (text: string): void => {
    if (text.trim() !== "") this.#parts.emit({ kind: "message", severity: "info", text });
  };

  #providerConfig(): PropertyMap {
    const entries = [...this.#parts.config].map(
      ([key, { value, secret }]) => [key, secret ? makeSecret(value) : value] as const,
    );
    return Object.fromEntries(entries);
  }
}
