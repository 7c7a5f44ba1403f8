/** Everything that knows Pulumi's protocol: unknowns, secrets, check failures, partial failure. */
export { type DynamicProvider, dynamicProvider } from "./dynamic-provider";
export { providerText } from "./provider-text";
export type { Args, ArgsOf } from "./args";
export { type HostReference, type NameReference, hostConnection, isInputText, nameOf } from "./references";
export {
  type CommonInputs,
  type Failure,
  type ResourceKind,
  type Unfinished,
  UnfinishedError,
} from "./resource-kind";
export { XenResource } from "./xen-resource";
