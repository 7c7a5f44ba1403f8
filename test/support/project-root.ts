/** The folder of the project, where Pulumi.yaml and package.json lie. */
import { resolve } from "node:path";

export const projectRoot = resolve(__dirname, "../..");
