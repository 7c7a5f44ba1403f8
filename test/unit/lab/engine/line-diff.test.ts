import fc from "fast-check";
import { diffLines, withContext } from "../../../../lab/engine/line-diff";

const shown = (lines: ReturnType<typeof diffLines>): string[] => lines.map(({ mark, line }) => mark + line);

it("shows a changed line as removed and added among its neighbours", () => {
  expect(shown(diffLines("a\nb\nc", "a\nx\nc"))).toEqual([" a", "-b", "+x", " c"]);
});

it("holds both texts whole, whatever they are", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", "")).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const lines = diffLines(a, b);
      const side = (mark: "-" | "+"): string =>
        lines
          .filter((line) => line.mark === " " || line.mark === mark)
          .map(({ line }) => line)
          .join("\n");
      expect([side("-"), side("+")]).toEqual([a, b]);
    }),
  );
});

it("leaves out common lines far from a change", () => {
  const lines = diffLines("1\n2\n3\n4\n5", "1\n2\n3\n4\nx");
  expect(shown(withContext(lines, 1))).toEqual([" …", " 4", "-5", "+x"]);
});
