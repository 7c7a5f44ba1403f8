/** Of what an image declares, that of which its host has only one. Pure. */
import type { Declaration } from "../../pulumi";

export function pathDeclared(path: unknown): Declaration[] {
  const remedy = "Declare it once, and let guests refer to that resource.";
  return [{ path: ["path"], kind: "file", value: path, remedy }];
}
