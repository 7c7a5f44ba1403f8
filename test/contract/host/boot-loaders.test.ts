/**
 * Every boot loader keeps the contract: GRUB 2 by Debian's own scripts and tools, also in the places and under the names of Enterprise Linux
 * (by its own scripts where EL_GRUB2_SCRIPTS names them: test/support/grub2-judge/el-scripts.sh), GRUB legacy by what its 0.97 was seen to do, extlinux by the real one.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extlinux } from "../../../provider/host/boot/extlinux/extlinux";
import { xenOf } from "../../../provider/host/boot/extlinux/extlinux-conf";
import { grub2 } from "../../../provider/host/boot/grub2/grub2";
import { parseGrubEntries, parseGrubEnvironment, xenEntry } from "../../../provider/host/boot/grub2/grub-config";
import { grubLegacy } from "../../../provider/host/boot/grub-legacy/grub-legacy";
import type { SeenBoot } from "../../../provider/host/boot/boot-loader";
import { type ShellText, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import type { BuiltJudge } from "../../support/built-judge";
import { NamespaceHost, judgePackages } from "../../support/namespace-host";
import { bootedByGrubLegacy } from "../../support/grub-legacy-boot";
import { bootedByExtlinux, extlinuxPackages, startExtlinux, succeed } from "../../support/extlinux-judge";
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
    return grub2Host(host, "grub");
  });
});

describe.each(["7", "9"])("GRUB 2 as Enterprise Linux %s sets it up", (release) => {
  let noted = false;
  bootLoaderSuite(grub2, async () => {
    const host = await elHost(release);
    if (host === undefined && !noted) note("not run: GRUB 2 as Enterprise Linux has it: no GRUB 2 scripts");
    noted = true;
    return host === undefined ? undefined : grub2Host(host, "grub2");
  });
});

/** What SUSE's systems have otherwise than Enterprise Linux 7: no link to the menu, kernels and a hypervisor with other names, their own settings. */
const AS_SUSE = sh`rm -f /etc/grub2.cfg /etc/grub.d/01_users /boot/*-3.10.0-* /boot/xen*
for name in vmlinuz config; do mv "/boot/$name-4.9.230-37.el7.x86_64" "/boot/$name-6.4.0-150600.23.7-default"; done
mv /boot/initramfs-4.9.230-37.el7.x86_64.img /boot/initrd-6.4.0-150600.23.7-default
: >/boot/xen-4.18.5_02-150600.3.1.gz
ln -s xen-4.18.5_02-150600.3.1.gz /boot/xen.gz
mkdir -p /etc/sysconfig
printf 'LOADER_TYPE="grub2"\nSECURE_BOOT="no"\n' >/etc/sysconfig/bootloader
cat >/etc/default/grub <<'END'
GRUB_DISTRIBUTOR=
GRUB_DEFAULT=saved
GRUB_TIMEOUT=8
GRUB_CMDLINE_LINUX_DEFAULT="splash=silent mitigations=auto quiet"
GRUB_CMDLINE_LINUX=""
GRUB_TERMINAL="gfxterm"
SUSE_BTRFS_SNAPSHOT_BOOTING="true"
END
grub2-mkconfig -o /boot/grub2/grub.cfg`;

async function suseHost(): Promise<NamespaceHost | undefined> {
  const host = await elHost("7");
  if (host === undefined) return undefined;
  expect(await host.shell.run(AS_SUSE)).toMatchObject({ exitCode: 0 });
  return host;
}

describe("GRUB 2 in SUSE's places and under its names", () => {
  let noted = false;
  bootLoaderSuite(grub2, async () => {
    const host = await suseHost();
    if (host === undefined && !noted) note("not run: GRUB 2 as SUSE has it: no GRUB 2 scripts");
    noted = true;
    return host === undefined ? undefined : grub2Host(host, "grub2");
  });

  it.each([
    ["as it comes", sh`:`, undefined],
    [
      "on EFI, where it starts xen.efi",
      sh`mount -t tmpfs none /sys/firmware && mkdir /sys/firmware/efi
mkdir -p /boot/grub2/x86_64-efi && : >/boot/grub2/x86_64-efi/multiboot2.mod
printf '\tchainloader \\$cmdpath/\${xen_basename} \${xen_basename} $section\n' >>/etc/grub.d/20_linux_xen`,
      "has GRUB start xen.efi",
    ],
    [
      "where another loader boots the host",
      sh`echo 'LOADER_TYPE="systemd-boot" # since the last update' >>/etc/sysconfig/bootloader`,
      "/etc/sysconfig/bootloader says that systemd-boot boots this host (LOADER_TYPE)",
    ],
    [
      "with GRUB 2 for EFI named there, on a host that has none",
      sh`echo LOADER_TYPE=grub2-efi >>/etc/sysconfig/bootloader`,
      undefined,
    ],
  ] as const)("%s, is refused beforehand where no trial can be told to it", async (_how, change, fault) => {
    const host = await suseHost();
    if (host === undefined) return;
    try {
      expect(await host.shell.run(change)).toMatchObject({ exitCode: 0 });
      const seen = await host.shell.ask({ about: "the boot loader", script: grub2.ask, read: grub2.read });
      expect(seen?.faults(true)).toEqual(fault === undefined ? [] : [expect.stringContaining(fault)]);
      expect(seen?.faults(false)).toEqual([]);
    } finally {
      host.stop();
    }
  });
});

/** A firmware that is EFI, and Enterprise Linux's folder on its partition. */
const EFI = sh`mount -t tmpfs none /sys/firmware && mkdir /sys/firmware/efi
mkdir -p /boot/efi/EFI/rocky`;

/** update-grub comes with the packages; until then the menu is what whoever made the image wrote. */
const IMAGE_MENU = sh`printf 'menuentry "Linux" {\n linux /boot/vmlinuz root=/dev/vda1\n}\n' >/etc/px-menu
printf '#!/bin/sh\ncat /etc/px-menu >/boot/grub/grub.cfg\n' >/usr/sbin/update-grub`;

/** A password for whoever edits the menu. `entries`: the scripts of those that boot without it. */
function password(...entries: readonly string[]): ShellText {
  return sh`printf '#!/bin/sh\necho "set superusers=root"\necho "password root secret"\n' >/etc/grub.d/01_password; chmod 755 /etc/grub.d/01_password
for script in ${entries}; do sed -i '/^CLASS=/s/"$/ --unrestricted"/' "/etc/grub.d/$script"; done`;
}

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
    ["with a password for each entry", password(), "the entries that /etc/grub.d/10_linux makes wait for it"],
    [
      "with a password for Xen's entries",
      sh`${password("10_linux")}
sed -i '1a # CLASS="--unrestricted" lets everybody boot' /etc/grub.d/20_linux_xen`,
      "Add --unrestricted to CLASS in /etc/grub.d/20_linux_xen, and run update-grub",
    ],
    ["with a password for nothing that is booted by itself", password("10_linux", "20_linux_xen"), undefined],
    [
      "with a password that is switched off",
      sh`printf '#!/bin/sh\n# set superusers=root\n' >/etc/grub.d/01_password; chmod 755 /etc/grub.d/01_password`,
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

describe("GRUB 2 with a password", () => {
  it("boots Xen and plain Linux unattended by the entries that are chosen, where none is found to be locked", async () => {
    const packages = grub2Packages();
    if ("missing" in packages) return;
    const host = await NamespaceHost.start(packages.folder);
    try {
      const { stdout } = await host.shell.run(sh`${password("10_linux", "20_linux_xen")}
update-grub
grub-script-check /boot/grub/grub.cfg
grep superusers /boot/grub/grub.cfg
grep -E "^menuentry .*'(xen-)?gnulinux-simple" /boot/grub/grub.cfg`);
      const [users, ...entries] = stdout.trim().split("\n");
      expect([users, entries.length]).toEqual(["set superusers=root", 2]);
      for (const entry of entries) expect(entry).toContain(" --unrestricted ");
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

describe("GRUB 2 as Enterprise Linux has it", () => {
  const DESIRED = { hypervisorArgs: ["dom0_mem=512M,max:512M"], kernelArgs: [], kernelVersion: undefined };
  const STOCK = "0123456789abcdef0123456789abcdef-5.14.0-503.el9.x86_64";
  const ask = async (host: NamespaceHost): Promise<SeenBoot> => {
    const seen = await host.shell.ask({ about: "the boot loader", script: grub2.ask, read: grub2.read });
    if (seen === undefined) throw new Error("the host does not boot with GRUB 2");
    return seen;
  };
  const perform = async (host: NamespaceHost, script: ShellText): Promise<string> => {
    const { exitCode, stdout, stderr } = await host.shell.run(script);
    if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
    return stdout;
  };
  const prepare = async (host: NamespaceHost): Promise<void> => {
    await perform(host, (await ask(host)).writeSettings?.(DESIRED) ?? sh`:`);
    await perform(host, (await ask(host)).makeMenu(DESIRED));
  };
  const where = (name: string, release: string, body: (host: NamespaceHost) => Promise<void>): void => {
    it(name, async () => {
      const host = await elHost(release);
      if (host === undefined) return;
      try {
        await body(host);
      } finally {
        host.stop();
      }
    });
  };

  where("comes back to the kernel that ran, else to the default, not to the newer one of Xen", "9", async (host) => {
    const back = async (): Promise<string | undefined> => {
      await perform(host, (await ask(host)).armTrial(DESIRED, sh`:`));
      return /^saved_entry=(.*)$/m.exec(await perform(host, sh`grub2-editenv list`))?.[1];
    };
    await perform(host, sh`grub2-set-default ${STOCK}`);
    await prepare(host);
    expect(await back()).toBe(STOCK);
    const running = `${STOCK.split("-")[0] ?? ""}-${(await perform(host, sh`uname -r`)).trim()}`;
    await perform(host, sh`cd /boot/loader/entries && cp ${STOCK}.conf ${running}.conf`);
    expect(await back()).toBe(running);
  });

  where("leaves the arguments of plain Linux as they are when the menu is made", "9", async (host) => {
    const before = await perform(host, sh`grub2-editenv list; cat /boot/loader/entries/*.conf`);
    await prepare(host);
    expect(await perform(host, sh`grub2-editenv list; cat /boot/loader/entries/*.conf`)).toBe(before);
  });

  where("has its settings read last again after a package has added its own", "7", async (host) => {
    await prepare(host);
    // grub-bootxen.sh of Xen4CentOS adds these.
    await perform(host, sh`echo 'GRUB_CMDLINE_XEN_DEFAULT="dom0_mem=1024M,max:1024M loglvl=all"' >>/etc/default/grub`);
    expect((await ask(host)).drift(DESIRED)).toBe("edited");
    await prepare(host);
    const seen = await ask(host);
    expect([seen.drift(DESIRED), seen.menu?.hypervisorArgs.slice(-4, -1)]).toEqual([
      "none",
      ["dom0_mem=1024M,max:1024M", "loglvl=all", "dom0_mem=512M,max:512M"],
    ]);
  });

  where("has its own settings back, byte for byte, when it is given back", "9", async (host) => {
    const settings = sh`cat /etc/default/grub; ls /etc/default /etc/grub.d`;
    await perform(host, sh`chmod 640 /etc/default/grub`);
    const before = await perform(host, settings);
    await prepare(host);
    await perform(host, (await ask(host)).makeLinuxDefault);
    await perform(host, (await ask(host)).removeSettings);
    expect(await perform(host, settings)).toBe(before);
    expect(await perform(host, sh`stat -c %a /etc/default/grub`)).toBe("640\n");
  });

  where(
    "has its menu made again when a kernel for Xen came, and when the one that Xen boots is gone",
    "9",
    async (host) => {
      await prepare(host);
      await perform(
        host,
        sh`: >/boot/vmlinuz-6.13.0-1.el9; touch -d 2025-01-01 /boot/vmlinuz-6.13.0-1.el9; echo CONFIG_XEN_DOM0=y >/boot/config-6.13.0-1.el9`,
      );
      expect((await ask(host)).drift(DESIRED)).toBe("regenerate");
      await prepare(host);
      expect((await ask(host)).drift(DESIRED)).toBe("none");
      expect(await perform(host, sh`cat /boot/grub2/grub.cfg`)).toContain("/boot/vmlinuz-6.13.0-1.el9 ");
      await perform(host, sh`rm /boot/vmlinuz-6.13.0-1.el9 /boot/config-6.13.0-1.el9`);
      expect((await ask(host)).drift(DESIRED)).toBe("regenerate");
      await prepare(host);
      expect((await ask(host)).drift(DESIRED)).toBe("none");
    },
  );

  where("has its menu made on the EFI partition, where its links lead there", "9", async (host) => {
    await perform(
      host,
      sh`${EFI}
ln -s ../boot/efi/EFI/rocky/grub.cfg /etc/grub2-efi.cfg
mv /boot/grub2/grub.cfg /boot/grub2/grubenv /boot/efi/EFI/rocky/
ln -s ../efi/EFI/rocky/grubenv /boot/grub2/grubenv
mkdir /boot/efi/EFI/rocky/x86_64-efi && : >/boot/efi/EFI/rocky/x86_64-efi/multiboot2.mod`,
    );
    expect((await ask(host)).faults(true)).toEqual([]);
    await prepare(host);
    expect((await ask(host)).drift(DESIRED)).toBe("none");
    expect(await perform(host, sh`cat /boot/efi/EFI/rocky/grub.cfg; ls /boot/grub2`)).toMatch(
      /dom0_mem=512M[^]*\ngrubenv\n$/,
    );
  });

  where("has its menu made beside its tools, where the EFI partition only leads there", "9", async (host) => {
    await perform(
      host,
      sh`${EFI}
ln -s ../boot/efi/EFI/rocky/grub.cfg /etc/grub2-efi.cfg
printf 'search --no-floppy --fs-uuid --set=dev da6c\nset prefix=($dev)/grub2\nexport $prefix\nconfigfile $prefix/grub.cfg\n' >/boot/efi/EFI/rocky/grub.cfg
mkdir -p /boot/grub2/x86_64-efi && : >/boot/grub2/x86_64-efi/multiboot2.mod`,
    );
    expect((await ask(host)).faults(true)).toEqual([]);
    await prepare(host);
    expect(await perform(host, sh`cat /boot/grub2/grub.cfg`)).toContain("dom0_mem=512M");
    expect(await perform(host, sh`cat /boot/efi/EFI/rocky/grub.cfg`)).not.toContain("dom0_mem");
  });

  it.each([
    ["9", "on EFI, with a GRUB that cannot load a hypervisor", EFI, "no multiboot2"],
    [
      "9",
      "with an environment block that GRUB does not read",
      sh`${EFI}
ln -s ../boot/efi/EFI/rocky/grub.cfg /etc/grub2-efi.cfg
mv /boot/grub2/grub.cfg /boot/efi/EFI/rocky/
printf multiboot2 >/boot/efi/EFI/rocky/grubx64.efi`,
      "Make /boot/grub2/grubenv a link",
    ],
    [
      "7",
      "where Xen4CentOS has put Xen first",
      sh`mv /etc/grub.d/20_linux_xen /etc/grub.d/08_linux_xen`,
      "set BOOT_XEN_AS_DEFAULT=no in /etc/sysconfig/xen-kernel first",
    ],
    ["9", "with a password", sh`echo 'GRUB2_PASSWORD=grub.pbkdf2.sha512.x' >/boot/grub2/user.cfg`, "has a password"],
    ["9", "without an entry for plain Linux", sh`rm /boot/loader/entries/*.conf`, "kernel-install add"],
    ["7", "as it comes", sh`:`, undefined],
    ["9", "as it comes", sh`:`, undefined],
    [
      "9",
      "with its files of plain Linux switched off",
      sh`sed -i s/BLSCFG=true/BLSCFG=false/ /etc/default/grub`,
      undefined,
    ],
  ] as const)(
    "of release %s %s, is refused beforehand where a failed trial would not come back",
    async (release, _how, change, fault) => {
      const host = await elHost(release);
      if (host === undefined) return;
      try {
        await perform(host, change);
        const faults = fault === undefined ? [] : [expect.stringContaining(fault)];
        expect((await ask(host)).faults(true)).toEqual(faults);
      } finally {
        host.stop();
      }
    },
  );
});

describe("GRUB legacy", () => {
  bootLoaderSuite(grubLegacy, () => Promise.resolve(grubLegacyHost()));
});

describe("extlinux", () => {
  let noted = false;
  bootLoaderSuite(extlinux, async () => {
    const packages = extlinuxPackages();
    if ("missing" in packages) {
      if (!noted) note(`not run: extlinux by the real one: no ${packages.missing}`);
      noted = true;
      return undefined;
    }
    return extlinuxHost(await startExtlinux(packages.folder));
  });
});

function grub2Packages(): BuiltJudge {
  return judgePackages(join(projectRoot, "test/support/grub2-judge/build.sh"));
}

/** `undefined`: Debian's scripts cannot be had. */
async function elHost(release: string): Promise<NamespaceHost | undefined> {
  const packages = grub2Packages();
  if ("missing" in packages) return undefined;
  const host = await NamespaceHost.start(packages.folder);
  const script = readFileSync(join(projectRoot, "test/support/grub2-judge/as-el.sh"), "utf8");
  const words = [release, process.env["EL_GRUB2_SCRIPTS"] ?? ""].filter((word) => word !== "");
  const made = await host.shell.run(sh`sh -c ${script} sh ${words}`);
  expect(made).toMatchObject({ exitCode: 0 });
  return host;
}

/** `tools`: the beginning of the names of its tools, and its folder below /boot. */
function grub2Host(host: NamespaceHost, tools: "grub" | "grub2"): BootLoaderHost {
  const { shell } = host;
  const [menuPath, editenv] = [`/boot/${tools}/grub.cfg`, `${tools}-editenv`];
  const read = async (): Promise<{ menu: string; environment: ReadonlyMap<string, string> }> => {
    const { stdout } = await shell.run(sh`cat ${menuPath} 2>/dev/null; echo "== environment"; ${editenv} list`);
    const [menu = "", environment = ""] = stdout.split("== environment\n");
    return { menu, environment: parseGrubEnvironment(environment) };
  };
  return {
    shell,
    // 00_header: an entry for once is taken out of the environment before it is booted; else the saved one, else the first.
    boot: async () => {
      const { menu, environment } = await read();
      const once = environment.get("next_entry") ?? "";
      if (once !== "") await shell.run(sh`${editenv} - unset next_entry`);
      const entry = once === "" ? environment.get("saved_entry") : once;
      return entry !== undefined && entry === xenEntry(parseGrubEntries(menu))?.id ? "xen" : "linux";
    },
    xenLines: async () => {
      const { menu } = await read();
      expect(await shell.run(sh`grub-script-check ${menuPath}`)).toMatchObject({ exitCode: 0, stderr: "" });
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

function extlinuxHost(host: NamespaceHost): BootLoaderHost {
  const { shell } = host;
  return {
    shell,
    boot: async () => (xenOf(await bootedByExtlinux(shell)) === undefined ? "linux" : "xen"),
    // mboot.c32 puts the words together again, with a blank each.
    xenLines: async () => {
      const [, append = ""] =
        /^LABEL pulumi-xen$[^]*?APPEND (.*)$/m.exec(await succeed(shell, sh`cat /boot/extlinux.conf`)) ?? [];
      const [hypervisor = "", kernel = ""] = append.replaceAll(/ +/g, " ").split(" --- ");
      return { hypervisor: hypervisor.replace(/^\S+ /, ""), kernel: kernel.replace(/^\S+ /, "") };
    },
    files: () =>
      succeed(shell, sh`cat /boot/extlinux.conf /etc/update-extlinux.d/* 2>/dev/null || :; cksum /boot/ldlinux.sys`),
    stop: () => host.stop(),
  };
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
