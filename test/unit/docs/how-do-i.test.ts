/** The recipes of docs/how-do-i.md compile as they are printed, each after the page's own beginning of a program. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compilePrinted } from "../../support/compile";
import { projectRoot } from "../../support/project-root";

const page = readFileSync(join(projectRoot, "docs", "how-do-i.md"), "utf8");
const [prelude = "", ...others] = [...page.matchAll(/^```ts prelude\n([\s\S]*?)^```/gm)].map(([, text = ""]) => text);
const recipes = [...page.matchAll(/^## (.*)$([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].flatMap(([, title = "", text = ""]) =>
  [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ""]) => ({ title, code })),
);

describe("the recipes", () => {
  it("begin with one prelude, and are short", () => {
    expect(others).toEqual([]);
    expect(recipes.length).toBeGreaterThan(8);
    expect(recipes.filter(({ code }) => code.trimEnd().split("\n").length > 20).map(({ title }) => title)).toEqual([]);
  });

  it.each([
    "Use a host that runs Xen already",
    "Use a bridge that exists",
    "Run guests on a server with one address",
    "Put a guest on a logical volume",
    "See a guest's screen",
    "Log in as somebody else than root",
    "Go on when my laptop dies in the middle",
    "Know where my secrets are",
    "Stop a guest without deleting it",
    "Rename a guest, or a resource",
    "Protect what must not be lost",
    "Know what delete does",
    "Work from macOS or Windows",
    "Let another stack use the same host",
  ])("answer: %s", (title) => {
    expect(page).toContain(`\n## ${title}\n`);
  });

  it("compile, each of them, and a wrong one would not", () => {
    const wrong = { title: "wrong", code: 'new xen.DomU("web", { host: dom0, powerState: "asleep" });\n' };
    const programs = [...recipes, wrong].map(({ code }, index) => [`recipe-${index}.ts`, `${prelude}${code}`]);
    // The recipes are parts: what a part does not use is no fault of it.
    const complaints = compilePrinted(Object.fromEntries(programs) as Record<string, string>, {
      noUnusedLocals: false,
    });
    const readable = complaints.map((line) =>
      line.replace(/.*recipe-(\d+)\.ts/, (_all, at: string) => recipes[Number(at)]?.title ?? "wrong"),
    );
    expect(readable).toEqual([expect.stringMatching(/^wrong.*asleep/)]);
  }, 120_000);
});
