/** Names of resources: `urn:pulumi:STACK::PROJECT::[PARENT_TYPE$]TYPE::NAME`. */

export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_TYPE_PREFIX = "pulumi:providers:";
/** The type of the entry that stands for the dynamic provider in the state. */
export const DYNAMIC_PROVIDER_TYPE = "pulumi:providers:pulumi-nodejs";

export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** The URN of the parent; the stack itself leaves no trace in the URN. */
  readonly parent?: string | undefined;
  readonly type: string;
  readonly name: string;
}

export function makeUrn({ stack, project, parent, type, name }: UrnParts): string {
  const parentType = parent === undefined || parent === "" ? "" : qualifiedType(parent);
  const chain = parentType === "" || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
}

/** The type with those of the parents before it, joined by `$`. */
export function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function typeOfUrn(urn: string): string {
  return qualifiedType(urn).split("$").at(-1) ?? "";
}

/** The name may itself hold `::`. */
export function nameOfUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Entries that the engine keeps for itself; people are not shown them. */
export function isProviderUrn(urn: string): boolean {
  return typeOfUrn(urn).startsWith(PROVIDER_TYPE_PREFIX);
}
