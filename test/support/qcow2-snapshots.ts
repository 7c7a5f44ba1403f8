/** The internal snapshots of a qcow2 image, by qemu-img's own word. */
import { execFileSync } from "node:child_process";

export function snapshotsIn(path: string): string[] {
  const said = execFileSync("qemu-img", ["info", "--output=json", path], { encoding: "utf8" });
  return (JSON.parse(said) as { snapshots?: { name: string }[] }).snapshots?.map(({ name }) => name) ?? [];
}
