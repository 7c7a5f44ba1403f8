/**
 * A package's own changelog, as far as it tells which advisories a version fixes: deb-changelog(5), and what `rpm -q --changelog` prints.
 * Whoever wrote it decides what stands in it: an advisory that it does not name may be fixed all the same. Pure.
 */

export interface ChangelogEntry {
  /** "" where it names none. */
  readonly version: string;
  /** In milliseconds of UTC; rpm tells the day alone. NaN where it cannot be read. */
  readonly date: number;
  /** `XSA-475`, `CVE-2026-1234`, in the order in which they stand there. */
  readonly advisories: readonly string[];
}

const DEB_HEAD = /^\S+ \(([^)\s]+)\) /;
const DEB_END = /^ -- .*? {2}(.+)$/;
const RPM_HEAD = /^\* (\w{3} \w{3} +\d{1,2} \d{4})\b(?:.*?-? ?(?:\d+:)?(\d[^\s-]*-[^\s-]+)\s*$)?/;
const ADVISORY = /\b(?:XSA-\d+|CVE-\d{4}-\d+)\b/g;

/** The newest first, as they stand there. */
export function parseChangelog(text: string): ChangelogEntry[] {
  const entries: { version: string; date: number; advisories: string[] }[] = [];
  for (const line of text.split("\n")) {
    const [, debVersion] = DEB_HEAD.exec(line) ?? [];
    const [, day, rpmVersion = ""] = RPM_HEAD.exec(line) ?? [];
    if (debVersion !== undefined) entries.push({ version: debVersion, date: NaN, advisories: [] });
    else if (day !== undefined) entries.push({ version: rpmVersion, date: Date.parse(`${day} UTC`), advisories: [] });
    const entry = entries.at(-1);
    if (entry === undefined) continue;
    const [, end] = DEB_END.exec(line) ?? [];
    if (end !== undefined) entry.date = Date.parse(end);
    for (const [advisory] of line.matchAll(ADVISORY)) {
      if (!entry.advisories.includes(advisory)) entry.advisories.push(advisory);
    }
  }
  return entries;
}

/** What is fixed since a hypervisor was built; the changelog of what is installed now. `built`: as Xen says it, in UTC. */
export function advisoriesSince(changelog: readonly ChangelogEntry[], built: string): string[] {
  const date = Date.parse(`${built.replace(/ UTC /, " ")} UTC`);
  return unique(changelog.filter((entry) => entry.date > date));
}

/** What is fixed after a version. `undefined`: the changelog does not go back to it. */
export function advisoriesAfter(changelog: readonly ChangelogEntry[], version: string): string[] | undefined {
  const at = changelog.findIndex((entry) => entry.version === version);
  return at < 0 ? undefined : unique(changelog.slice(0, at));
}

function unique(entries: readonly ChangelogEntry[]): string[] {
  return [...new Set(entries.flatMap(({ advisories }) => advisories))];
}
