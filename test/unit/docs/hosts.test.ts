/** docs/hosts.md is generated from the product's own lists of parts; what proves each is said once, beside them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { HOST_PARTS } from "../../../scripts/docs/host-proofs";
import { projectRoot } from "../../support/project-root";

describe.each(HOST_PARTS.map((part) => [part.part, part] as const))("each %s that a host can have", (_name, part) => {
  it("has its proof, and no proof is of something else", () => {
    expect(Object.keys(part.proofs).sort()).toEqual(part.members.map(({ name }) => name).sort());
  });

  it("is proven by tests that are there", () => {
    const named = Object.values(part.proofs).flatMap(({ by }) => by);
    expect(named.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });

  it("was on real Xen only where a test of the lab says so", () => {
    const claimed = Object.values(part.proofs).filter(({ kind }) => kind === "real Xen");
    expect(claimed.filter(({ by }) => !by.some((path) => path.startsWith("test/lab/")))).toEqual([]);
  });
});
