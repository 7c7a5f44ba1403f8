import { isoImage } from "../../../../provider/xen/cloud-init/iso9660";
import { seedFiles } from "../../../../provider/xen/cloud-init/seed";
import { seedGuest } from "../../../support/cloud-init-samples";

// What readers of ISO 9660 make of an image: test/contract/xen/cloud-init.test.ts.
describe("an image", () => {
  it("is the same bytes whatever the order of its files", () => {
    const [one, other] = [
      { "user-data": "a", "meta-data": "b" },
      { "meta-data": "b", "user-data": "a" },
    ];
    expect(Buffer.compare(isoImage("cidata", one), isoImage("cidata", other))).toBe(0);
  });

  it("is whole pages long, also where its files are not", () => {
    for (const length of [0, 1, 2048, 4097]) expect(isoImage("x", { a: "b".repeat(length) }).length % 4096).toBe(0);
  });

  it.each<[string, string, Record<string, string>]>([
    ["a name that is a path", "cidata", { "../etc": "" }],
    ["two names that are one without Rock Ridge", "cidata", { "user-data": "", userdata: "" }],
    ["a label that is too long", "c".repeat(33), {}],
    [
      "more files than its one folder holds",
      "cidata",
      Object.fromEntries([...Array(40).keys()].map((n) => [`f${n}`, ""])),
    ],
  ])("is refused for %s", (_what, label, files) => {
    expect(() => isoImage(label, files)).toThrow(RangeError);
  });
});

describe("a seed without any value", () => {
  it("tells who the guest is, by a host name that it can have, and leaves the network to the image", () => {
    expect(seedFiles({}, seedGuest)).toEqual({
      "meta-data": 'instance-id: "11111111-2222-4333-8444-555555555555"\nlocal-hostname: "guest-1"\n',
      "user-data": "#cloud-config\n{}\n",
    });
  });

  it("takes texts of the program's own as they are", () => {
    const texts = { userData: "#!/bin/sh\nexit 0", networkData: "version: 1\n" };
    expect(seedFiles(texts, seedGuest)).toMatchObject({
      "user-data": texts.userData,
      "network-config": "version: 1\n",
    });
  });
});
