/**
 * The public face of the package.
 *
 *   node -r ./test/support/typescript-loader.cjs scripts/public-types/main.ts declarations FILE   writes what users compile against
 *   … report          compares docs/api.txt with it; ends with 1 where they differ (npm run check, its part "api")
 *   … report --write  writes docs/api.txt (npm run api): kept in git, so that a change of it is seen in review, as a diff
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { publicDeclarations } from "./declarations";
import { apiReport } from "./report";

const [what, ...args] = process.argv.slice(2);
const file = resolve(__dirname, "../../docs/api.txt");
if (what === "declarations" && args[0] !== undefined) {
  writeFileSync(args[0], publicDeclarations());
} else if (what === "report" && args[0] === "--write") {
  writeFileSync(file, apiReport(publicDeclarations()));
} else if (what === "report") {
  if (!existsSync(file) || readFileSync(file, "utf8") !== apiReport(publicDeclarations())) {
    console.error(
      "docs/api.txt is not what the sources declare. Look at what changed for users: npm run api && git diff docs/api.txt",
    );
    process.exitCode = 1;
  }
} else {
  console.error("Usage: main.ts declarations FILE | report [--write]");
  process.exitCode = 2;
}
