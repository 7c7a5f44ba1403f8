import { advisoriesAfter, advisoriesSince, parseChangelog } from "../../../../provider/host/packages/changelog";

const DEBIAN = `xen (4.17.5+72-g01140da4e8-2) bookworm-security; urgency=medium
  * XSA-475 (CVE-2026-58147)
 -- A Maintainer <one@example.org>  Tue, 17 Nov 2026 18:00:00 +0100
xen (4.17.5+72-g01140da4e8-1) bookworm; urgency=medium
  * XSA-460
 -- A Maintainer <one@example.org>  Mon, 02 Nov 2026 18:00:00 +0100
`;
const RPM = `* Wed Nov 18 2026 A Packager <one@example.org> - 4.17.5-2.el9
- fix XSA-475
* Mon Nov  2 2026 A Packager <one@example.org> 4.17.5-1.el9
- fix XSA-460, CVE-2026-1111
* Sun Nov 01 2026 A Packager <one@example.org>
- rebuild
`;

test.each([
  ["Debian's", DEBIAN, "4.17.5+72-g01140da4e8-1"],
  ["rpm's", RPM, "4.17.5-1.el9"],
])("%s changelog tells what is fixed since a hypervisor was built, and after a version", (_whose, text, version) => {
  const changelog = parseChangelog(text);
  expect(advisoriesSince(changelog, "Mon Nov  2 17:00:00 UTC 2026")).toEqual(changelog[0]?.advisories);
  expect(advisoriesSince(changelog, "Thu Nov 19 10:00:00 UTC 2026")).toEqual([]);
  expect(advisoriesAfter(changelog, version)).toContain("XSA-475");
  expect(advisoriesAfter(changelog, version)).not.toContain("XSA-460");
  expect(advisoriesAfter(changelog, "1.0")).toBeUndefined();
});

test("a changelog that nobody can read names nothing", () => {
  expect(parseChangelog("")).toEqual([]);
  expect(advisoriesSince(parseChangelog(DEBIAN), "some day")).toEqual([]);
});
