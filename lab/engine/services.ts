/** The two gRPC services a program talks to: the resource monitor and the engine, on one port of loopback. */
import type * as Engine from "@pulumi/pulumi/proto/engine_pb";
import type * as Resource from "@pulumi/pulumi/proto/resource_pb";
import type { Severity } from "./events";
import { type Registered, type Registration, readRegistration } from "./registration";
import { MESSAGE_LIMITS, type Sdk } from "./sdk";
import type { PropertyMap } from "./wire-values";

/** What the services hand on. */
export interface Desk {
  readonly deployment: {
    readonly project: string;
    readonly stack: string;
    readonly dryRun: boolean;
    readonly parallel: number;
  };
  register(desired: Registration): Promise<Registered>;
  registerOutputs(urn: string, outputs: PropertyMap): void;
  /** The program is through; resolves when all that is left to do is done. */
  finish(): Promise<void>;
  log(severity: Severity, text: string, urn: string): void;
  /** The program asked for something that cannot be read or is not offered here. */
  refused(what: string): void;
}

export interface Services {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  close(): void;
}

type Callback = (error: { code: number; details: string } | null, answer?: unknown) => void;
type Handler<Request> = (call: { readonly request: Request }, answer: Callback) => void;

export async function startServices(sdk: Sdk, desk: Desk): Promise<Services> {
  const server = new sdk.grpc.Server(MESSAGE_LIMITS);
  server.addService(sdk.resourceRpc.ResourceMonitorService, monitor(sdk, desk));
  server.addService(sdk.engineRpc.EngineService, engine(sdk, desk));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", sdk.grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

function monitor(sdk: Sdk, desk: Desk): object {
  const { resource } = sdk;
  const unoffered =
    (what: string): Handler<unknown> =>
    (_call, answer) => {
      desk.refused(`The practice engine does not know ${what}. A real Pulumi CLI does.`);
      answer({ code: sdk.grpc.status.UNIMPLEMENTED, details: what });
    };
  const getDeploymentInfo: Handler<unknown> = (_call, answer) => {
    const { project, stack, dryRun, parallel } = desk.deployment;
    const info = new resource.DeploymentInfo().setProject(project).setStack(stack).setOrganization("organization");
    info.setDryrun(dryRun).setParallel(parallel);
    // Secrets and nothing else: what is not offered, the SDK does itself (aliases) or refuses in plain words.
    answer(null, info.setSupportedfeaturesList([resource.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS]));
  };
  const supportsFeature: Handler<Resource.SupportsFeatureRequest> = ({ request }, answer) =>
    answer(null, new resource.SupportsFeatureResponse().setHassupport(request.getId() === "secrets"));
  const registerResource: Handler<Resource.RegisterResourceRequest> = ({ request }, answer) => {
    let desired: Registration;
    try {
      desired = readRegistration(request);
    } catch (error) {
      desk.refused((error as Error).message);
      return;
    }
    desk.register(desired).then(
      ({ urn, id, outputs }) =>
        answer(null, new resource.RegisterResourceResponse().setUrn(urn).setId(id).setObject(sdk.toStruct(outputs))),
      // No answer to a registration that failed, as the real engine has it: the run ends the program.
      () => undefined,
    );
  };
  const registerResourceOutputs: Handler<Resource.RegisterResourceOutputsRequest> = ({ request }, answer) => {
    try {
      desk.registerOutputs(request.getUrn(), request.getOutputs()?.toJavaScript() ?? {});
      answer(null, new sdk.Empty());
    } catch (error) {
      answer({ code: sdk.grpc.status.INVALID_ARGUMENT, details: (error as Error).message });
    }
  };
  const signalAndWaitForShutdown: Handler<unknown> = (_call, answer) => {
    // What went wrong meanwhile is told and counted already.
    const through = (): void => answer(null, new sdk.Empty());
    desk.finish().then(through, through);
  };
  return {
    getDeploymentInfo,
    supportsFeature,
    registerResource,
    registerResourceOutputs,
    signalAndWaitForShutdown,
    invoke: unoffered("functions of providers (invoke)"),
    call: unoffered("methods of components (call)"),
    readResource: unoffered("reading resources that exist (get, StackReference)"),
    existsResource: unoffered("asking whether a resource exists"),
    registerStackTransform: unoffered("transforms"),
    registerStackInvokeTransform: unoffered("transforms"),
    registerResourceHook: unoffered("resource hooks"),
    registerErrorHook: unoffered("resource hooks"),
    registerPackage: unoffered("packages of other providers"),
  };
}

function engine(sdk: Sdk, desk: Desk): object {
  const severities: readonly Severity[] = ["debug", "info", "warning", "error"];
  const root: Handler<unknown> = (_call, answer) => answer(null, new sdk.engine.SetRootResourceResponse());
  const anyVersion: Handler<unknown> = (_call, answer) => answer(null, new sdk.engine.RequirePulumiVersionResponse());
  const log: Handler<Engine.LogRequest> = ({ request }, answer) => {
    desk.log(severities[request.getSeverity()] ?? "info", request.getMessage(), request.getUrn());
    // Always answered: the SDK chains its log calls, and an open one keeps the program alive.
    answer(null, new sdk.Empty());
  };
  const unimplemented: Handler<unknown> = (_call, answer) =>
    answer({ code: sdk.grpc.status.UNIMPLEMENTED, details: "not offered by the practice engine" });
  return {
    log,
    setRootResource: root,
    getRootResource: unimplemented,
    startDebugging: unimplemented,
    requirePulumiVersion: anyVersion,
  };
}
