/**
 * Which part of a host has which proof, and by which test. The parts themselves are the product's own lists; test/unit/docs/hosts.test.ts
 * holds that each member has its proof here, that each test named is there, and that a tier runs it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOT_LOADERS } from "../../provider/host/boot/boot-loaders";
import { HOST_FAMILIES } from "../../provider/host/families/families";
import { NETWORK_SYSTEMS } from "../../provider/host/network/network-systems";
import { INIT_SYSTEMS } from "../../provider/host/services/init-systems";
import { TOOLSTACKS } from "../../provider/toolstack/observed-toolstack";
import { markdown } from "./property-table";

/**
 * `real Xen`: a stack on a host of the lab with a real hypervisor. `real tools`: the real program judged it, on no whole host.
 * `rendered`: only what is written was compared.
 */
type ProofKind = "real Xen" | "real tools" | "rendered";

interface Proof {
  readonly kind: ProofKind;
  /** With which versions, as a clause. */
  readonly says: string;
  /** Files and folders of tests. Behind a file's path and a colon: words of the title of the test that counts. */
  readonly by: readonly string[];
}

interface PartOfHost {
  readonly part: string;
  readonly members: readonly { readonly name: string }[];
  readonly proofs: Readonly<Record<string, Proof>>;
}

export const HOST_PARTS: readonly PartOfHost[] = [
  {
    part: "System",
    members: HOST_FAMILIES,
    proofs: {
      debian: {
        kind: "real Xen",
        says: "Debian 12 with Xen 4.17 in every run of `npm test`, Debian 13 with Xen 4.20 where it is asked for",
        by: ["test/lab/guest-life.test.ts: a guest's life over the"],
      },
      debian11: {
        kind: "real Xen",
        says: "Debian 11 with Xen 4.14.6: by hand from the plain host to a guest that answered (`npm run quickstart -- --suite bullseye`); tests of the lab take it where it is asked for (`LAB_SUITES=bookworm,bullseye npm test`); its pygrub is root's",
        by: [
          "test/lab/lab-host.test.ts: a Xen host of Debian %s",
          "test/lab/guest-changes.test.ts: a running guest's changes on Debian %s",
        ],
      },
      ubuntu: {
        kind: "rendered",
        says: "what Debian has, under Ubuntu's names and with its GRUB settings, by Debian's own apt and GRUB 2; on no Ubuntu",
        by: [
          "test/contract/host/package-managers.test.ts: installs the newest of what is missing",
          "test/contract/host/boot-loaders.test.ts: with the settings of Ubuntu's server images",
        ],
      },
      el6: {
        kind: "real tools",
        says: "packages by rpm 4.18 and dnf 4.14 out of repositories of the test's own; [the original recipe](original-recipe.md) from `up` to `destroy` on a host that answers like CentOS 6, in part by fakes; never on a CentOS 6",
        by: [
          "test/contract/host/rpm.test.ts: are the pinned ones, though newer ones are there",
          "test/contract/host/original-recipe.test.ts: installs the guest, which then boots through pygrub",
        ],
      },
      el7: {
        kind: "real tools",
        says: "packages and services by rpm 4.18, dnf 4.14 and systemctl 252, out of repositories of the test's own; its boot menu by GRUB's own scripts under its names; on no EL 7",
        by: [
          "test/contract/host/el-packages.test.ts: Enterprise Linux 7 keeps Linux the default when Xen4CentOS's packages come",
          "test/contract/host/boot-loaders.test.ts: GRUB 2 as Enterprise Linux %s sets it up",
        ],
      },
      el: {
        kind: "real tools",
        says: "what is said of el7, with a kernel that the program names; on no EL 8 to 10",
        by: [
          "test/contract/host/el-packages.test.ts: Enterprise Linux 9 is refused without a kernel for dom0",
          "test/contract/host/boot-loaders.test.ts: GRUB 2 as Enterprise Linux %s sets it up",
        ],
      },
      suse: {
        kind: "real tools",
        says: "packages by zypper 1.14.42, rpm 4.18 and systemctl 252, out of repositories of the test's own; its boot menu by Debian's GRUB scripts in SUSE's places; on no SUSE",
        by: [
          "test/contract/host/suse-packages.test.ts: SUSE's hosts get Xen by zypper",
          "test/contract/host/boot-loaders.test.ts: GRUB 2 in SUSE's places",
        ],
      },
      suse16: {
        kind: "rendered",
        says: "refused in one sentence, for it has no Xen as a host",
        by: ["test/unit/resources/xen-host/xen-host.steps.test.ts: of SUSE's systems those are served that have Xen"],
      },
      alpine: {
        kind: "real tools",
        says: "on the userland of a real Alpine 3.23 with packages of the test's own: bridges, packages, and XenHost's trial, its proof, its failure and its end, booted by extlinux; that Xen runs is pretended there. Alpine's own packages of Xen are nowhere to be had for a test",
        by: [
          "test/contract/host/alpine-xen.test.ts: boots Xen on trial and by default once it is proven",
          "test/contract/host/alpine.test.ts: has its network read as ifupdown-ng's",
          "test/networks/ifupdown-ng-alpine",
        ],
      },
    },
  },
  {
    part: "Package manager",
    members: [...new Set(HOST_FAMILIES.map(({ packages }) => packages))],
    proofs: {
      apt: {
        kind: "real Xen",
        says: "apt of Debian 12 and 13",
        by: [
          "test/lab/guest-life.test.ts: a guest's life over the",
          "test/contract/host/package-managers.test.ts: installs the version that is pinned",
        ],
      },
      rpm: {
        kind: "real tools",
        says: "rpm 4.18 and dnf 4.14; yum by nobody yet",
        by: [
          "test/contract/host/package-managers.test.ts: installs the version that is pinned",
          "test/contract/host/rpm.test.ts: come from the cheaper of two sources",
        ],
      },
      zypper: {
        kind: "real tools",
        says: "1.14.42 of Debian, with repositories and keys of the test's own",
        by: [
          "test/contract/host/package-managers.test.ts: installs the version that is pinned",
          "test/contract/host/zypper.test.ts: come from a signed source once its key is declared",
        ],
      },
      apk: {
        kind: "real tools",
        says: "apk 3.0.8 of Alpine 3.23, with packages and a signed index of the test's own; 2.14 by nobody yet",
        by: ["test/contract/host/package-managers.test.ts: installs the version that is pinned"],
      },
    },
  },
  {
    part: "Boot loader",
    members: BOOT_LOADERS,
    proofs: {
      grub2: {
        kind: "real Xen",
        says: "GRUB 2.06 and 2.12; its four ways back to Linux, each provoked, on Debian 12. In Enterprise Linux's places and under its names by Debian's scripts and tools, and by those of RHEL 7.9, 8, 9 and 10 by hand",
        by: [
          "test/lab/guest-life.test.ts: a guest's life over the",
          "test/lab/fall-back.test.ts: comes back from a hypervisor that panics",
          "test/contract/host/boot-loaders.test.ts: boots Xen once on trial, and Linux at every boot after it",
        ],
      },
      "grub-legacy": {
        kind: "real Xen",
        says: "0.97 of Debian, on Debian 12 with Xen 4.17: its ways back to Linux, each provoked; otherwise its menu, booted by a stand-in that does what 0.97 was seen to do",
        by: [
          "test/lab/fall-back.test.ts: comes back from a hypervisor that GRUB cannot load",
          "test/contract/host/boot-loaders.test.ts: boots Xen once on trial, and Linux at every boot after it",
          "test/contract/host/grub-legacy.test.ts: boots Linux again after a trial that failed",
          "test/contract/host/original-recipe.test.ts: comes as far as the installer",
        ],
      },
      extlinux: {
        kind: "real Xen",
        says: "6.04 of Debian boots Xen 4.17 once, then Linux; a hypervisor that is missing, that it cannot load or that panics; Xen by default. Otherwise the real extlinux keeps what is booted once, and a stand-in, for Alpine's update-extlinux, makes its menu",
        by: [
          "test/lab/extlinux.test.ts: goes on to Linux where the hypervisor is missing",
          "test/contract/host/boot-loaders.test.ts: boots Xen once on trial, and Linux at every boot after it",
          "test/contract/host/alpine-xen.test.ts: comes back as plain Linux where the hypervisor cannot be loaded",
        ],
      },
    },
  },
  {
    part: "Network system",
    members: NETWORK_SYSTEMS,
    proofs: {
      ifupdown: {
        kind: "real Xen",
        says: "0.8.41 on whole hosts; over generated files in a namespace",
        by: [
          "test/lab/guest-life.test.ts: a guest's life over the",
          "test/lab/networks.test.ts: has its addresses on the bridge, also after the next boot",
          "test/networks/ifupdown",
        ],
      },
      ifupdown2: {
        kind: "real Xen",
        says: "3.0 on whole hosts; over generated files in a namespace",
        by: [
          "test/lab/networks.test.ts: has its addresses on the bridge, also after the next boot",
          "test/networks/ifupdown2",
        ],
      },
      "ifupdown-ng": {
        kind: "real tools",
        says: "0.11.3 of Debian and 0.12.1 of Alpine, the latter on its whole userland, over generated files in a namespace",
        by: [
          "test/networks/ifupdown-ng",
          "test/networks/ifupdown-ng-alpine",
          "test/contract/host/alpine.test.ts: boots with its old network where its power fails",
        ],
      },
      "systemd-networkd": {
        kind: "real Xen",
        says: "252 on whole hosts, also under netplan; over generated files in a namespace",
        by: [
          "test/lab/networks.test.ts: has its addresses on the bridge, also after the next boot",
          "test/networks/networkd",
        ],
      },
      NetworkManager: {
        kind: "real Xen",
        says: "1.42 on whole hosts; over generated files in a namespace",
        by: [
          "test/lab/networks.test.ts: has its addresses on the bridge, also after the next boot",
          "test/networks/network-manager",
        ],
      },
      ifcfg: {
        kind: "real tools",
        says: "EL 6's own scripts (initscripts 9.03.61), by hand: the recipe's files, its boot by `rc`, and generated files, in a namespace",
        by: ["test/unit/host/network/ifcfg", "test/networks/ifcfg"],
      },
      wicked: {
        kind: "real tools",
        says: "0.6.80, built of its sources, by hand: over generated files in a namespace, with boots and removals; its recorded words in every run of `npm test`; on no SUSE",
        by: ["test/networks/wicked", "test/unit/host/network/wicked", "test/golden/wicked-0.6.80"],
      },
      ip: {
        kind: "real tools",
        says: "a bridge until the next boot: iproute2 6.1, over generated scripts in a namespace, each change cut off at its commands too; beside networkd 252 and NetworkManager 1.42 that leave the port alone",
        by: ["test/networks/run-time"],
      },
    },
  },
  {
    part: "Toolstack",
    members: TOOLSTACKS,
    proofs: {
      xl: {
        kind: "real Xen",
        says: "4.17 and 4.20; its configuration files by xl's own parser",
        by: [
          "test/lab/guest-life.test.ts: a guest's life over the",
          "test/contract/xen/xl-judge.test.ts: xl's own parser",
          "test/contract/toolstack/toolstacks.test.ts: creates a guest, finds nothing to do at the second up",
        ],
      },
      xm: {
        kind: "real tools",
        says: "the unmodified xm and xend 4.2.5 over a stand-in for the hypervisor, by hand: the whole life of a guest; their recorded words in every run of `npm test`",
        by: [
          "test/contract/toolstack/toolstacks.test.ts: creates a guest, finds nothing to do at the second up",
          "test/golden/xm-4.2.5",
        ],
      },
    },
  },
  {
    part: "Init system",
    members: INIT_SYSTEMS,
    proofs: {
      systemd: {
        kind: "real Xen",
        says: "252 and 257; a power cut and a first boot that fails",
        by: [
          "test/lab/power-cut.test.ts: comes back with its old network",
          "test/lab/networks.test.ts: is back when the confirmed network does not come up at the next boot",
        ],
      },
      openrc: {
        kind: "real tools",
        says: "OpenRC 0.63 of Alpine 3.23 registers, shows and boots our services, under busybox 1.37; a power cut and a first boot",
        by: [
          "test/contract/host/openrc.test.ts: it runs at a boot before the network is up, or after it",
          "test/contract/host/alpine.test.ts: boots with its new network once that is confirmed",
          "test/unit/host/services",
        ],
      },
      sysv: {
        kind: "real tools",
        says: "EL 6's own `rc` in a namespace, by hand; a pretended root in every run of `npm test`",
        by: ["test/unit/host/services"],
      },
    },
  },
];

/** Of an entry of `by`. */
export function fileOf(by: string): string {
  return by.split(": ", 1)[0] ?? by;
}

/** Of an entry of `by`; `undefined`: it names no test. */
export function titleOf(by: string): string | undefined {
  return by.includes(": ") ? by.slice(by.indexOf(": ") + 2) : undefined;
}

/** Stories of the lab that run only where they are asked for (jest.config.cjs). */
const MORE = JSON.parse(readFileSync(join(__dirname, "../../test/lab/more.json"), "utf8")) as readonly string[];

/** A file, and how it is asked for where not every run has it. */
function fileWords(by: string): string {
  const file = fileOf(by);
  const story = /^test\/lab\/(.*)\.test\.ts$/.exec(file)?.[1] ?? "";
  return MORE.includes(story) ? `\`${file}\` (with \`LAB_MORE=${story}\`)` : `\`${file}\``;
}

/** The rows of docs/hosts.md. */
export function hostParts(): string {
  const rows = HOST_PARTS.flatMap(({ part, members, proofs }) =>
    members.map(({ name }) => {
      const proof = proofs[name];
      if (proof === undefined) throw new Error(`${part} ${name} has no proof in scripts/docs/host-proofs.ts.`);
      return [part, name, `*${proof.kind}*: ${proof.says}`, proof.by.map(fileWords).join(", ")];
    }),
  );
  return markdown(["Part", "Which", "Proof", "By"], rows).join("\n");
}
