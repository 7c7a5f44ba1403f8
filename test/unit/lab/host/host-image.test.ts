import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { recipeOf } from "../../../../lab/host/host-image";
import { recipeFolder } from "../../../../lab/host/places";

const plain = { kind: "plain", suite: "bookworm" } as const;
const script = "one\ntwo # storage\n  three # storage\nfour # about storage, for all\nfive";

describe("the recipe of a host's image", () => {
  it("has lines for hosts with storage, which the names of other images do not depend on", () => {
    expect(recipeOf(plain, "host-image.sh", script)).toBe("one\nfour # about storage, for all\nfive");
    expect(recipeOf({ ...plain, storage: true }, "host-image.sh", script)).toBe(script);
  });

  it("has a script for hosts with storage alone", () => {
    expect(recipeOf(plain, "host-storage.sh", script)).toBe("");
    expect(recipeOf({ ...plain, storage: true }, "host-storage.sh", script)).toBe(script);
  });

  it("marks every line that only a host with storage runs", () => {
    const others = readdirSync(recipeFolder()).filter((name) => name.endsWith(".sh") && name !== "host-storage.sh");
    const left = others.map((name) => recipeOf(plain, name, readFileSync(join(recipeFolder(), name), "utf8"))).join("");
    expect(left).not.toMatch(/LAB_STORAGE|host-storage/);
  });
});
