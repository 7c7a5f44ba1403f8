/** docs/hosts.md is generated from the product's own lists of parts; what proves each is said once, beside them. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { HOST_PARTS, fileOf, titleOf } from "../../../scripts/docs/host-proofs";
import { projectRoot } from "../../support/project-root";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

/** The file itself, and the suites and stories that it runs. */
function testsOf(path: string): string {
  const text = read(path);
  const imported = [...text.matchAll(/from "(\.[^"]*\/(?:suites|stories)\/[^"]*)"/g)].map(([, from = ""]) =>
    relative(projectRoot, join(projectRoot, dirname(path), `${from}.ts`)),
  );
  return [text, ...imported.map(read)].join("\n");
}

/** Where jest's tiers look, and what the tier of networks tries. */
function isRun(path: string): boolean {
  if (path.endsWith(".test.ts")) return /^test\/(unit|contract|lab)\//.test(path);
  if (path.startsWith("test/networks/"))
    return read("test/networks/main.ts").includes(`"./${path.slice("test/networks/".length)}/`);
  return (
    path.startsWith("test/golden/") || readdirSync(join(projectRoot, path)).some((name) => name.endsWith(".test.ts"))
  );
}

describe.each(HOST_PARTS.map((part) => [part.part, part] as const))("each %s that a host can have", (_name, part) => {
  const named = Object.values(part.proofs).flatMap(({ by }) => by);

  it("has its proof, and no proof is of something else", () => {
    expect(Object.keys(part.proofs).sort()).toEqual(part.members.map(({ name }) => name).sort());
  });

  it("is proven by tests that are there, and that a tier runs", () => {
    expect(named.map(fileOf).filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
    expect(named.map(fileOf).filter((path) => !isRun(path))).toEqual([]);
  });

  it("is proven by a test of a title that its file has, and by no file of tests as a whole", () => {
    const files = named.filter((by) => fileOf(by).endsWith(".test.ts"));
    expect(files.filter((by) => titleOf(by) === undefined)).toEqual([]);
    expect(files.filter((by) => !testsOf(fileOf(by)).includes(titleOf(by) ?? ""))).toEqual([]);
  });

  it("was on real Xen only where a test of the lab says so", () => {
    const claimed = Object.values(part.proofs).filter(({ kind }) => kind === "real Xen");
    expect(claimed.filter(({ by }) => !by.some((path) => path.startsWith("test/lab/")))).toEqual([]);
  });
});
