/** Every boot loader keeps the contract: GRUB 2 by Debian's own scripts and tools, GRUB legacy by what its 0.97 was seen to do. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { grub2 } from "../../../provider/host/boot/grub2/grub2";
import { parseGrubEntries, parseGrubEnvironment, xenEntry } from "../../../provider/host/boot/grub2/grub-config";
import { grubLegacy } from "../../../provider/host/boot/grub-legacy/grub-legacy";
import { sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import type { BuiltJudge } from "../../support/built-judge";
import { NamespaceHost, judgePackages } from "../../support/namespace-host";
import { bootedByGrubLegacy } from "../../support/grub-legacy-boot";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import { type BootLoaderHost, bootLoaderSuite } from "../../suites/boot-loader";

jest.setTimeout(300_000);

describe.each([
  ["as Debian sets it up", sh`:`],
  // A menu that nobody sees, kernels and titles with other names, and settings of an image in a drop-in, as its server images have them.
  [
    "with the settings of Ubuntu's server images",
    sh`cat >/etc/default/grub <<'END'
GRUB_DEFAULT=0
GRUB_TIMEOUT_STYLE=hidden
GRUB_TIMEOUT=0
GRUB_DISTRIBUTOR=Ubuntu
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX=""
END
printf 'GRUB_RECORDFAIL_TIMEOUT=0\nGRUB_CMDLINE_LINUX_DEFAULT="console=tty1 console=ttyS0"\nGRUB_TERMINAL=console\n' >/etc/default/grub.d/50-cloudimg-settings.cfg
for name in vmlinuz initrd.img config; do mv "/boot/$name-6.1.0-9-amd64" "/boot/$name-6.8.0-49-generic"; done`,
  ],
] as const)("GRUB 2 %s", (_how, change) => {
  let noted = false;
  bootLoaderSuite(grub2, async () => {
    const packages = grub2Packages();
    if ("missing" in packages) {
      if (!noted) note(`not run: GRUB 2 by its own scripts: no ${packages.missing}`);
      noted = true;
      return undefined;
    }
    const host = await NamespaceHost.start(packages.folder);
    expect(await host.shell.run(change)).toMatchObject({ exitCode: 0 });
    return grub2Host(host);
  });
});

/** update-grub comes with the packages; until then the menu is what whoever made the image wrote. */
const IMAGE_MENU = sh`printf 'menuentry "Linux" {\n linux /boot/vmlinuz root=/dev/vda1\n}\n' >/etc/px-menu
printf '#!/bin/sh\ncat /etc/px-menu >/boot/grub/grub.cfg\n' >/usr/sbin/update-grub`;

describe("GRUB 2, as administrators set it up,", () => {
  it.each([
    ["without submenus", sh`echo GRUB_DISABLE_SUBMENU=true >>/etc/default/grub`, "Remove GRUB_DISABLE_SUBMENU"],
    [
      "with Xen's script moved to the front",
      sh`mv /etc/grub.d/20_linux_xen /etc/grub.d/08_linux_xen`,
      "Rename it to /etc/grub.d/20_linux_xen",
    ],
    [
      "with an entry of its own before Linux",
      sh`printf '#!/bin/sh\necho "menuentry rescue {"; echo "linux /boot/vmlinuz-6.1.0-9-amd64"; echo "}"\n' >/etc/grub.d/05_own; chmod 755 /etc/grub.d/05_own`,
      '"rescue", not plain Linux',
    ],
    [
      "with the script of plain Linux moved behind Xen's",
      sh`mv /etc/grub.d/10_linux /etc/grub.d/25_linux`,
      "Rename the script that makes the entries of plain Linux to /etc/grub.d/10_linux",
    ],
    ["without the script of plain Linux", sh`chmod 644 /etc/grub.d/10_linux`, "Make /etc/grub.d/10_linux executable"],
    [
      "with a hypervisor that may not reboot",
      sh`echo 'GRUB_CMDLINE_XEN_DEFAULT="loglvl=all noreboot"' >>/etc/default/grub`,
      "/etc/default/grub gives the hypervisor the argument noreboot",
    ],
    [
      "with submenus switched off and on again, and words that only look like noreboot",
      sh`printf 'GRUB_DISABLE_SUBMENU=true\nGRUB_DISABLE_SUBMENU="n"\n#GRUB_CMDLINE_XEN="noreboot"\nGRUB_CMDLINE_XEN="noreboot=no"\n' >>/etc/default/grub`,
      undefined,
    ],
    ["as it comes", sh`:`, undefined],
    ["with a first menu that an image brought, whatever that says", IMAGE_MENU, undefined],
  ])("%s, is refused beforehand where a failed trial would not come back", async (_how, change, fault) => {
    const packages = grub2Packages();
    if ("missing" in packages) return;
    const host = await NamespaceHost.start(packages.folder);
    try {
      expect(
        await host.shell.run(sh`${change}
rm -f /boot/xen-*
update-grub`),
      ).toMatchObject({ exitCode: 0 });
      const seen = await host.shell.ask({ about: "the boot loader", script: grub2.ask, read: grub2.read });
      const faults = fault === undefined ? [] : [expect.stringContaining(fault)];
      expect(seen?.faults(true)).toEqual(faults);
      expect(seen?.faults(false)).toEqual([]);
    } finally {
      host.stop();
    }
  });
});

describe("GRUB 2 whose menu is older than its settings", () => {
  it("is refused beforehand where the next menu would have no simple entry for Linux", async () => {
    const packages = grub2Packages();
    if ("missing" in packages) return;
    const host = await NamespaceHost.start(packages.folder);
    try {
      expect(
        await host.shell.run(sh`rm -f /boot/xen-*
update-grub
mkdir -p /etc/default/grub.d
echo 'export GRUB_DISABLE_SUBMENU=y' >/etc/default/grub.d/late.cfg`),
      ).toMatchObject({ exitCode: 0 });
      const seen = await host.shell.ask({ about: "the boot loader", script: grub2.ask, read: grub2.read });
      expect(seen?.faults(true)).toEqual([expect.stringContaining("Remove GRUB_DISABLE_SUBMENU")]);
    } finally {
      host.stop();
    }
  });
});

describe("GRUB legacy", () => {
  bootLoaderSuite(grubLegacy, () => Promise.resolve(grubLegacyHost()));
});

function grub2Packages(): BuiltJudge {
  return judgePackages(join(projectRoot, "test/support/grub2-judge/build.sh"));
}

function grub2Host(host: NamespaceHost): BootLoaderHost {
  const { shell } = host;
  const read = async (): Promise<{ menu: string; environment: ReadonlyMap<string, string> }> => {
    const { stdout } = await shell.run(
      sh`cat /boot/grub/grub.cfg 2>/dev/null; echo "== environment"; grub-editenv list`,
    );
    const [menu = "", environment = ""] = stdout.split("== environment\n");
    return { menu, environment: parseGrubEnvironment(environment) };
  };
  return {
    shell,
    // 00_header: an entry for once is taken out of the environment before it is booted; else the saved one, else the first.
    boot: async () => {
      const { menu, environment } = await read();
      const once = environment.get("next_entry") ?? "";
      if (once !== "") await shell.run(sh`grub-editenv - unset next_entry`);
      const entry = once === "" ? environment.get("saved_entry") : once;
      return entry !== undefined && entry === xenEntry(parseGrubEntries(menu))?.id ? "xen" : "linux";
    },
    xenLines: async () => {
      const { menu } = await read();
      expect(await shell.run(sh`grub-script-check /boot/grub/grub.cfg`)).toMatchObject({ exitCode: 0, stderr: "" });
      const { hypervisorArgs = [], kernelArgs = [] } = xenEntry(parseGrubEntries(menu)) ?? {};
      return { hypervisor: handedOver(hypervisorArgs), kernel: handedOver(kernelArgs) };
    },
    files: async () => {
      const { menu, environment } = await read();
      return `${menu}${JSON.stringify([...environment])}`;
    },
    stop: () => host.stop(),
  };
}

/** grub_create_loader_cmdline of GRUB 2.06: quotes around a word with a blank, a backslash before quotes and backslashes. */
function handedOver(words: readonly string[]): string {
  return words
    .map((word) => word.replaceAll(/[\\'"]/g, "\\$&"))
    .map((word) => (word.includes(" ") ? `"${word}"` : word))
    .join(" ");
}

const VERSION = "3.4.68-9.el6.centos.alt.x86_64";

function grubLegacyHost(): BootLoaderHost {
  const shell = new LocalShell();
  mkdirSync(shell.at("boot/grub"), { recursive: true });
  for (const name of [`vmlinuz-${VERSION}`, `initramfs-${VERSION}.img`, "xen.gz", "grub/stage2"])
    writeFileSync(shell.at("boot", name), "");
  writeFileSync(shell.at(`boot/config-${VERSION}`), "CONFIG_XEN_DOM0=y\n");
  const path = shell.at("boot/grub/grub.conf");
  writeFileSync(
    path,
    `default=0\ntimeout=5\ntitle CentOS (${VERSION})\n\troot (hd0,0)\n\tkernel /vmlinuz-${VERSION} ro root=/dev/sda1\n\tinitrd /initramfs-${VERSION}.img\n`,
  );
  const saved = shell.at("boot/grub/default");
  return {
    shell,
    boot: () => Promise.resolve(bootedByGrubLegacy(path, saved).hypervisor === undefined ? "linux" : "xen"),
    // It hands over the rest of the line behind the file.
    xenLines: () => {
      const entry = readFileSync(path, "utf8").split(/^title Xen/m)[1] ?? "";
      const line = (pattern: RegExp): string => pattern.exec(entry)?.[1] ?? "";
      return Promise.resolve({ hypervisor: line(/^\s*kernel \S+ (.*)$/m), kernel: line(/^\s*module \S+ (.*)$/m) });
    },
    files: () => Promise.resolve(readFileSync(path, "utf8")),
    stop: () => shell.remove(),
  };
}
