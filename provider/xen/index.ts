/** WHAT Xen is: the domain's configuration, disks, interfaces, identities, states, versions. Pure. */
export type { CloudInit, CloudInitUser } from "./cloud-init/cloud-init";
export { type SeedOf, seedImage } from "./cloud-init/seed";
export { deviceName, deviceNumber } from "./device-name";
export { DISK_FORMATS, type DiskSpec, parseDiskSpec, readDiskSpec, renderDiskSpec } from "./disk-spec";
export {
  DOMAIN_TYPES,
  type DomainConfig,
  type DomainType,
  EVENT_ACTIONS,
  type EventAction,
  PLAIN_KEYS,
  type RefusedText,
  type UnreadKey,
} from "./domain-config";
export {
  type KeyDifference,
  differingKeys,
  normalDomainConfig,
  sameDomainConfig,
} from "./domain-config.compare";
export { parseDomainConfig } from "./domain-config.parse";
export { renderDomainConfig } from "./domain-config.render";
export { type DomainState, domainState, isAlive } from "./domain-state";
export { MAC_PATTERN, UUID_PATTERN, deriveMac, deriveUuid } from "./identity";
export { PYGRUB_USER } from "./pygrub-user";
export { SAVE_FOLDER } from "./save-folder";
export { type VfbSpec, parseVfbSpec, renderVfbSpec } from "./vfb-spec";
export { type VifSpec, parseVifSpec, renderVifSpec, vifRefusal } from "./vif-spec";
export { quoted } from "./xl-string";
