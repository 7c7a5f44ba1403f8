import { familyOf } from "../../../provider/host/families";
import { parseOsRelease } from "../../../provider/host/os-release";

const BOOKWORM = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
ID=debian
`;

test("Debian 12 tells its name and version", () => {
  expect(parseOsRelease(BOOKWORM)).toEqual({
    id: "debian",
    versionId: "12",
    idLike: [],
    prettyName: "Debian GNU/Linux 12 (bookworm)",
  });
});

test("a file with single quotes, likes and comments is read", () => {
  const release = parseOsRelease("# x\nID='rocky'\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=9.4\n");
  expect(release).toEqual({ id: "rocky", versionId: "9.4", idLike: ["rhel", "centos", "fedora"], prettyName: "rocky" });
});

test("an empty file is an unknown system, which no family takes", () => {
  const release = parseOsRelease("");
  expect(release.prettyName).toBe("an unknown system");
  expect(familyOf(release)).toBeUndefined();
});

test.each([
  ["12", "debian"],
  ["13", "debian"],
  ["11", undefined],
  ["", undefined],
])("Debian %s belongs to the family %s", (versionId, family) => {
  expect(familyOf({ id: "debian", versionId, idLike: [], prettyName: "" })?.name).toBe(family);
});
