// npm's prepublishOnly: refuses to publish while what only the owner can decide is missing (PUBLISHING.md).
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, "..", "package.json"), "utf8"));
const missing = ["repository", "homepage", "bugs"].filter((field) => manifest[field] === undefined);
if (missing.length > 0) {
  console.error(
    `package.json has no ${missing.join(", ")}: PUBLISHING.md says what the owner has to decide before a release.`,
  );
  process.exit(1);
}
