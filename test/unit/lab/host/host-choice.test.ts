import { describeChoice, wordsOf } from "../../../../lab/host/host-choice";

it("names a host by suite, kind and what is not the default", () => {
  expect(describeChoice({ kind: "xen", suite: "bookworm" })).toBe("bookworm xen");
  expect(describeChoice({ kind: "xen", suite: "bookworm", network: "ifupdown", boot: "grub2" })).toBe("bookworm xen");
  expect(wordsOf({ kind: "plain", suite: "bullseye", network: "network-manager", boot: "grub-legacy" })).toEqual([
    "bullseye",
    "plain",
    "network-manager",
    "grub-legacy",
  ]);
  expect(describeChoice({ kind: "xen", suite: "bookworm", storage: true })).toBe("bookworm xen storage");
  expect(describeChoice({ kind: "xen", suite: "bookworm", storage: false })).toBe("bookworm xen");
});
