/** The dynamic provider: the SDK's own process, and its calls as functions. */
import { join } from "node:path";
import { type SdkProcess, startSdkProcess } from "./child-process";
import { type GrpcError, MESSAGE_LIMITS, type Sdk, type Struct } from "./sdk";
import { type PropertyMap, revealMap } from "./wire-values";

/** A create or update that left something behind: the id and properties to keep, and why it is not finished. */
export class InitFailedError extends Error {
  readonly id: string;
  readonly properties: PropertyMap;
  readonly reasons: readonly string[];

  constructor(message: string, id: string, properties: PropertyMap, reasons: readonly string[]) {
    super(message);
    this.name = "InitFailedError";
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

/** The provider's process ended while a call was under way. */
export class ProviderGoneError extends Error {
  constructor(details: string) {
    super(`The dynamic provider's process has gone: ${details}`);
    this.name = "ProviderGoneError";
  }
}

interface CheckAnswer {
  readonly inputs: PropertyMap;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffAnswer {
  /** Undefined: the provider did not say; the engine compares inputs. */
  readonly changes: boolean | undefined;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

interface ReadAnswer {
  /** Empty: the resource is gone. */
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap | undefined;
}

/** Properties may hold secrets: they go out in plain, since the dynamic provider accepts none. */
export interface DynamicProvider {
  check(urn: string, olds: PropertyMap, news: PropertyMap): Promise<CheckAnswer>;
  diff(urn: string, id: string, olds: PropertyMap, news: PropertyMap, oldInputs: PropertyMap): Promise<DiffAnswer>;
  create(urn: string, inputs: PropertyMap, timeoutSeconds: number): Promise<{ id: string; outputs: PropertyMap }>;
  update(
    urn: string,
    id: string,
    olds: PropertyMap,
    news: PropertyMap,
    oldInputs: PropertyMap,
    timeoutSeconds: number,
  ): Promise<PropertyMap>;
  read(urn: string, id: string, outputs: PropertyMap, inputs: PropertyMap): Promise<ReadAnswer>;
  delete(urn: string, id: string, outputs: PropertyMap, oldInputs: PropertyMap, timeoutSeconds: number): Promise<void>;
  /** Lets it end: SIGINT, and SIGKILL after the grace. */
  stop(graceMs?: number): Promise<void>;
}

export interface ProviderOptions {
  readonly sdk: Sdk;
  /** The program's folder: the provider's text requires packages from there. */
  readonly cwd: string;
  readonly projectName: string;
  readonly engineAddress: string;
  /** The stack configuration, secrets marked. */
  readonly config: PropertyMap;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** Starts the process, waits for its port and configures it. */
export async function startProvider(options: ProviderOptions): Promise<DynamicProvider> {
  const { sdk } = options;
  let announce: (port: string) => void = () => undefined;
  const announced = new Promise<string>((resolve) => {
    announce = resolve;
  });
  let waiting = true;
  const child = startSdkProcess({
    args: [join(sdk.folder, "cmd", "dynamic-provider", "index.js"), options.engineAddress],
    cwd: options.cwd,
    env: {
      PULUMI_PROJECT: options.projectName,
      PULUMI_NODEJS_PROJECT: options.projectName,
      PULUMI_CONFIG: "{}",
    },
    onLine: (line, stream) => {
      if (waiting && stream === "stdout" && /^\d+$/.test(line)) {
        waiting = false;
        announce(line);
      } else options.onLine(line, stream);
    },
  });
  const port = await Promise.race([announced, child.ended.then(() => undefined)]);
  if (port === undefined) throw new Error("The dynamic provider's process ended before it named its port.");
  const client = new sdk.providerRpc.ResourceProviderClient(
    `127.0.0.1:${port}`,
    sdk.grpc.credentials.createInsecure(),
    MESSAGE_LIMITS,
  );
  await call<unknown>(sdk, (done) => {
    const request = new sdk.provider.ConfigureRequest().setArgs(sdk.toStruct(options.config));
    client.configure(request.setAcceptsecrets(true).setSendsOldInputs(true).setSendsOldInputsToDelete(true), done);
  });
  return providerOver(sdk, client, child);
}

type Client = InstanceType<Sdk["providerRpc"]["ResourceProviderClient"]>;

function providerOver(sdk: Sdk, client: Client, child: SdkProcess): DynamicProvider {
  const { provider } = sdk;
  const plain = (properties: PropertyMap): Struct => sdk.toStruct(revealMap(properties));
  return {
    check: async (urn, olds, news) => {
      const request = new provider.CheckRequest().setUrn(urn).setOlds(plain(olds)).setNews(plain(news));
      const answer = await call<InstanceType<typeof provider.CheckResponse>>(sdk, (done) =>
        client.check(request, done),
      );
      const failures = answer.getFailuresList().map((f) => ({ property: f.getProperty(), reason: f.getReason() }));
      return { inputs: fromStruct(answer.getInputs()), failures };
    },
    diff: async (urn, id, olds, news, oldInputs) => {
      const request = new provider.DiffRequest().setUrn(urn).setId(id).setOlds(plain(olds)).setNews(plain(news));
      request.setOldInputs(plain(oldInputs));
      const answer = await call<InstanceType<typeof provider.DiffResponse>>(sdk, (done) => client.diff(request, done));
      const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
      const changes = answer.getChanges();
      return {
        changes: changes === DIFF_SOME ? true : changes === DIFF_NONE ? false : undefined,
        replaces: answer.getReplacesList(),
        deleteBeforeReplace: answer.getDeletebeforereplace(),
      };
    },
    create: async (urn, inputs, timeoutSeconds) => {
      const request = new provider.CreateRequest().setUrn(urn).setProperties(plain(inputs)).setTimeout(timeoutSeconds);
      const answer = await call<InstanceType<typeof provider.CreateResponse>>(sdk, (done) =>
        client.create(request, done),
      );
      if (answer.getId() === "") throw new Error("The provider's create gave no id.");
      return { id: answer.getId(), outputs: fromStruct(answer.getProperties()) };
    },
    update: async (urn, id, olds, news, oldInputs, timeoutSeconds) => {
      const request = new provider.UpdateRequest().setUrn(urn).setId(id).setOlds(plain(olds)).setNews(plain(news));
      request.setOldInputs(plain(oldInputs)).setTimeout(timeoutSeconds);
      const answer = await call<InstanceType<typeof provider.UpdateResponse>>(sdk, (done) =>
        client.update(request, done),
      );
      return fromStruct(answer.getProperties());
    },
    read: async (urn, id, outputs, inputs) => {
      const request = new provider.ReadRequest()
        .setUrn(urn)
        .setId(id)
        .setProperties(plain(outputs))
        .setInputs(plain(inputs));
      const answer = await call<InstanceType<typeof provider.ReadResponse>>(sdk, (done) => client.read(request, done));
      return {
        id: answer.getId(),
        outputs: fromStruct(answer.getProperties()),
        inputs: answer.hasInputs() ? fromStruct(answer.getInputs()) : undefined,
      };
    },
    delete: async (urn, id, outputs, oldInputs, timeoutSeconds) => {
      const request = new provider.DeleteRequest().setUrn(urn).setId(id).setProperties(plain(outputs));
      await call<unknown>(sdk, (done) =>
        client.delete(request.setOldInputs(plain(oldInputs)).setTimeout(timeoutSeconds), done),
      );
    },
    stop: async (graceMs) => {
      client.close();
      await child.stop(graceMs);
    },
  };
}

function fromStruct(struct: Struct | undefined): PropertyMap {
  return struct?.toJavaScript() ?? {};
}

async function call<Answer>(
  sdk: Sdk,
  start: (done: (error: GrpcError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    start((error, answer) => (error === null ? resolve(answer) : reject(readError(sdk, error))));
  });
}

/** A failed init travels as a serialised Status in a trailer (grpcResponseFromError in cmd/dynamic-provider). */
function readError(sdk: Sdk, error: GrpcError): Error {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (packed !== undefined && typeof packed !== "string") {
    const [detail] = sdk.status.Status.deserializeBinary(packed).getDetailsList();
    if (detail !== undefined && detail.getTypeName() === "pulumirpc.ErrorResourceInitFailed") {
      const failed = sdk.provider.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
      return new InitFailedError(
        error.details,
        failed.getId(),
        fromStruct(failed.getProperties()),
        failed.getReasonsList(),
      );
    }
  }
  if (error.code === sdk.grpc.status.UNAVAILABLE) return new ProviderGoneError(error.details);
  return new Error(error.details || error.message);
}
