/** Texts that nobody wrote: those found in the wild with small damage, and pieces of others in their midst. */
import * as fc from "fast-check";

const PIECES = [
  ...[" ", "\t", "\n", "\r", "#", ";", ",", "=", "+=", ":", "[", "]", '"', "'", "\\", "\\n", "\\12", "/", "-", "."],
  ...[
    "0x10",
    "1",
    "a",
    "é",
    "_",
    "file:",
    "phy:",
    "ioemu:",
    ":cdrom",
    "format=",
    "vdev=xvda,",
    "access=ro,",
    "target=",
  ],
  ...["mac=", "bridge=", "rate=1Mb/s", "vnc=1", "sdl=0,", "name", "memory"],
];

export function mutantOf(texts: readonly string[]): fc.Arbitrary<string> {
  const text = fc.constantFrom(...texts);
  const change = fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.constantFrom(0, 0, 1, 1, 2),
    piece: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 2, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: fc.tuple(text, fc.nat(200)).map(([of, at]) => of.slice(at, at + 12)) },
    ),
  });
  return fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 2 })).map(([whole, changes]) =>
    // Half of a surrogate pair cannot be written to a file.
    Buffer.from(
      changes.reduce((now, { place, drop, piece }) => {
        const at = Math.floor(place * now.length);
        return now.slice(0, at) + piece + now.slice(at + drop);
      }, whole),
    ).toString(),
  );
}
