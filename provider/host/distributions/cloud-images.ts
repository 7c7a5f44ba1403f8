/**
 * The cloud images of distributions, for x86_64: all are qcow2 images with cloud-init. What is not known from the distribution's own files or
 * from programs that read them is left out; what was read for each stands beside it. Pure.
 */
import type { DistributionName, Offer, Published } from "./distribution";
import type { KeyName } from "./keys";

/** Debian's SHA512SUMS of cloud images have no signature beside them, unlike those of its CD images. */
const CODENAMES: Readonly<Record<string, string>> = { "12": "bookworm", "13": "trixie" };
const UBUNTU: Readonly<Record<string, string>> = { "22.04": "jammy", "24.04": "noble" };
/** Fedora's composes: the number is part of each file's name. */
const FEDORA: Readonly<Record<string, { compose: string; by: KeyName }>> = {
  "42": { compose: "1.1", by: "fedora42" },
  "43": { compose: "1.6", by: "fedora43" },
  "44": { compose: "1.7", by: "fedora44" },
};
const ALMALINUX: Readonly<Record<string, KeyName>> = { "9": "almalinux9", "10": "almalinux10" };

export const CLOUD_IMAGES: Readonly<Record<DistributionName, Offer<Published>>> = {
  // A CHECKSUM of the folder, with a CHECKSUM.asc beside it (AlmaLinux's wiki, "Generic Cloud").
  almalinux: {
    versions: Object.keys(ALMALINUX).sort((a, b) => Number(a) - Number(b)),
    variants: ["GenericCloud"],
    holds: "9/cloud/x86_64/images",
    of: (version, variant) => {
      const folder = `${version}/cloud/x86_64/images`;
      const name = `AlmaLinux-${version}-${variant}-latest.x86_64.qcow2`;
      const by = ALMALINUX[version] ?? "almalinux9";
      return {
        path: `${folder}/${name}`,
        sums: {
          path: `${folder}/CHECKSUM`,
          kind: "sha256",
          name,
          signed: { by, form: "detached", path: `${folder}/CHECKSUM.asc` },
        },
      };
    },
  },
  // The .sha512 beside each image has the bare sum.
  alpine: {
    versions: { like: /^3\.\d{1,2}\.\d{1,2}$/, says: "a whole version such as 3.22.4" },
    variants: ["bios-cloudinit", "bios-tiny"],
    holds: "v3.22/releases/cloud",
    of: (version, variant) => {
      const series = version.split(".").slice(0, 2).join(".");
      const path = `v${series}/releases/cloud/nocloud_alpine-${version}-x86_64-${variant}-r0.qcow2`;
      return { path, sums: { path: `${path}.sha512`, kind: "sha512", name: undefined } };
    },
  },
  debian: {
    versions: Object.keys(CODENAMES),
    variants: ["genericcloud", "generic"],
    holds: "bookworm/latest",
    of: (version, variant) => {
      const folder = `${CODENAMES[version]}/latest`;
      const name = `debian-${version}-${variant}-amd64.qcow2`;
      return { path: `${folder}/${name}`, sums: { path: `${folder}/SHA512SUMS`, kind: "sha512", name } };
    },
  },
  // Clear-signed, with lines in the form of BSD.
  fedora: {
    versions: Object.keys(FEDORA),
    variants: ["Generic"],
    holds: "releases/44/Cloud/x86_64/images",
    of: (version, variant) => {
      const folder = `releases/${version}/Cloud/x86_64/images`;
      const { compose, by } = FEDORA[version] ?? { compose: "", by: "fedora44" };
      const name = `Fedora-Cloud-Base-${variant}-${version}-${compose}.x86_64.qcow2`;
      const sums = `${folder}/Fedora-Cloud-${version}-${compose}-x86_64-CHECKSUM`;
      return {
        path: `${folder}/${name}`,
        sums: { path: sums, kind: "sha256", name, signed: { by, form: "clear", path: sums } },
      };
    },
  },
  // Leap's images have a .sha256 too, but that its .asc is made with the same key is not known here.
  opensuse: {
    versions: ["15.6", "16.0", "tumbleweed"],
    variants: ["Minimal-VM"],
    holds: "distribution/leap/15.6/appliances",
    of: (version, variant) => {
      const isRolling = version === "tumbleweed";
      const folder = isRolling ? "tumbleweed/appliances" : `distribution/leap/${version}/appliances`;
      const product = isRolling ? "openSUSE-Tumbleweed" : version === "15.6" ? "openSUSE-Leap-15.6" : `Leap-${version}`;
      const name = `${product}-${variant}.x86_64-Cloud.qcow2`;
      const path = `${folder}/${name}`;
      return {
        path,
        sums: {
          path: `${path}.sha256`,
          kind: "sha256",
          name,
          ...(isRolling ? { signed: { by: "opensuse", form: "detached", path: `${path}.sha256.asc` } } : {}),
        },
      };
    },
  },
  // In the form of BSD. That the file of the latest image is signed is not known here.
  rocky: {
    versions: ["9", "10"],
    variants: ["GenericCloud-Base"],
    holds: "9/images/x86_64",
    of: (version, variant) => {
      const name = `Rocky-${version}-${variant}.latest.x86_64.qcow2`;
      const path = `${version}/images/x86_64/${name}`;
      return { path, sums: { path: `${path}.CHECKSUM`, kind: "sha256", name } };
    },
  },
  ubuntu: {
    versions: Object.keys(UBUNTU),
    variants: ["server"],
    holds: "releases/noble/release",
    of: (version, variant) => {
      const folder = `releases/${UBUNTU[version]}/release`;
      const name = `ubuntu-${version}-${variant}-cloudimg-amd64.img`;
      return {
        path: `${folder}/${name}`,
        sums: {
          path: `${folder}/SHA256SUMS`,
          kind: "sha256",
          name,
          signed: { by: "ubuntuCloud", form: "detached", path: `${folder}/SHA256SUMS.gpg` },
        },
      };
    },
  },
};
