/**
 * Who signs, by the fingerprints of the primary keys, and where a host's own packages keep those keys. Each fingerprint is known from more
 * than one place: what was read is named beside it.
 */

export interface SigningKeys {
  readonly fingerprints: readonly string[];
  /** Files of keys on a host, OpenPGP or armored; the first that is there counts. */
  readonly keyrings: readonly string[];
  /** The package that brings one of them. */
  readonly package: string;
}

const rpm = (file: string, folder: string): readonly string[] => [
  `/etc/pki/rpm-gpg/${file}`,
  `/usr/share/distribution-gpg-keys/${folder}/${file}`,
];

const fedora = (version: number, fingerprint: string): SigningKeys => ({
  fingerprints: [fingerprint],
  keyrings: rpm(`RPM-GPG-KEY-fedora-${version}-primary`, "fedora"),
  package: "distribution-gpg-keys",
});

const almalinux = (version: number, fingerprint: string): SigningKeys => ({
  fingerprints: [fingerprint],
  keyrings: rpm(`RPM-GPG-KEY-AlmaLinux-${version}`, "alma"),
  package: "distribution-gpg-keys",
});

export const SIGNING_KEYS = {
  /**
   * The archive and release keys of Debian 12 and 13: read with `gpg --show-keys` from the package debian-archive-keyring (2023.3+deb12u2),
   * and as the signers of bookworm's InRelease of 11 July 2026.
   */
  debian: {
    fingerprints: [
      "B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8",
      "4D64FEC119C2029067D6E791F8D2585B8783D481",
      "04B54C3CDCA79751B16BC6B5225629DF75B188BD",
      "41587F7DB8C774BCCF131416762F67A0B2C39DE4",
    ],
    keyrings: ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"],
    package: "debian-archive-keyring",
  },
  /** UEC Image Automatic Signing Key: Canonical's how-to on verifying an image's checksum, and the keyring of the package ubuntu-cloudimage-keyring. */
  ubuntuCloud: {
    fingerprints: ["D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81"],
    keyrings: ["/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg"],
    package: "ubuntu-cloudimage-keyring",
  },
  /** The page of the Fedora Project on its keys, and what `rpm` of Fedora 44 has in its keyring. */
  fedora42: fedora(42, "B0F4950458F69E1150C6C5EDC8AC4916105EF944"),
  fedora43: fedora(43, "C6E7F081CF80E13146676E88829B606631645531"),
  fedora44: fedora(44, "36F612DCF27F7D1A48A835E4DBFCF71C6D9F90A6"),
  /** AlmaLinux's wiki on its cloud images, and what `rpm` of AlmaLinux 9 has in its keyring. */
  almalinux9: almalinux(9, "BF18AC2876178908D6E71267D36CB86CB86B3716"),
  almalinux10: almalinux(10, "EE6DB7B98F5BF5EDD9DA0DE5DEE5C11CC2A1E572"),
  /** openSUSE Project Signing Key: projects that verify Tumbleweed's images with it. */
  opensuse: {
    fingerprints: ["AD485664E901B867051AB15F35A2F86E29B700A4"],
    keyrings: [],
    package: "",
  },
} as const satisfies Record<string, SigningKeys>;

export type KeyName = keyof typeof SIGNING_KEYS;

export function signingKeys(name: KeyName): SigningKeys {
  return SIGNING_KEYS[name];
}
