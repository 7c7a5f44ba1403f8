/** Everything that knows Pulumi's protocol: unknowns, secrets, check failures, partial failure. */
export { type DynamicProvider, dynamicProvider } from "./dynamic-provider";
export { propertyChange } from "./property-change";
export { providerText } from "./provider-text";
export { type HostReference, type NameReference, hostConnection, isInputText, nameOf } from "./references";
export {
  type Change,
  type CommonInputs,
  type Failure,
  type ResourceKind,
  type Unfinished,
  UnfinishedError,
} from "./resource-kind";
export { UNKNOWN, hasUnknown, isUnknown, shown, whenKnown } from "./unknown";
export { XenResource } from "./xen-resource";
