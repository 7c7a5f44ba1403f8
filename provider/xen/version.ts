/** A Xen version, `4.17`. */
export interface XenVersion {
  readonly major: number;
  readonly minor: number;
}

function isAtLeast(version: XenVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/**
 * Does xl read `bootloader_restrict` from the configuration? Before, only the environment of `xl create` tells.
 * Xen 4.18 and later.
 */
export function hasRestrictKeys(version: XenVersion): boolean {
  return isAtLeast(version, 4, 18);
}
