/**
 * Answers for setup-alpine, made for a guest that boots through pygrub. Pure.
 *
 * setup-alpine reads the file as shell, so what it has no variable for (root's password, a user's, packages) is done by
 * commands in it, on the system in memory, which setup-disk then copies to the disk. What pygrub decides: /boot on ext2,
 * GRUB in place of syslinux, the console hvc0. Which variables there are: setup-alpine(8), read in alpine-conf's source.
 *
 * Alpine's ramdisk starts no installer by itself: an overlay does, which docs/answers.md has. It calls
 * `setup-alpine -e -f URL`, with the URL of the kernel's argument `answers=`.
 */
import { type Answers, text as answersText } from "./answer-file";
import { type AlpineOptions, alpineChecks } from "./alpine.options";
import { DISK, TIMEZONE, fullName } from "./options";
import { refuseFaults } from "./rules";
import { keyCommands, shellWord as word, shellWords as words } from "./shell-word";

const BOOT_MIB = 512;

/**
 * Answers for setup-alpine, which installs a guest without asking anything.
 *
 * @throws RangeError that names every value that the installer could not use.
 */
export function alpine(options: AlpineOptions): Answers {
  refuseFaults("alpine", alpineChecks, options);
  const { hostname, network, mirror, disk = DISK } = options;
  const repositories = [`${mirror}/main`, `${mirror}/community`];
  return answersText({
    fileName: "answers",
    content: `${[
      "# By pulumi-xen: answers for setup-alpine -e -f.",
      variable("KEYMAPOPTS", options.keymap ?? "us us"),
      variable("HOSTNAMEOPTS", fullName(options)),
      variable("DEVDOPTS", "mdev"),
      variable("INTERFACESOPTS", interfaces(options)),
      variable("DNSOPTS", dns(options)),
      variable("TIMEZONEOPTS", options.timezone ?? TIMEZONE),
      variable("PROXYOPTS", options.proxy ?? "none"),
      variable("APKREPOSOPTS", repositories.join(" ")),
      variable("NTPOPTS", "none"),
      variable("SSHDOPTS", "openssh"),
      variable("ROOTSSHKEY", rootKeys(options)),
      "# Users are made below: setup-user would leave them an empty password.",
      variable("USEROPTS", "none"),
      "",
      "# pygrub reads GRUB's menu on a plain file system.",
      `export BOOTLOADER=grub BOOTFS=ext2 BOOT_SIZE=${BOOT_MIB} ROOTFS=ext4 DISKLABEL=dos KERNELOPTS=console=hvc0`,
      "# The disk is erased without a question.",
      `export ERASE_DISKS=${disk}`,
      variable("DISKOPTS", `-m sys -s ${options.swapMiB ?? 0} ${disk}`),
      variable("LBUOPTS", "none"),
      variable("APKCACHEOPTS", "none"),
      "",
      ...commands(options),
    ].join("\n")}\n`,
    kernelArgs: [
      `alpine_repo=${repositories[0] ?? ""}`,
      `modloop=${options.modloop}`,
      `apkovl=${options.overlay}`,
      "answers={answersUrl}",
      network === undefined
        ? "ip=dhcp"
        : `ip=${network.address}::${network.gateway}:${network.netmask}:${hostname}:eth0:none:${network.dns.slice(0, 2).join(":")}`,
      "console=hvc0",
    ].join(" "),
  });
}

function variable(name: string, value: string): string {
  return `${name}=${word(value)}`;
}

/** ifupdown's file, as setup-interfaces -i takes it. */
function interfaces({ network }: AlpineOptions): string {
  return [
    "auto lo",
    "iface lo inet loopback",
    "",
    "auto eth0",
    ...(network === undefined
      ? ["iface eth0 inet dhcp"]
      : [
          "iface eth0 inet static",
          `  address ${network.address}`,
          `  netmask ${network.netmask}`,
          `  gateway ${network.gateway}`,
        ]),
    "",
  ].join("\n");
}

function dns({ domain = "", network }: AlpineOptions): string {
  return [...(domain === "" ? [] : ["-d", domain]), ...(network?.dns ?? [])].join(" ");
}

function rootKeys({ authorizedKeys = [] }: AlpineOptions): string {
  return authorizedKeys.length === 0 ? "none" : authorizedKeys.map((key) => key.trim()).join("\n");
}

function commands({ rootPasswordHash, user, packages = [], lateCommands = [] }: AlpineOptions): string[] {
  const isAdmin = user?.isAdmin === true;
  const world = [...packages, ...(isAdmin ? ["doas"] : [])];
  return [
    // "*" is no password's hash, and unlike "!" it does not lock the account to keys.
    password("root", rootPasswordHash ?? "*"),
    ...(user === undefined
      ? []
      : [
          `adduser -D ${user.name} || exit 1`,
          password(user.name, user.passwordHash ?? "*"),
          ...keyCommands(`/home/${user.name}`, user.name, user.authorizedKeys ?? []),
          ...(isAdmin
            ? [
                `addgroup ${user.name} wheel || exit 1`,
                "mkdir -p /etc/doas.d",
                "printf '%s\\n' 'permit persist :wheel' >/etc/doas.d/wheel.conf",
              ]
            : []),
        ]),
    ...(world.length === 0 ? [] : [`printf '%s\\n' ${words(world)} >>/etc/apk/world`]),
    ...(lateCommands.length === 0 ? [] : firstBoot(lateCommands)),
  ];
}

function password(name: string, hash: string): string {
  return `printf '%s\\n' ${word(`${name}:${hash}`)} | chpasswd -e || exit 1`;
}

/** setup-alpine has no last step: the commands run when the new system first boots, and never in memory. */
function firstBoot(lateCommands: readonly string[]): string[] {
  const lines = [
    "#!/bin/sh",
    "case $(awk '$2 == \"/\" { fs = $3 } END { print fs }' /proc/mounts) in tmpfs | rootfs) exit 0 ;; esac",
    "set -e",
    'rm -f "$0"',
    ...lateCommands.map((command) => `sh -c ${word(command)}`),
  ];
  const file = "/etc/local.d/first-boot.start";
  return [
    "mkdir -p /etc/local.d",
    `printf '%s\\n' ${words(lines)} >${file}`,
    `chmod 755 ${file}`,
    "rc-update --quiet add local default",
  ];
}
