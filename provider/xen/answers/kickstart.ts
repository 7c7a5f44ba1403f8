/**
 * Answers for Anaconda, the installer of EL and Fedora (kickstart), made for a guest that boots through pygrub. Pure.
 *
 * What pygrub decides: a first disk with partitions, /boot on ext2, no LVM; GRUB's menu has the kernels in it and not in
 * files of the Boot Loader Specification (`blscfg`, the default since EL 8 and Fedora 30), no submenu, no saved entry. A
 * script of kernel-install writes the menu again when a kernel comes or goes.
 */
import { type Answers, text as answersText } from "./answer-file";
import { type KickstartOptions, kickstartChecks } from "./kickstart.options";
import { BOOT_MIB, DISK, LOCALE, TIMEZONE, fullName } from "./options";
import { refuseFaults } from "./rules";
import { keyCommands, shellWord as word, shellWords } from "./shell-word";

/**
 * Answers for the installer of EL and Fedora, which installs a guest without asking anything.
 *
 * @throws RangeError that names every value that the installer could not use.
 */
export function kickstart(options: KickstartOptions): Answers {
  refuseFaults("kickstart", kickstartChecks, options);
  const disk = (options.disk ?? DISK).replace("/dev/", "");
  return answersText({
    fileName: "ks.cfg",
    content: `${[
      "# By pulumi-xen.",
      "text",
      "skipx",
      "firstboot --disable",
      "reboot",
      `lang ${word(options.locale ?? LOCALE)}`,
      `keyboard ${word(options.keymap ?? "us")}`,
      `timezone --utc ${word(options.timezone ?? TIMEZONE)}`,
      networkLine(options),
      `url --url=${word(options.tree)}${options.proxy === undefined ? "" : ` --proxy=${word(options.proxy)}`}`,
      ...accountLines(options),
      "services --enabled=sshd",
      "",
      "# pygrub reads partitions and plain file systems of the first disk.",
      `ignoredisk --only-use=${disk}`,
      "zerombr",
      `clearpart --all --initlabel --drives=${disk}`,
      `bootloader --location=mbr --append="console=hvc0" ${
        options.release === "el6" ? `--driveorder=${disk}` : `--boot-drive=${disk}`
      }`,
      `part /boot --fstype=ext2 --size=${BOOT_MIB} --ondisk=${disk} --asprimary`,
      ...(options.swapMiB === undefined ? [] : [`part swap --size=${options.swapMiB} --ondisk=${disk}`]),
      `part / --fstype=ext4 --size=1024 --grow --ondisk=${disk} --asprimary`,
      ...(options.extraLines ?? []),
      "",
      "%packages",
      "@core",
      "openssh-server",
      ...(options.packages ?? []),
      "%end",
      ...script(keyLines(options)),
      ...(options.release === "el6" ? [] : script(MENU_THAT_PYGRUB_READS)),
      ...script((options.lateCommands ?? []).map((command) => `sh -c ${word(command)}`)),
    ].join("\n")}\n`,
    kernelArgs: [...(options.release === "el6" ? el6Args(options) : newerArgs(options)), "console=hvc0"].join(" "),
  });
}

function networkLine({ hostname, domain, network, mac }: KickstartOptions): string {
  return [
    "network --onboot=yes",
    `--device=${mac ?? "link"}`,
    `--hostname=${fullName({ hostname, ...(domain === undefined ? {} : { domain }) })}`,
    ...(network === undefined
      ? ["--bootproto=dhcp"]
      : [
          `--bootproto=static --ip=${network.address} --netmask=${network.netmask} --gateway=${network.gateway}`,
          ...(network.dns.length === 0 ? [] : [`--nameserver=${network.dns.join(",")}`]),
        ]),
  ].join(" ");
}

function accountLines({ rootPasswordHash, user }: KickstartOptions): string[] {
  const { name, passwordHash, isAdmin = false } = user ?? {};
  return [
    // EL 6 wants a word there although the account is locked.
    rootPasswordHash === undefined ? "rootpw --lock --iscrypted '*'" : `rootpw --iscrypted ${word(rootPasswordHash)}`,
    ...(name === undefined
      ? []
      : [
          [
            `user --name=${name}`,
            ...(isAdmin ? ["--groups=wheel"] : []),
            // "*" is no password's hash, and unlike "!" it does not lock the account to keys.
            `--iscrypted --password=${word(passwordHash ?? "*")}`,
          ].join(" "),
        ]),
  ];
}

function keyLines({ authorizedKeys = [], user }: KickstartOptions): string[] {
  const keys = [
    ...keyCommands("/root", "root", authorizedKeys),
    ...(user === undefined ? [] : keyCommands(`/home/${user.name}`, user.name, user.authorizedKeys ?? [])),
  ];
  // SELinux lets sshd read nothing else.
  const labels = ["/root/.ssh", ...(user === undefined ? [] : [`/home/${user.name}/.ssh`])];
  return keys.length === 0
    ? []
    : [...keys, `if command -v restorecon >/dev/null 2>&1; then restorecon -R ${shellWords(labels)} || :; fi`];
}

const MENU_THAT_PYGRUB_READS = [
  "# pygrub follows no blscfg, no submenu and no saved entry.",
  "sed -i -e '/^GRUB_ENABLE_BLSCFG=/d' -e '/^GRUB_DEFAULT=/d' -e '/^GRUB_DISABLE_SUBMENU=/d' /etc/default/grub",
  "printf '%s\\n' GRUB_DEFAULT=0 GRUB_DISABLE_SUBMENU=true GRUB_ENABLE_BLSCFG=false >>/etc/default/grub",
  "mkdir -p /etc/kernel/install.d",
  `printf '%s\\n' ${shellWords([
    "#!/bin/sh",
    "# pygrub reads the menu alone: write it again when a kernel comes or goes.",
    'case $1 in add | remove) grub2-mkconfig -o "$(readlink -f /boot/grub2/grub.cfg)" ;; esac',
  ])} >/etc/kernel/install.d/99-pygrub.install`,
  "chmod 755 /etc/kernel/install.d/99-pygrub.install",
  "grub2-mkconfig -o /boot/grub2/grub.cfg",
];

function script(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", "%post --erroronfail", "set -e", ...lines, "%end"];
}

/** dracut's words: https://anaconda-installer.readthedocs.io/en/latest/boot-options.html */
function newerArgs({ tree, hostname, network, mac }: KickstartOptions): string[] {
  const name = mac === undefined ? "" : "eth0";
  return [
    "inst.ks={answersUrl}",
    // Its second stage comes from there too.
    `inst.repo=${tree}`,
    "inst.text",
    ...(mac === undefined ? [] : [`ifname=${name}:${mac.toLowerCase()}`]),
    ...(network === undefined
      ? [mac === undefined ? "ip=dhcp" : `ip=${name}:dhcp`]
      : [
          `ip=${network.address}::${network.gateway}:${network.netmask}:${hostname}:${name}:none`,
          ...network.dns.map((server) => `nameserver=${server}`),
        ]),
  ];
}

/** loader's words of EL 6. */
function el6Args({ tree, network, mac }: KickstartOptions): string[] {
  return [
    "ks={answersUrl}",
    `method=${tree}`,
    "text",
    `ksdevice=${mac ?? "link"}`,
    ...(network === undefined
      ? ["ip=dhcp"]
      : [
          `ip=${network.address} netmask=${network.netmask} gateway=${network.gateway}`,
          ...(network.dns.length === 0 ? [] : [`dns=${network.dns.join(",")}`]),
        ]),
  ];
}
