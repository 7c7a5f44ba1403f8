import fc from "fast-check";
import { folderNameOf } from "../../../provider/host/owned-folder";

test("two paths never share a folder, whatever their names", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(folderNameOf(`/${a}`)).toMatch(/^[A-Za-z0-9][A-Za-z0-9.-]*$/);
      expect(folderNameOf(`/${a}`) === folderNameOf(`/${b}`)).toBe(a === b);
    }),
  );
  expect(folderNameOf("/a/b")).not.toBe(folderNameOf("/a-b"));
});
