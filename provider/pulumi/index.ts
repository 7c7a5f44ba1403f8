/** Everything that knows Pulumi's protocol: unknowns, secrets, check failures, partial failure. */
export { type DynamicProvider, dynamicProvider } from "./dynamic-provider";
export { providerText } from "./provider-text";
export type { Args, ArgsOf } from "./args";
export {
  type Declaration,
  type Declarer,
  type Later,
  type Notice,
  declaredTwice,
  entriesOf,
  noticedIn,
} from "./noticed";
export {
  type HostReference,
  type NameReference,
  hostConnection,
  isObject,
  mapArgs,
  mapInput,
  nameOf,
  orNothing,
} from "./references";
export { secretFor } from "./secret-paths";
export {
  type CommonInputs,
  type Failure,
  type ResourceKind,
  type Unfinished,
  UnfinishedError,
} from "./resource-kind";
export { warnBeforeCreation, warnOf } from "./warning";
export { XenResource } from "./xen-resource";
