/** Where a secret must not be: texts that people see, words of command lines, files that others may read. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { PretendHost } from "../host/pretend-host";
import { SECRETS } from "../programs/registrations";

export function secretIn(text: string): boolean {
  return SECRETS.some((secret) => text.includes(secret));
}

/** The files of ours that hold a secret and that others than root may read. */
export function readableSecrets(host: PretendHost): string[] {
  return ["/var/lib/pulumi-xen", "/etc/xen", "/var/log/xen", "/tmp", "/run"].flatMap((folder) =>
    below(host.at(folder)),
  );
}

function below(folder: string): string[] {
  let names: string[];
  try {
    // Who may not enter a folder may not read what is in it.
    if ((statSync(folder).mode & 0o005) === 0) return [];
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    try {
      const info = statSync(path);
      if (info.isDirectory()) return below(path);
      return info.isFile() && (info.mode & 0o044) !== 0 && secretIn(readFileSync(path, "latin1")) ? [path] : [];
    } catch {
      return [];
    }
  });
}
