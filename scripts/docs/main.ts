/** npm run docs: writes the generated parts of the pages. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedPages, root } from "./pages";

for (const [page, text] of generatedPages()) writeFileSync(join(root, page), text);
