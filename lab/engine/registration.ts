/** What a program asks for: one RegisterResource, in our own words. */
import type * as Resource from "@pulumi/pulumi/proto/resource_pb";
import type { CustomTimeouts } from "./resource-state";
import type { PropertyMap } from "./wire-values";

export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly custom: boolean;
  readonly inputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** Undefined: the provider decides. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly string[];
  readonly retainOnDelete: boolean;
  readonly customTimeouts: CustomTimeouts;
}

export interface Registered {
  readonly urn: string;
  /** Empty when not known. */
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** @throws Error for what this engine does not do, so that it is never done by halves. */
export function readRegistration(request: Resource.RegisterResourceRequest): Registration {
  const refused = [
    [request.getRemote(), "remote components"],
    [request.getImportid() !== "", "the option import"],
    [request.getProvider() !== "", "explicit providers"],
    [request.getDeletedwith() !== "", "the option deletedWith"],
  ] as const;
  for (const [asked, what] of refused) {
    if (asked)
      throw new Error(`${request.getName()}: the practice engine does not know ${what}. A real Pulumi CLI does.`);
  }
  const timeouts = request.getCustomtimeouts();
  const byProperty = request.getPropertydependenciesMap().getEntryList();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      byProperty.map(([key]) => [key, request.getPropertydependenciesMap().get(key)?.getUrnsList() ?? []]),
    ),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasurnsList(),
    retainOnDelete: request.getRetainondelete() ?? false,
    customTimeouts: {
      ...seconds("create", timeouts?.getCreate()),
      ...seconds("update", timeouts?.getUpdate()),
      ...seconds("delete", timeouts?.getDelete()),
    },
  };
}

/** Go's durations: `5m`, `1h30m`, `90s`, `1.5h`, `500ms`. */
function seconds(key: keyof CustomTimeouts, text: string | undefined): CustomTimeouts {
  if (text === undefined || text === "") return {};
  const unit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  if (parts.map(([whole]) => whole).join("") !== text)
    throw new Error(`customTimeouts.${key}: "${text}" is no duration such as "10m".`);
  return { [key]: parts.reduce((sum, [, number, name]) => sum + Number(number) * (unit[name ?? "s"] ?? 1), 0) };
}
