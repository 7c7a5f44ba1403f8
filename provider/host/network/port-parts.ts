/** What becomes of the settings of a port's own file when the port goes into a bridge: one walk, over each system's own lists. Pure. */
import type { Section, Setting } from "./sections-file";

/** `goes`: of no use beside ours. `refused`: a clause why the port cannot go into a bridge. */
export type Fate = "moves" | "stays" | "goes" | { readonly refused: string };

export interface PortParts {
  readonly ofPort: readonly Section[];
  readonly ofBridge: readonly Section[];
  /** Clauses: why the port cannot go into a bridge. */
  readonly refused: readonly string[];
}

/** `renamed`: a setting that moves, with the bridge's name where it named the port. */
export function splitParts(
  sections: readonly Section[],
  fateOf: (section: string, setting: Setting) => Fate,
  renamed: (section: string, setting: Setting) => Setting,
): PortParts {
  const parts = { moves: [] as Section[], stays: [] as Section[] };
  const refused: string[] = [];
  for (const { name, settings } of sections) {
    const ofName = { moves: [] as Setting[], stays: [] as Setting[] };
    for (const setting of settings) {
      const fate = fateOf(name, setting);
      if (typeof fate === "object") refused.push(fate.refused);
      else if (fate !== "goes") ofName[fate].push(fate === "moves" ? renamed(name, setting) : setting);
    }
    for (const fate of ["moves", "stays"] as const)
      if (ofName[fate].length > 0) parts[fate].push({ name, settings: ofName[fate] });
  }
  return { ofPort: parts.stays, ofBridge: parts.moves, refused };
}

/** The clause for what is in none of the lists. */
export function neither(shown: string): Fate {
  return { refused: `${shown} is neither known as an address's nor as the card's` };
}

/** How a setting is shown to people. */
export function shownSetting(section: string, { key, value }: Setting): string {
  return `"${key}=${value}" of [${section}]`;
}
