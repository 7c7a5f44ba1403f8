/**
 * What is generated of each page. It stands between two markers, `<!-- NAME: by npm run docs -->` and `<!-- end of NAME -->`; all else of
 * a page is written by hand.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { hostParts } from "./host-proofs";
import { KINDS } from "./kinds";
import { lifePicture, lifeTable } from "./life-picture";
import { effectRows, markdown, propertyTable } from "./property-table";

export const root = resolve(__dirname, "../..");

interface Part {
  readonly page: string;
  readonly name: string;
  readonly make: () => string;
}

/** Of what has no table of properties yet, and of what is no property. */
const FURTHER_EFFECTS = [
  ["all", "anything that would lose data", 'refused without `allow: ["replace", "dataLoss"]`'],
  ["all", "`connection`, `host`", "none: how a host is reached is not what it is"],
];

const PARTS: readonly Part[] = [
  ...KINDS.map((kind) => ({ page: kind.page, name: `properties of ${kind.title}`, make: () => propertyTable(kind) })),
  {
    page: "README.md",
    name: "effects",
    make: () =>
      markdown(["Resource", "Change", "Effect"], [...KINDS.flatMap(effectRows), ...FURTHER_EFFECTS]).join("\n"),
  },
  { page: "docs/hosts.md", name: "parts of a host", make: hostParts },
  { page: "docs/install.md", name: "the life of a guest", make: () => `${lifePicture()}\n\n${lifeTable()}` },
];

/** Each page as it should be. @throws Error where a page lacks its markers. */
export function generatedPages(): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const { page, name, make } of PARTS) {
    const text = pages.get(page) ?? readFileSync(join(root, page), "utf8");
    const [begin, end] = [`<!-- ${name}: by npm run docs -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${page} has no place for the generated part "${name}".`);
    pages.set(page, `${text.slice(0, from + begin.length)}\n${make()}\n${text.slice(to)}`);
  }
  return pages;
}
