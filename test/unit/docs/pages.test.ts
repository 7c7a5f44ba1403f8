/** What the pages say about this repository, held against the repository. Prose about a layout decays unless a machine reads it. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";

const root = resolve(__dirname, "../../..");
const pages = [
  ...readdirSync(root),
  ...readdirSync(join(root, "docs"), { encoding: "utf8", recursive: true }).map((file) => `docs/${file}`),
]
  .filter((file) => file.endsWith(".md"))
  .sort();
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, "");

/** GitHub's rule for the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function anchorsOf(page: string): string[] {
  return [...withoutCode(textOf(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

/** Links and pictures to this repository's own files, as `page -> target`, that lead nowhere. */
function deadLinks(page: string): string[] {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = "", anchor] = target.split("#", 2);
      const file = path === "" ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    })
    .map((target) => `${page} -> ${target}`);
}

/** Paths in backquotes that begin in a folder of this repository; `<family>` and `*` are places, not paths. */
function namedPaths(page: string): string[] {
  return [...withoutCode(textOf(page)).matchAll(/`((?:provider|lab|cli|test|bench|scripts|examples|docs)\/[^`\s]*)`/g)]
    .map(([, path = ""]) => path)
    .filter((path) => !/[<>*{}…]/.test(path));
}

describe("the pages", () => {
  it("link only to files and headings that exist", () => {
    expect(pages.flatMap(deadLinks)).toEqual([]);
  });

  it("name only paths that exist", () => {
    const missing = pages.flatMap((page) =>
      namedPaths(page)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${page}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it("do name paths, or the test above would prove nothing", () => {
    expect(namedPaths("docs/architecture.md")).toContain("provider/errors.ts");
  });
});

describe("every decision in docs/adr", () => {
  const parts = ["## Context", "## Decision", "## Consequences", "## Common mistakes", "## The check that enforces it"];

  it.each(pages.filter((page) => page.startsWith("docs/adr/")))("%s has all its parts, in order", (page) => {
    const text = textOf(page);
    expect(text).toMatch(/^Status: /m);
    expect([...text.matchAll(/^## .*$/gm)].map(([heading]) => heading)).toEqual(parts);
  });
});

describe("the rooms", () => {
  it("of the page are those of the provider, each one", () => {
    const told = [...textOf("docs/architecture.md").matchAll(/^\| `provider\/([a-z]+)\/`/gm)].map(([, room]) => room);
    const there = readdirSync(join(root, "provider"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(told.sort()).toEqual(there.sort());
  });
});
