/** Reading GRUB's generated configuration and its environment block. Pure. */
import { grubWords } from "./grub-words";

export interface GrubEntry {
  /** `--id` or `$menuentry_id_option`; entries made by hand have none. */
  readonly id: string | undefined;
  readonly title: string;
  /** It stands in a file of its own and not in the menu, which takes them all in one place (`blscfg`). Its title is not known. */
  readonly isLoaderEntry?: true;
  /** Its place among the top-level entries, as `set default` and `set fallback` count; `undefined` in a submenu. */
  readonly index: number | undefined;
  /** Arguments of the hypervisor, word by word; `undefined` for an entry without one. GRUB's own variables stay as they are written. */
  readonly hypervisorArgs: readonly string[] | undefined;
  /** Arguments of the kernel. */
  readonly kernelArgs: readonly string[] | undefined;
}

/** The entries of a grub.cfg, those of submenus included. `loaderEntries`: the ids of those in files of their own, in any order. */
export function parseGrubEntries(text: string, loaderEntries: readonly string[] = []): GrubEntry[] {
  const entries: { -readonly [K in keyof GrubEntry]: GrubEntry[K] }[] = [];
  let depth = 0;
  let topLevel = 0;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    const opening = /^(menuentry|submenu)\s+(?:'([^']*)'|"([^"]*)"|([^\s'"{]+))/.exec(line);
    if (opening !== null) {
      const index = depth === 0 ? topLevel++ : undefined;
      if (opening[1] === "menuentry") {
        entries.push({
          id: /(?:\$menuentry_id_option|--id)\s+'?([^'\s{]+)'?/.exec(line)?.[1],
          title: opening[2] ?? opening[3] ?? opening[4] ?? "",
          index,
          hypervisorArgs: undefined,
          kernelArgs: undefined,
        });
      }
      depth += 1;
    } else if (line === "blscfg") {
      for (const id of loaderEntries) {
        const notTold = { hypervisorArgs: undefined, kernelArgs: undefined };
        entries.push({ id, title: id, isLoaderEntry: true, index: topLevel++, ...notTold });
      }
    } else if (line === "}") depth = Math.max(0, depth - 1);
    else if (/^(if|function)\b.*\{$/.test(line)) depth += 1;
    else {
      const entry = entries.at(-1);
      const loaded = /^(multiboot2?|xen_hypervisor|module2?|xen_module|linux)\s+(\S+)\s*(.*)$/.exec(line);
      if (entry === undefined || loaded === null || depth === 0) continue;
      if (/^(multiboot|xen_hyp)/.test(loaded[1] ?? "")) entry.hypervisorArgs ??= grubWords(loaded[3] ?? "");
      else if (loaded[2] !== "--nounzip") entry.kernelArgs ??= grubWords(loaded[3] ?? "");
    }
  }
  return entries;
}

/** The entry that boots Xen by default: the first of 20_linux_xen. */
export function xenEntry(entries: readonly GrubEntry[]): GrubEntry | undefined {
  return entries.find(({ id }) => id?.startsWith("xen-gnulinux-simple-") === true);
}

/**
 * The entry that boots plain Linux: the first of 10_linux, or of the files that the menu takes. `hasFlat`: also one that only its version
 * tells apart, as 10_linux makes it when it is told to make no submenus.
 */
export function linuxEntry(entries: readonly GrubEntry[], { hasFlat = false } = {}): GrubEntry | undefined {
  return (
    entries.find(({ id, isLoaderEntry }) => isLoaderEntry === true || id?.startsWith("gnulinux-simple-") === true) ??
    (hasFlat
      ? entries.find(({ id, index }) => index !== undefined && /^gnulinux-.*-advanced-/.test(id ?? ""))
      : undefined)
  );
}

/**
 * The entry that is booted when nobody intervenes: what the menu's `set default` comes to, a number, a title or an id, with the submenus
 * before it (`1>2`), or the saved one. `setting`: absent in a menu that sets none.
 */
export function defaultEntry(
  entries: readonly GrubEntry[],
  setting: string | undefined,
  environment: ReadonlyMap<string, string>,
): GrubEntry | undefined {
  const isSaved = setting === undefined || setting === "${saved_entry}";
  const said = (isSaved ? environment.get("saved_entry") : setting) ?? "0";
  const name = said.split(">").at(-1) ?? said;
  // A number in a submenu counts from there, which the entries do not tell.
  if (/^\d+$/.test(name)) return entries.find(({ index }) => said === name && index === Number(name));
  return entries.find(({ id, title }) => id === name || title === name);
}

/** The setting of `set default` that counts while nothing else is to be booted once (00_header). */
export function defaultSetting(text: string): string | undefined {
  const settings = [...text.matchAll(/^\s*set default="([^"]*)"$/gm)].map(([, setting = ""]) => setting);
  return settings.filter((setting) => setting !== "${next_entry}").at(-1);
}

/** `grub-editenv list`: one `name=value` a line. */
export function parseGrubEnvironment(text: string): Map<string, string> {
  return new Map(
    text
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
}
