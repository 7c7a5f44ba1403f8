/** What somebody does to media by hand, behind the program's back. */
import * as fc from "fast-check";
import type { Host } from "./host";

export type Hand =
  | { readonly write: string; readonly sum: string }
  | { readonly remove: string }
  | { readonly folder: "remove" }
  /** The fetching of an earlier run that was cut off. */
  | { readonly phase: "fetching" };

const files = fc.constantFrom(
  "image.iso",
  "vmlinuz",
  "initrd",
  "files/rootfs.tgz",
  "files/dists/x/Release",
  "files/stray",
);

export const hands: fc.Arbitrary<Hand> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ write: files, sum: fc.constantFrom("d", "a").map((digit) => digit.repeat(64)) }),
  },
  { weight: 3, arbitrary: fc.record({ remove: files }) },
  { weight: 1, arbitrary: fc.record({ folder: fc.constant("remove" as const) }) },
  { weight: 1, arbitrary: fc.record({ phase: fc.constant("fetching" as const) }) },
);

export function touched(host: Host, hand: Hand): Host {
  const { sums } = host;
  if (sums === undefined) return host;
  if ("folder" in hand) return { ...host, sums: undefined, owner: undefined, phase: undefined };
  if ("phase" in hand) return { ...host, phase: hand.phase };
  if ("write" in hand) {
    // No file is made in the place of a folder, nor below another file.
    const isInTheWay = (file: string): boolean =>
      file.startsWith(`${hand.write}/`) || hand.write.startsWith(`${file}/`);
    return Object.keys(sums).some(isInTheWay) ? host : { ...host, sums: { ...sums, [hand.write]: hand.sum } };
  }
  const { [hand.remove]: _out, ...others } = sums;
  return { ...host, sums: others };
}
