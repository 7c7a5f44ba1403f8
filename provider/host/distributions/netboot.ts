/**
 * The kernels and ramdisks with which distributions are installed over a network, for x86_64; as cloud-images.ts: what is not known is left out. Pure.
 */
import type { DistributionName, Offer, Published } from "./distribution";

export interface Netboot {
  readonly kernel: Published;
  readonly ramdisk: Published;
}

const CODENAMES: Readonly<Record<string, string>> = { "12": "bookworm", "13": "trixie" };

/** A folder whose .treeinfo has the sums of what it boots (productmd's form); nobody signs it. */
function tree(folder: string): Netboot {
  const file = (name: string): Published => ({
    path: `${folder}/images/pxeboot/${name}`,
    sums: { path: `${folder}/.treeinfo`, kind: "sha256", name: `images/pxeboot/${name}` },
  });
  return { kernel: file("vmlinuz"), ramdisk: file("initrd.img") };
}

const enterpriseLinux: Offer<Netboot> = {
  versions: ["9", "10"],
  variants: ["BaseOS"],
  holds: "9/BaseOS/x86_64/os",
  of: (version, variant) => tree(`${version}/${variant}/x86_64/os`),
};

export const NETBOOT: Readonly<Record<DistributionName, Offer<Netboot>>> = {
  almalinux: enterpriseLinux,
  // Of the single files there is no sum, only of the archive that holds them.
  alpine: {
    versions: { like: /^3\.\d{1,2}$/, says: "a series such as 3.22" },
    variants: ["virt", "lts"],
    holds: "v3.22/releases/x86_64/netboot",
    of: (version, variant) => ({
      kernel: { path: `v${version}/releases/x86_64/netboot/vmlinuz-${variant}` },
      ramdisk: { path: `v${version}/releases/x86_64/netboot/initramfs-${variant}` },
    }),
  },
  // InRelease, which is signed, has the sum of the installer's SHA256SUMS: read in bookworm's of 11 July 2026.
  debian: {
    versions: Object.keys(CODENAMES),
    variants: ["debian-installer"],
    holds: "dists/bookworm",
    of: (version, variant) => {
      const release = `dists/${CODENAMES[version]}`;
      const images = "main/installer-amd64/current/images";
      const file = (name: string): Published => ({
        path: `${release}/${images}/netboot/${variant}/amd64/${name}`,
        sums: {
          path: `${release}/${images}/SHA256SUMS`,
          kind: "sha256",
          name: `netboot/${variant}/amd64/${name}`,
          signed: {
            by: "debian",
            form: "listed",
            path: `${release}/InRelease`,
            name: `${images}/SHA256SUMS`,
            codename: CODENAMES[version] ?? "",
          },
        },
      });
      return { kernel: file("linux"), ramdisk: file("initrd.gz") };
    },
  },
  fedora: {
    versions: ["42", "43", "44"],
    variants: ["Server", "Everything"],
    holds: "releases/44/Server/x86_64/os",
    of: (version, variant) => tree(`releases/${version}/${variant}/x86_64/os`),
  },
  // The sums of its tree are in a form that is not known here well enough.
  opensuse: {
    versions: ["15.6"],
    variants: ["oss"],
    holds: "distribution/leap/15.6/repo/oss",
    of: (version, variant) => {
      const folder = `distribution/leap/${version}/repo/${variant}/boot/x86_64/loader`;
      return { kernel: { path: `${folder}/linux` }, ramdisk: { path: `${folder}/initrd` } };
    },
  },
  rocky: enterpriseLinux,
  // The live server's kernel and ramdisk, which read autoinstall data; no sum of them is known here.
  ubuntu: {
    versions: ["24.04", "26.04"],
    variants: ["server"],
    holds: "24.04/netboot/amd64",
    of: (version) => ({
      kernel: { path: `${version}/netboot/amd64/linux` },
      ramdisk: { path: `${version}/netboot/amd64/initrd` },
    }),
  },
};
