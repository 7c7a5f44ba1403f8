/**
 * The parts of the npm SDK the engine stands on, taken from the project's own @pulumi/pulumi, as the real CLI does.
 * gRPC and google-protobuf come from inside that package: its generated modules must see the very same copies.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as Engine from "@pulumi/pulumi/proto/engine_pb";
import type * as EngineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as ProviderRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as Provider from "@pulumi/pulumi/proto/provider_pb";
import type * as ResourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb";
import type * as Resource from "@pulumi/pulumi/proto/resource_pb";
import type * as Status from "@pulumi/pulumi/proto/status_pb";
import type { PropertyMap } from "./wire-values";

/** google.protobuf.Struct, as the SDK's messages carry it. */
export type Struct = NonNullable<ReturnType<Provider.CheckResponse["getInputs"]>>;
type Empty =
  InstanceType<typeof ResourceRpc.ResourceMonitorClient> extends {
    signalAndWaitForShutdown(request: infer Request, callback: infer _Callback): unknown;
  }
    ? Request
    : never;

export interface GrpcError {
  readonly code: number;
  readonly details: string;
  readonly message: string;
  readonly metadata: { get(key: string): readonly (string | Buffer)[] };
}

/** What we use of @grpc/grpc-js. */
interface Grpc {
  readonly Server: new (options: object) => GrpcServer;
  readonly ServerCredentials: { createInsecure(): unknown };
  readonly credentials: { createInsecure(): ConstructorParameters<typeof ProviderRpc.ResourceProviderClient>[1] };
  readonly status: Readonly<Record<"UNAVAILABLE" | "UNIMPLEMENTED" | "INVALID_ARGUMENT", number>>;
}

interface GrpcServer {
  addService(definition: unknown, handlers: object): void;
  bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
  forceShutdown(): void;
}

export interface Sdk {
  /** The folder of @pulumi/pulumi. */
  readonly folder: string;
  readonly version: string;
  readonly grpc: Grpc;
  readonly engine: typeof Engine;
  readonly engineRpc: typeof EngineRpc;
  readonly provider: typeof Provider;
  readonly providerRpc: typeof ProviderRpc;
  readonly resource: typeof Resource;
  readonly resourceRpc: typeof ResourceRpc;
  readonly status: typeof Status;
  readonly Empty: new () => Empty;
  readonly toStruct: (properties: PropertyMap) => Struct;
  readonly parseYaml: (text: string) => unknown;
}

/** Messages may be large: a guest's whole state travels in one. The SDK itself allows 400 MiB. */
export const MESSAGE_LIMITS = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

/**
 * Loads the SDK that a program in `projectFolder` would get.
 *
 * @throws Error naming the remedy when the project has none.
 */
export function loadSdk(projectFolder: string): Sdk {
  const manifest = findManifest(projectFolder);
  const load = createRequire(manifest);
  const { version } = load(manifest) as { version: string };
  const structs = load("google-protobuf/google/protobuf/struct_pb.js") as {
    Struct: { fromJavaScript(properties: PropertyMap): Struct };
  };
  const proto = (name: string): unknown => load(`./proto/${name}.js`);
  return {
    folder: dirname(manifest),
    version,
    grpc: load("@grpc/grpc-js") as Grpc,
    engine: proto("engine_pb") as typeof Engine,
    engineRpc: proto("engine_grpc_pb") as typeof EngineRpc,
    provider: proto("provider_pb") as typeof Provider,
    providerRpc: proto("provider_grpc_pb") as typeof ProviderRpc,
    resource: proto("resource_pb") as typeof Resource,
    resourceRpc: proto("resource_grpc_pb") as typeof ResourceRpc,
    status: proto("status_pb") as typeof Status,
    Empty: (load("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => Empty }).Empty,
    toStruct: (properties) => structs.Struct.fromJavaScript(properties),
    parseYaml: (load("js-yaml") as { load: (text: string) => unknown }).load,
  };
}

function findManifest(projectFolder: string): string {
  for (const from of [join(projectFolder, "package.json"), __filename]) {
    try {
      return createRequire(from).resolve("@pulumi/pulumi/package.json");
    } catch {
      // Next place.
    }
  }
  throw new Error(`No @pulumi/pulumi is installed for ${projectFolder}. Run npm install there.`);
}
