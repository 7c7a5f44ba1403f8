import { CLOUD_IMAGES } from "../../../../provider/host/distributions/cloud-images";
import { DISTRIBUTIONS } from "../../../../provider/host/distributions/distribution";
import { SIGNING_KEYS } from "../../../../provider/host/distributions/keys";
import { faultsOf } from "../../../../provider/pulumi/check-failures";
import { diskImageSchema } from "../../../../provider/resources/disk-image/disk-image.properties";
import { markOf, sourceOfMark } from "../../../../provider/resources/disk-image/disk-image.source";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const faults = (source: object): string[] =>
  faultsOf(diskImageSchema, {
    connection: { host: "198.51.100.7", user: "root" },
    path: "/xen/vm/a.img",
    sizeGiB: 10,
    source,
  }).map(({ property, reason }) => `${property}: ${reason}`);
const debian = { distribution: "debian", version: "12", mirror: "https://mirror.example/cloud" };

test.each([
  ["a known version on a mirror", debian],
  [
    "a signed image on a mirror without a certificate",
    { ...debian, distribution: "ubuntu", version: "24.04", mirror: "http://mirror.example/u" },
  ],
  [
    "a pinned image on a mirror without a certificate",
    { ...debian, mirror: "http://mirror.example/cloud", sha256: "a".repeat(64) },
  ],
  ["values that are not known yet", { distribution: "debian", version: UNKNOWN, mirror: UNKNOWN, variant: UNKNOWN }],
  ["a distribution that is not known yet", { distribution: UNKNOWN, version: "12", mirror: UNKNOWN }],
])("%s has no fault", (_what, source) => {
  expect(faults(source)).toEqual([]);
});

test.each<[string, object, string[]]>([
  [
    "another distribution",
    { ...debian, distribution: "suse" },
    [
      'source.distribution: is suse, but must be one of "almalinux", "alpine", "debian", "fedora", "opensuse", "rocky", "ubuntu".',
    ],
  ],
  [
    "a version that is not in the table",
    { ...debian, version: "9" },
    ["source.version: is 9, but must be, of debian, 12 or 13. For another version give its url and sha256."],
  ],
  [
    "a version of Alpine that is a series",
    { ...debian, distribution: "alpine", version: "3.22" },
    [
      "source.version: is 3.22, but must be, of alpine, a whole version such as 3.22.4. For another version give its url and sha256.",
    ],
  ],
  [
    "another variant",
    { ...debian, variant: "nocloud" },
    ["source.variant: is nocloud, but must be, of debian, genericcloud or generic."],
  ],
  [
    "no mirror and no version",
    { distribution: "fedora" },
    [
      "source.version: is missing: it must be given: of fedora 42, 43 or 44.",
      "source.mirror: is missing: it must be given: the URL of the folder in which a mirror of fedora has releases/44/Cloud/x86_64/images.",
    ],
  ],
  [
    "a mirror without a certificate, and nobody signs",
    { ...debian, mirror: "http://mirror.example/cloud" },
    [
      "source.mirror: is http://mirror.example/cloud, but must begin with https://, since debian does not sign the sums of this; or give sha256.",
    ],
  ],
  [
    "a key where nobody signs",
    { ...debian, key: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabcd\n-----END PGP PUBLIC KEY BLOCK-----\n" },
    [expect.stringContaining("but must be left out: debian does not sign the sums of this.") as string],
  ],
  [
    "a private key",
    { ...debian, key: "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nabcd\n-----END PGP PRIVATE KEY BLOCK-----\n" },
    ["source.key: is [secret], but must be a public key in armor, as `gpg --armor --export` prints it."],
  ],
  [
    "a distribution and a URL",
    { ...debian, url: "http://mirror.example/x.img" },
    [expect.stringContaining("must have either a url") as string],
  ],
  [
    "a variant beside a URL",
    { url: "http://mirror.example/x.img", sha256: "a".repeat(64), variant: "generic" },
    ["source.variant: is generic, but must be left out: it counts only beside distribution."],
  ],
  [
    "a password in the mirror",
    { ...debian, mirror: "https://a:b@mirror.example/cloud" },
    [expect.stringContaining("must not hold a password before its host") as string],
  ],
])("%s gets one sentence", (_what, source, sentences) => {
  expect(faults(source)).toEqual(sentences);
});

test("every distribution's paths are plain, and each signature is by a key with a whole fingerprint", () => {
  for (const name of DISTRIBUTIONS) {
    const offer = CLOUD_IMAGES[name];
    const versions = Array.isArray(offer.versions) ? offer.versions : ["3.22.4"];
    for (const version of versions as string[])
      for (const variant of offer.variants) {
        const { path, sums } = offer.of(version, variant);
        for (const each of [path, sums?.path, sums?.signed?.path ?? "x"]) expect(each).toMatch(/^[\w.-]+(\/[\w.-]+)*$/);
        expect(path).toContain(version === "tumbleweed" ? "umbleweed" : version);
        if (sums?.signed !== undefined) expect(SIGNING_KEYS[sums.signed.by].fingerprints.length).toBeGreaterThan(0);
      }
  }
  for (const { fingerprints } of Object.values(SIGNING_KEYS))
    for (const each of fingerprints) expect(each).toMatch(/^[0-9A-F]{40}$/);
});

test("what the host wrote down is read back as what it was made of", () => {
  const source = { ...debian, distribution: "debian", variant: "generic" } as const;
  expect(markOf(source)).toBe("debian/12/generic");
  expect(sourceOfMark(`debian/12/generic:${"a".repeat(64)}`, source)).toBe(source);
  expect(sourceOfMark(`debian/13/generic:${"a".repeat(64)}`, source)).toMatchObject({
    distribution: "debian",
    version: "13",
  });
  expect(sourceOfMark("b".repeat(64), source)).toEqual({ path: "(found on the host)", sha256: "b".repeat(64) });
});
