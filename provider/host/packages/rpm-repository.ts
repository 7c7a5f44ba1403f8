/** Files of package sources as dnf, yum and zypper read them, in our own form: one section, one key a line. Pure. */
import type { PackageRepository } from "./package-manager";

/** `ours`: how the paths of our files begin. */
export function readRpmRepository(ours: string, path: string, text: string): PackageRepository | undefined {
  const url = repositoryValue(text, "baseurl");
  if (!path.startsWith(ours) || !path.endsWith(".repo")) return undefined;
  if (url === undefined || repositoryValue(text, "enabled") === "0") return undefined;
  const key = repositoryValue(text, "gpgkey");
  return {
    name: path.slice(ours.length, -".repo".length),
    url,
    ...(key?.startsWith("file://") === true ? { signedBy: key.slice("file://".length) } : {}),
    ...(repositoryValue(text, "gpgcheck") === "0" ? { checkSignatures: false } : {}),
  };
}

export function repositoryValue(text: string, key: string): string | undefined {
  return new RegExp(`^${key} *= *(.*)$`, "m").exec(text)?.[1]?.trim();
}
