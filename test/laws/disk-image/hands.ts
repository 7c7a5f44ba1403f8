/** What somebody does to an image by hand, behind the program's back. */
import * as fc from "fast-check";
import type { File, Host } from "./host";

export type Hand =
  | { readonly truncate: number }
  | { readonly convert: "raw" | "qcow2" }
  /** `qemu-img resize`, which makes a qcow2 image smaller too where it is told so. */
  | { readonly resize: number }
  | { readonly file: "remove" | "copy" }
  /** What an earlier run was cut off at: the making, or a growth before the image's users were told. */
  | { readonly cutOff: "making" | "growing" }
  | { readonly note: "lost" };

const sizes = fc.oneof(
  fc.constantFrom(0.5, 1, 3, 10, 20).map((gibibytes) => gibibytes * 1024 ** 3),
  fc.integer({ min: 1, max: 2 ** 35 }),
);

export const hands: fc.Arbitrary<Hand> = fc.oneof(
  fc.record({ truncate: sizes }),
  fc.record({ convert: fc.constantFrom("raw" as const, "qcow2" as const) }),
  fc.record({ resize: sizes }),
  fc.record({ file: fc.constantFrom("remove" as const, "copy" as const) }),
  fc.record({ cutOff: fc.constantFrom("making" as const, "growing" as const) }),
  fc.record({ note: fc.constant("lost" as const) }),
);

/** What cannot be done, such as removing a device, changes nothing. */
export function touched(host: Host, hand: Hand): Host {
  const { file, format } = host;
  if (file === undefined || format === "block") return host;
  const withFile = (now: File | undefined, count = host.count): Host => ({ ...host, file: now, count });
  // Cut to that size, a qcow2 file is none any more.
  if (format === "lvm" && ("convert" in hand || "resize" in hand)) return host;
  if (format === "lvm" && "truncate" in hand) return withFile({ ...file, bytes: hand.truncate });
  if ("truncate" in hand) return format === "raw" ? withFile({ ...file, bytes: hand.truncate }) : host;
  if ("resize" in hand)
    return file.virtualBytes === undefined ? host : withFile({ ...file, virtualBytes: hand.resize });
  if ("cutOff" in hand) {
    return hand.cutOff === "growing"
      ? { ...host, phase: "growing" }
      : { ...host, file: undefined, phase: "making", made: undefined, madeOf: undefined };
  }
  if ("note" in hand) return { ...host, madeOf: undefined };
  if ("file" in hand) {
    // Another volume of its name is refused, which no preview knows: whose an image is is shown elsewhere (test/contract/host/storage.lvm.test.ts).
    if (format === "lvm" && hand.file === "copy") return host;
    // Put back from a copy, it is another file of the same content.
    return hand.file === "remove" ? withFile(undefined) : withFile({ ...file, inode: host.count + 1 }, host.count + 1);
  }
  const inode = host.count + 1;
  const bytes = file.virtualBytes ?? file.bytes;
  return withFile(hand.convert === "raw" ? { bytes, inode } : { bytes: 196624, virtualBytes: bytes, inode }, inode);
}
