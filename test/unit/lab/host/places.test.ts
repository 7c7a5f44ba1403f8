import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { cacheFolder, recipeFolder, stateFolder } from "../../../../lab/host/places";

describe("the lab's places", () => {
  it("follow the XDG rules, which let a relative path count for nothing", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/c" })).toBe("/c/pulumi-xen/lab");
    expect(stateFolder({ XDG_STATE_HOME: "/s" })).toBe("/s/pulumi-xen/lab");
    expect(cacheFolder({ XDG_CACHE_HOME: "c" })).toBe(join(homedir(), ".cache/pulumi-xen/lab"));
    expect(stateFolder({})).toBe(join(homedir(), ".local/state/pulumi-xen/lab"));
  });

  it("include the recipes, which are not compiled", () => {
    expect(existsSync(join(recipeFolder(), "host-image.sh"))).toBe(true);
  });
});
