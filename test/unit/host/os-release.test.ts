import { familyOf } from "../../../provider/host/families/families";
import { parseOsRelease, parseRedHatRelease } from "../../../provider/host/os-release";

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
  ["11", "debian11"],
  ["10", undefined],
  ["", undefined],
])("Debian %s belongs to the family %s", (versionId, family) => {
  expect(familyOf({ id: "debian", versionId, idLike: [], prettyName: "" })?.name).toBe(family);
});

test.each([
  ["ubuntu", "24.04", "debian", "ubuntu"],
  ["ubuntu", "22.04", "debian", undefined],
  ["ubuntu", "26.04", "debian", undefined],
  ["linuxmint", "22", "ubuntu debian", undefined],
  ["devuan", "5", "debian", undefined],
  ["centos", "7", "rhel fedora", "el7"],
  ["rhel", "7.9", "fedora", "el7"],
  ["ol", "7.9", "fedora", "el7"],
  ["rhel", "8.10", "fedora", "el"],
  ["centos", "10", "rhel fedora", "el"],
  ["almalinux", "9.5", "rhel centos fedora", "el"],
  ["rocky", "9.5", "rhel centos fedora", "el"],
  ["ol", "9.5", "fedora", "el"],
  ["rhel", "11.0", "fedora", undefined],
  ["fedora", "42", "", undefined],
  ["amzn", "2023", "fedora", undefined],
  ["openEuler", "24.03", "", undefined],
])(
  "%s %s, like %s, belongs to the family %s: what a system is like counts for nothing",
  (id, version, like, family) => {
    const release = parseOsRelease(`ID=${id}\nVERSION_ID="${version}"\nID_LIKE="${like}"\n`);
    expect(familyOf(release)?.name).toBe(family);
  },
);

test.each([
  ["CentOS release 6.5 (Final)", "el6"],
  ["Red Hat Enterprise Linux Server release 6.10 (Santiago)", "el6"],
  ["CentOS Linux release 7.9.2009 (Core)", "el7"],
  ["CentOS release 5.11 (Final)", undefined],
])("%s, which has no os-release, belongs to the family %s", (line, family) => {
  const release = parseRedHatRelease(`${line}\n`);
  expect(release.prettyName).toBe(line);
  expect(familyOf(release)?.name).toBe(family);
});

test("a host without either file is an unknown system", () => {
  expect(parseRedHatRelease("").prettyName).toBe("an unknown system");
});
