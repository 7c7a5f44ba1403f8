/**
 * A stand-in for GRUB legacy's stage2: which entry of its menu it boots, and what it writes then, as 0.97 was seen to do with Xen 4.17:
 * `default saved` reads the first line of the file `default`, `savedefault N` of the entry writes it in place, `fallback` is booted
 * where a file is missing.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface BootedEntry {
  readonly title: string;
  /** Its command line, the file first. `undefined`: plain Linux. */
  readonly hypervisor: string | undefined;
  /** The kernel's own, the file first. */
  readonly kernel: string;
}

/** `menu`, `saved`: the files grub.conf and default; kernels are looked for where `/` of the menu's partition is, above `grub`, if `isStrict`. */
export function bootedByGrubLegacy(menu: string, saved: string, { isStrict = false } = {}): BootedEntry {
  const text = readFileSync(menu, "utf8");
  const said = /^default[ =](\S+)$/m.exec(text)?.[1] ?? "0";
  const entries = text.split(/^title /m).slice(1);
  const first = said === "saved" ? readFileSync(saved, "utf8").split("\n")[0] : said;
  const fallback = /^fallback[ =](\d+)/m.exec(text)?.[1];
  for (const number of [first, fallback]) {
    const entry = entries[Number(number)];
    if (entry === undefined) continue;
    const lines = (word: string): string[] =>
      [...entry.matchAll(new RegExp(`^\\s*${word} (.*)$`, "gm"))].map(([, line = ""]) => line);
    const next = lines("savedefault")[0];
    if (next !== undefined) {
      const [, ...others] = readFileSync(saved, "utf8").split("\n");
      writeFileSync(saved, [next, ...others].join("\n"));
    }
    const [kernel = ""] = lines("kernel");
    const modules = lines("module");
    const files = [kernel, ...modules, ...lines("initrd")].map((line) => line.split(" ")[0] ?? "");
    if (isStrict && !files.every((file) => existsSync(join(dirname(menu), "..", file)))) continue;
    const title = entry.split("\n")[0] ?? "";
    return /^\S*xen/.test(kernel)
      ? { title, hypervisor: kernel, kernel: modules[0] ?? "" }
      : { title, hypervisor: undefined, kernel };
  }
  throw new Error("GRUB has nothing to boot, and waits.");
}
