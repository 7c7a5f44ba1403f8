import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assertNodeVersion } from "../../../../lab/engine/node-version";
import { projectRoot } from "../../../support/project-root";

it("an older Node is refused in a sentence that names both versions and the way to a later one", () => {
  for (const version of ["20.20.2", "22.12.0"]) {
    expect(() => assertNodeVersion(version)).toThrow(
      new RegExp(`needs Node 22\\.13 or later, and this is ${version} .*npm install node@24`),
    );
  }
});

it("the floor is the one of package.json, and what is at it or above is taken", () => {
  const { engines } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  expect(engines.node).toBe(">=22.13");
  for (const version of ["22.13.0", "22.20.1", "24.0.0", "26.1.0"])
    expect(() => assertNodeVersion(version)).not.toThrow();
});
