/**
 * The practice engine: runs a Pulumi program on a machine that has no `pulumi` command.
 *
 * It starts the SDK's own program runner and dynamic provider process and speaks their gRPC; see docs/practice-engine.md.
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Config, configKey, isRecord, readStackConfig } from "./config";
import { type Crypter, newCrypter, openCrypter } from "./crypter";
import { type Deployment, parseDeploymentFile, readDeployment, writeDeployment } from "./deployment-format";
import { assertNodeVersion } from "./node-version";
import { findPassphrase } from "./passphrase";
import { assertName, type Project, readProject, readYaml } from "./project";
import { Recorder } from "./recorder";
import { runAction } from "./run";
import { loadSdk, type Sdk } from "./sdk";
import type { StackAction, StackEngine, StackOptions, StackResult } from "./stack-engine";
import { practiceStateFile, readIfThere, writeWhole } from "./state-file";
import { lockState } from "./state-lock";
import { assertTypeScript } from "./typescript-version";
import { STACK_TYPE } from "./urn";

/** Bound to the form of the state it writes, not to the package. */
const PRACTICE_VERSION = "1";

/** Said on each run. */
const WHAT_IT_IS =
  "Practice engine: for trying and testing on a machine without Pulumi. For real stacks use the real CLI (npm package pulumi).";

interface PracticeOptions {
  /** The state file; default see practiceStateFile. */
  readonly stateFile?: string | undefined;
  readonly why?: string;
}

export function practiceEngine({ stateFile, why = "asked for" }: PracticeOptions = {}): StackEngine {
  const act = (action: StackAction) => (options: StackOptions) => runStack(action, options, stateFile);
  return {
    name: "practice",
    version: PRACTICE_VERSION,
    why,
    preview: act("preview"),
    up: act("up"),
    refresh: act("refresh"),
    destroy: act("destroy"),
    export: async (options) => {
      const { store } = openStack(options, stateFile);
      return writeDeployment(store.loaded, store.crypter, new Date().toISOString());
    },
    import: async (options, file) => {
      const { store } = openStack(options, stateFile);
      const unlock = lockState(`${store.file}.lock`, "import");
      try {
        const salt = file.deployment.secrets_providers?.state.salt;
        const crypter = salt === undefined ? store.crypter : openCrypter(store.passphrase, salt);
        store.save(readDeployment(file, crypter));
      } finally {
        unlock();
      }
    },
  };
}

interface Store {
  readonly file: string;
  readonly passphrase: string;
  readonly notes: readonly string[];
  readonly crypter: Crypter;
  readonly loaded: Deployment;
  readonly save: (deployment: Deployment) => void;
}

interface OpenedStack {
  readonly sdk: Sdk;
  readonly project: Project;
  readonly store: Store;
  readonly config: Config;
}

function openStack(options: StackOptions, stateFile: string | undefined): OpenedStack {
  const sdk = loadSdk(options.cwd);
  const project = readProject(options.cwd, sdk.parseYaml);
  assertName(options.stack, "The name of the stack");
  assertTypeScript(project);
  const store = openStore(stateFile ?? practiceStateFile(project.name, options.stack));
  return { sdk, project, store, config: readConfig(sdk, project, options, store.passphrase) };
}

function openStore(file: string): Store {
  const { text: passphrase, note } = findPassphrase(file);
  const notes = [`State: ${file}`, ...(note === undefined ? [] : [note])];
  const kept = readIfThere(file);
  const written = kept === undefined ? undefined : parseDeploymentFile(kept, file);
  const salt = written?.deployment.secrets_providers?.state.salt;
  const crypter = salt === undefined ? newCrypter(passphrase) : openCrypter(passphrase, salt);
  const loaded = written === undefined ? { resources: [], pending: [] } : readDeployment(written, crypter);
  const save = (deployment: Deployment): void => {
    const text = JSON.stringify(writeDeployment(deployment, crypter, new Date().toISOString()), undefined, 2);
    writeWhole(file, `${text}\n`);
  };
  return { file, passphrase, notes, crypter, loaded, save };
}

function readConfig(sdk: Sdk, project: Project, options: StackOptions, passphrase: string): Config {
  const file = join(project.folder, `Pulumi.${options.stack}.yaml`);
  const yaml = existsSync(file) ? readYaml(file, sdk.parseYaml) : undefined;
  const stackFile = isRecord(yaml) ? yaml : {};
  const salt = stackFile["encryptionsalt"];
  const decrypt = (text: string): string => {
    if (typeof salt !== "string") throw new Error(`${file} holds a secret and no encryptionsalt.`);
    return openCrypter(passphrase, salt).decrypt(text);
  };
  const given = (values: Readonly<Record<string, string>> = {}, secret: boolean): Config =>
    new Map(Object.entries(values).map(([key, value]) => [configKey(project.name, key), { value, secret }]));
  return new Map([
    ...project.config,
    ...readStackConfig(project.name, stackFile["config"], decrypt),
    ...given(options.config, false),
    ...given(options.secretConfig, true),
  ]);
}

async function runStack(
  action: StackAction,
  options: StackOptions,
  stateFile: string | undefined,
): Promise<StackResult> {
  assertNodeVersion();
  // The lock's place must be known before anything is read that another run may be writing.
  const sdk = loadSdk(options.cwd);
  const { name } = readProject(options.cwd, sdk.parseYaml);
  assertName(options.stack, "The name of the stack");
  const file = stateFile ?? practiceStateFile(name, options.stack);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unlock = lockState(`${file}.lock`, `${action} of ${name}/${options.stack}`);
  try {
    const opened = openStack(options, stateFile);
    const { store } = opened;
    const before = store.loaded.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
    const recorder = new Recorder(options.show, options.colours ?? false, before);
    recorder.emit({ kind: "message", severity: "info", text: WHAT_IT_IS });
    for (const text of store.notes) recorder.emit({ kind: "message", severity: "info", text });
    for (const { type, resource } of store.loaded.pending) {
      const text = `The last run ended while ${resource.urn} was ${type}: what became of it is not known here. The provider finds out.`;
      recorder.emit({ kind: "message", severity: "warning", text });
    }
    recorder.say(`${action} of ${opened.project.name}/${options.stack}`);
    const ok = await runAction(action, {
      ...opened,
      options,
      loaded: store.loaded,
      save: store.save,
      emit: recorder.emit,
    });
    return recorder.finish(ok, action === "preview");
  } finally {
    unlock();
  }
}
