/** What a host that is a folder of this machine has of images: claims, and files with their content. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LocalShell } from "./local-shell";

/** The claims of images, each as its folder's name and what it is of. */
export function claimsOn(shell: LocalShell): { key: string; id: string; of: string }[] {
  const root = shell.at("var", "pulumi-xen", "disk-image");
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((key) => existsSync(join(root, key, "claim")))
    .map((key) => {
      const text = readFileSync(join(root, key, "claim"), "utf8");
      const of = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "";
      return { key, id: of("id"), of: of("of") };
    });
}

/** Files below a folder, without it; none where it is gone. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
