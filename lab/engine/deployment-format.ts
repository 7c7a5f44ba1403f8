/** Pulumi's deployment format, version 3: what `pulumi stack export` writes and `pulumi stack import` reads. */
import { createHash } from "node:crypto";
import type { Crypter } from "./crypter";
import type { ResourceState } from "./resource-state";
import {
  isList,
  isObject,
  isSecret,
  type Json,
  makeSecret,
  mapValues,
  type PropertyMap,
  SECRET_SIGNATURE,
  secretContent,
  SIGNATURE_KEY,
} from "./wire-values";

export type PendingKind = "creating" | "updating" | "deleting" | "reading";

/** An operation that was under way when the file was written. */
export interface PendingOperation {
  readonly type: PendingKind;
  readonly resource: ResourceState;
}

export interface Deployment {
  readonly resources: readonly ResourceState[];
  readonly pending: readonly PendingOperation[];
}

export interface DeploymentFile {
  readonly version: 3;
  readonly deployment: {
    readonly manifest: { readonly time: string; readonly magic: string; readonly version: string };
    readonly secrets_providers?: { readonly type: "passphrase"; readonly state: { readonly salt: string } };
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
    readonly metadata: Record<string, never>;
  };
}

/** The version of the CLI whose format this is. The magic is its hash; a wrong one is refused at import. */
const FORMAT_OF = "v3.260.0";

/** Empty members are left out, as the CLI leaves them out. */
export function writeDeployment({ resources, pending }: Deployment, crypter: Crypter, time: string): DeploymentFile {
  const write = (state: ResourceState): ResourceState => writeState(state, crypter);
  return {
    version: 3,
    deployment: {
      manifest: { time, magic: createHash("sha256").update(FORMAT_OF).digest("hex"), version: FORMAT_OF },
      secrets_providers: { type: "passphrase", state: { salt: crypter.salt } },
      ...(resources.length > 0 ? { resources: resources.map(write) } : {}),
      ...(pending.length > 0
        ? { pending_operations: pending.map(({ type, resource }) => ({ resource: write(resource), type })) }
        : {}),
      metadata: {},
    },
  };
}

/** @throws Error when the file is of another kind or a secret does not open. */
export function readDeployment(file: DeploymentFile, crypter: Crypter): Deployment {
  const read = (state: ResourceState): ResourceState => ({
    ...state,
    ...(state.inputs === undefined ? {} : { inputs: openMap(state.inputs, crypter) }),
    ...(state.outputs === undefined ? {} : { outputs: openMap(state.outputs, crypter) }),
  });
  return {
    resources: (file.deployment.resources ?? []).map(read),
    pending: (file.deployment.pending_operations ?? []).map(({ type, resource }) => ({
      type,
      resource: read(resource),
    })),
  };
}

function parseJson(text: string, whose: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${whose} is not valid JSON: ${(error as Error).message}.`);
  }
}

/** @throws Error that says what is wrong with the file. */
export function parseDeploymentFile(text: string, whose: string): DeploymentFile {
  const file = parseJson(text, whose);
  if (!isObject(file) || file["version"] !== 3 || !isObject(file["deployment"])) {
    throw new Error(`${whose} is no Pulumi deployment of version 3.`);
  }
  return file as unknown as DeploymentFile;
}

const OMITTED_WHEN_EMPTY: ReadonlySet<string> = new Set([
  "inputs",
  "outputs",
  "dependencies",
  "propertyDependencies",
  "initErrors",
  "additionalSecretOutputs",
  "ignoreChanges",
  "replaceOnChanges",
  "customTimeouts",
]);

function writeState(state: ResourceState, crypter: Crypter): ResourceState {
  const closed = {
    ...state,
    ...(state.inputs === undefined ? {} : { inputs: closeMap(state.inputs, crypter) }),
    ...(state.outputs === undefined ? {} : { outputs: closeMap(state.outputs, crypter) }),
  };
  const says = ([key, value]: [string, unknown]): boolean =>
    value !== undefined &&
    value !== "" &&
    (value !== false || key === "custom") &&
    !(OMITTED_WHEN_EMPTY.has(key) && Object.keys(value as object).length === 0);
  return Object.fromEntries(Object.entries(closed).filter(says)) as unknown as ResourceState;
}

// A secret that did not change keeps its cipher text, so that saving again does not rewrite the whole file.
const cipherTexts = new WeakMap<object, { readonly crypter: Crypter; readonly text: string }>();

function close(value: Json, crypter: Crypter): Json {
  if (isSecret(value)) {
    const known = cipherTexts.get(value);
    const text = known?.crypter === crypter ? known.text : crypter.encrypt(JSON.stringify(secretContent(value)));
    cipherTexts.set(value, { crypter, text });
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext: text };
  }
  if (isList(value)) return value.map((item) => close(item, crypter));
  return isObject(value) ? closeMap(value, crypter) : value;
}

function closeMap(properties: PropertyMap, crypter: Crypter): PropertyMap {
  return mapValues(properties, (value) => close(value, crypter));
}

function open(value: Json, crypter: Crypter): Json {
  if (isSecret(value)) {
    const { ciphertext, plaintext } = value as { ciphertext?: Json; plaintext?: Json };
    const text = typeof ciphertext === "string" ? crypter.decrypt(ciphertext) : plaintext;
    if (typeof text !== "string") throw new Error("A secret of this state has neither cipher text nor plain text.");
    const secret = makeSecret(JSON.parse(text) as Json);
    if (typeof ciphertext === "string" && isObject(secret)) cipherTexts.set(secret, { crypter, text: ciphertext });
    return secret;
  }
  if (isList(value)) return value.map((item) => open(item, crypter));
  return isObject(value) ? openMap(value, crypter) : value;
}

function openMap(properties: PropertyMap, crypter: Crypter): PropertyMap {
  return mapValues(properties, (value) => open(value, crypter));
}
