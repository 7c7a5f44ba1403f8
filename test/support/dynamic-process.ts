/**
 * The SDK's real dynamic provider process, driven over its gRPC as an engine would, without an engine.
 * It loads our *built* package from the folder it is started in, exactly as for a user.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

type Properties = Record<string, unknown>;

interface Rpc {
  [method: string]: (request: unknown, done: (error: RpcError | null, response: RpcMessage) => void) => void;
}
interface RpcError extends Error {
  readonly details: string;
  readonly metadata?: { get(key: string): Uint8Array[] };
}
interface RpcMessage {
  getInputs(): Struct | undefined;
  getProperties(): Struct | undefined;
  getFailuresList(): { getProperty(): string; getReason(): string }[];
  getChanges(): number;
  getReplacesList(): string[];
  getId(): string;
}
interface Struct {
  toJavaScript(): Properties;
}

/** The modules must be those of the SDK itself: two copies of google-protobuf do not understand each other. */
const sdkPackage = require.resolve("@pulumi/pulumi/package.json");
const fromSdk = createRequire(sdkPackage);
const grpc = fromSdk("@grpc/grpc-js") as {
  credentials: { createInsecure(): unknown };
};
const { Struct } = fromSdk("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: Properties): Struct };
};
const messages = fromSdk("./proto/provider_pb.js") as Record<
  string,
  new () => Record<string, (value: unknown) => void>
>;
const services = fromSdk("./proto/provider_grpc_pb.js") as {
  ResourceProviderClient: new (address: string, credentials: unknown) => Rpc & { close(): void };
};

export interface DynamicProcess {
  /** Everything the process printed. */
  readonly output: () => string;
  check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<{ changes: number; replaces: string[] }>;
  create(inputs: Properties): Promise<{ id: string; properties: Properties }>;
  stop(): Promise<void>;
}

export async function startDynamicProcess(cwd: string): Promise<DynamicProcess> {
  const child = spawn(process.execPath, [join(sdkPackage, "../cmd/dynamic-provider/index.js"), "127.0.0.1:1"], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const port = await firstLine(child);
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());

  const call = (method: string, fields: Record<string, unknown>, type: string): Promise<RpcMessage> => {
    const Message = messages[type];
    const send = client[method];
    if (Message === undefined || send === undefined) throw new Error(`The SDK has no ${type} for ${method}.`);
    const request = new Message();
    for (const [setter, value] of Object.entries(fields)) request[setter]?.(value);
    return new Promise((resolve, reject) => {
      send.call(client, request, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  };
  await call("configure", { setArgs: Struct.fromJavaScript({}) }, "ConfigureRequest");

  return {
    output: () => printed,
    async check(olds, news) {
      const response = await call(
        "check",
        { setOlds: Struct.fromJavaScript(olds), setNews: Struct.fromJavaScript(news) },
        "CheckRequest",
      );
      return {
        inputs: response.getInputs()?.toJavaScript() ?? {},
        failures: response
          .getFailuresList()
          .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
      };
    },
    async diff(id, olds, news) {
      const fields = { setId: id, setOlds: Struct.fromJavaScript(olds), setNews: Struct.fromJavaScript(news) };
      const response = await call("diff", fields, "DiffRequest");
      return { changes: response.getChanges(), replaces: response.getReplacesList() };
    },
    async create(inputs) {
      const response = await call("create", { setProperties: Struct.fromJavaScript(inputs) }, "CreateRequest");
      return { id: response.getId(), properties: response.getProperties()?.toJavaScript() ?? {} };
    },
    async stop() {
      client.close();
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGINT");
        await ended;
      }
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error("no stdout");
    const reader = createInterface({ input: child.stdout });
    reader.once("line", (line) => {
      reader.close();
      resolve(line.trim());
    });
    child.once("exit", (code) =>
      reject(new Error(`The dynamic provider process ended with ${code} before it said its port.`)),
    );
  });
}
