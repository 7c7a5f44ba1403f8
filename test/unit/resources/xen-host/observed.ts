/** Hosts as the question about them is answered: the lab's plain Debian 12, and the same as a Xen host. */
import type { Boot } from "../../../../provider/host/boot/boot-loaders";
import type { Grub2Facts } from "../../../../provider/host/boot/grub2/grub-facts";
import { seenGrub2 } from "../../../../provider/host/boot/grub2/grub2";
import { parseGrubEntries } from "../../../../provider/host/boot/grub2/grub-config";
import { type Grub2Layout, grub2Layout, grubLayout } from "../../../../provider/host/boot/grub2/grub-layout";
import { earlyDropIn, fallbackScript, renderLateDropIn } from "../../../../provider/host/boot/grub2/grub-settings";
import { seenGrubLegacy } from "../../../../provider/host/boot/grub-legacy/grub-legacy";
import { debian } from "../../../../provider/host/families/debian";
import { alpine } from "../../../../provider/host/families/alpine";
import { parseExtlinuxMenu } from "../../../../provider/host/boot/extlinux/extlinux-conf";
import { seenExtlinux } from "../../../../provider/host/boot/extlinux/extlinux";
import { el } from "../../../../provider/host/families/el";
import { el6 } from "../../../../provider/host/families/el6";
import { el7 } from "../../../../provider/host/families/el7";
import { suse } from "../../../../provider/host/families/suse";
import type { ObservedHost } from "../../../../provider/resources/xen-host/xen-host.observe";
import { assumedToolstack } from "../../../../provider/toolstack";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";

export const OWNER = "shop/prod::XenHost::dom0";
export const CLAIM_ID = "0d6c5a3e-1f2b-4c3d-8e9f-000000000001";
export const claim = { id: CLAIM_ID, owner: OWNER, of: "this host" };

export const inputs: XenHostInputs = {
  owner: OWNER,
  connection: { host: "198.51.100.7" },
  dom0: { memoryMiB: 1024, maxVcpus: 2 },
  hypervisorArgs: ["xpti=no"],
  kernelArgs: ["console=hvc0"],
};

const ARGS = ["dom0_mem=1024M,max:1024M", "dom0_max_vcpus=2", "xpti=no"];

export const GRUB_CFG = `menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-da6c' {
	linux	/boot/vmlinuz-6.1.0 root=UUID=da6c ro net.ifnames=0
	initrd	/boot/initrd.img-6.1.0
}
submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option 'gnulinux-advanced-da6c' {
	menuentry 'Debian GNU/Linux, with Linux 6.1.0' $menuentry_id_option 'gnulinux-6.1.0-advanced-da6c' {
		linux	/boot/vmlinuz-6.1.0 root=UUID=da6c ro net.ifnames=0
	}
}
menuentry 'Debian GNU/Linux, with Xen hypervisor' --class xen $menuentry_id_option 'xen-gnulinux-simple-da6c' {
	if [ "$grub_platform" = "pc" -o "$grub_platform" = "" ]; then
	    xen_rm_opts=
	else
	    xen_rm_opts="no-real-mode edd=off"
	fi
	multiboot2	/boot/xen-4.17-amd64.gz placeholder  ${ARGS.join(" ")} \${xen_rm_opts}
	module2	/boot/vmlinuz-6.1.0 placeholder root=UUID=da6c ro net.ifnames=0 console=hvc0 \${pulumi_xen_trial}
	module2	--nounzip   /boot/initrd.img-6.1.0
}
set fallback=0
`;

export const plainGrub: Grub2Facts = {
  early: undefined,
  late: undefined,
  fallback: undefined,
  entries: [],
  isGenerated: false,
  hasFallback: false,
  environment: new Map(),
  unwritableOn: undefined,
  earlyXenScript: undefined,
};

/** Of the Xen host that was made from the inputs. */
export const xenGrub: Grub2Facts = {
  early: earlyDropIn,
  late: renderLateDropIn(ARGS, ["console=hvc0"]),
  fallback: fallbackScript,
  entries: parseGrubEntries(GRUB_CFG),
  isGenerated: true,
  hasFallback: true,
  environment: new Map([["saved_entry", "xen-gnulinux-simple-da6c"]]),
  unwritableOn: undefined,
  earlyXenScript: undefined,
};

export function bootWith(
  facts: Grub2Facts,
  { isWatched = false, layout = grubLayout }: { isWatched?: boolean; layout?: Grub2Layout } = {},
): Boot {
  return { ...seenGrub2(facts, layout), isWatched };
}

export const plainHost: ObservedHost = {
  isRoot: true,
  release: { id: "debian", versionId: "12", idLike: [], prettyName: "Debian GNU/Linux 12 (bookworm)" },
  family: debian,
  architecture: "x86_64",
  kernelRelease: "6.1.0-56-amd64",
  kernelArgs: ["root=UUID=da6c", "ro", "net.ifnames=0"],
  bootId: "boot-1",
  role: "plain",
  xen: undefined,
  toolstack: undefined,
  toolstackFault: undefined,
  owners: [],
  hasSecureBoot: false,
  container: undefined,
  isInMemory: false,
  readOnly: [],
  passphrases: [],
  runsAtBoot: true,
  packagesBusy: undefined,
  devices: ["0000:03:00.0", "0000:03:00.1", "0000:0a:1f.7"],
  dom0Kernels: ["6.1.0-56-amd64"],
  kernelLacks: new Map([["6.1.0-56-amd64", []]]),
  memoryMiB: 2467,
  availableMiB: 2100,
  freeMiB: { root: 4900, boot: 4900, var: 4900 },
  boot: bootWith(plainGrub),
  packages: new Map(),
  hasPygrubUser: false,
  unitsOff: [],
  atBoot: { services: new Map(), modules: [] },
  repositories: new Map(),
  claim: undefined,
  phase: undefined,
  asked: [],
  adopted: undefined,
  hasTrialExpired: false,
  pending: { hypervisor: undefined, kernel: undefined, upgrades: [] },
  guestWays: undefined,
  guestsDown: [],
};

/** CentOS 6 as it was installed, with a package source of its own. */
export const el6Host: ObservedHost = {
  ...plainHost,
  release: { id: "centos", versionId: "6.5", idLike: ["rhel"], prettyName: "CentOS release 6.5 (Final)" },
  family: el6,
  boot: {
    ...seenGrubLegacy({
      menu: new Map([
        ["linux", "0"],
        ["default", "linux"],
      ]),
      unwritableOn: undefined,
    }),
    isWatched: false,
  },
  dom0Kernels: [],
};

/** Rocky Linux 9 as it was installed, with package sources of its own. */
export const elHost: ObservedHost = {
  ...plainHost,
  release: {
    id: "rocky",
    versionId: "9.5",
    idLike: ["rhel", "centos", "fedora"],
    prettyName: "Rocky Linux 9.5 (Blue Onyx)",
  },
  family: el,
  kernelRelease: "5.14.0-503.el9.x86_64",
  boot: bootWith(plainGrub, { layout: grub2Layout }),
  dom0Kernels: [],
};

/** CentOS 7, likewise. */
export const el7Host: ObservedHost = {
  ...elHost,
  release: { id: "centos", versionId: "7", idLike: ["rhel", "fedora"], prettyName: "CentOS Linux 7 (Core)" },
  family: el7,
  kernelRelease: "3.10.0-1160.el7.x86_64",
  packages: new Map([["kernel", "3.10.0-1160.el7"]]),
};

/** openSUSE Leap 15.6 as it was installed, with its own package sources, and /boot on ext4. */
export const suseHost: ObservedHost = {
  ...elHost,
  release: { id: "opensuse-leap", versionId: "15.6", idLike: ["suse", "opensuse"], prettyName: "openSUSE Leap 15.6" },
  family: suse,
  kernelRelease: "6.4.0-150600.23.7-default",
  dom0Kernels: ["6.4.0-150600.23.7-default"],
  kernelLacks: new Map([["6.4.0-150600.23.7-default", []]]),
};

/** Alpine 3.23 as it was installed to a disk, which extlinux boots. */
export const alpineHost: ObservedHost = {
  ...plainHost,
  release: { id: "alpine", versionId: "3.23.6", idLike: [], prettyName: "Alpine Linux v3.23" },
  family: alpine,
  boot: {
    ...seenExtlinux({
      menu: parseExtlinuxMenu(
        "LABEL lts\n  MENU DEFAULT\n  LINUX vmlinuz-lts\n  INITRD initramfs-lts\n  APPEND root=UUID=da6c\n",
      ),
      entries: undefined,
      once: "",
      overwrites: true,
      unwritableOn: undefined,
    }),
    isWatched: false,
  },
};

/** Made by us and proven. */
export const xenHost: ObservedHost = {
  ...plainHost,
  role: "dom0",
  toolstack: assumedToolstack,
  availableMiB: 700,
  bootId: "boot-2",
  kernelArgs: ["root=UUID=da6c", "ro", "net.ifnames=0", "console=hvc0"],
  xen: {
    version: "4.17.7",
    commandLine: `placeholder ${ARGS.join(" ")}`,
    totalMemoryMiB: 2559,
    freeMemoryMiB: 1400,
    cpus: 2,
    virtCaps: ["pv", "hvm", "hap"],
    scheduler: "credit2",
    dom0MemoryMiB: 1024,
    dom0Vcpus: 2,
    guests: [],
  },
  guestWays: {
    xendomains: { isAtBoot: true, save: "/var/lib/xen/save", restores: true },
    saveFreeMiB: 4900,
    saved: [],
    files: [],
    unfinished: [],
  },
  boot: bootWith(xenGrub),
  packages: new Map(debian.xenPackages.map((name) => [name, "1.0"] as const)),
  hasPygrubUser: true,
  claim,
  phase: "ready",
  asked: [...ARGS.map((arg) => `xen ${arg}`), "linux console=hvc0"],
};
