/**
 * Answers for Ubuntu's server installer (autoinstall), made for a guest that boots through pygrub. Pure.
 *
 * cloud-init brings them to the installer: it reads `user-data` and `meta-data` from the folder that `ds=nocloud;s=` names.
 * What pygrub decides: a first disk with a partition table of DOS, /boot on ext2, no LVM; in the new system GRUB's menu
 * without submenus, its console hvc0. What the keys mean:
 * https://canonical-subiquity.readthedocs-hosted.com/en/latest/reference/autoinstall-reference.html
 */
import { type Answers, text as answersText } from "./answer-file";
import { type AutoinstallOptions, autoinstallChecks } from "./autoinstall.options";
import { BOOT_MIB, DISK, LOCALE, TIMEZONE, fullName } from "./options";
import { refuseFaults } from "./rules";
import { prefixLength } from "./values";
import { type YamlValue, yaml } from "./yaml";

/**
 * Answers for Ubuntu's server installer, which installs a guest without asking anything.
 *
 * @throws RangeError that names every value that the installer could not use.
 */
export function autoinstall(options: AutoinstallOptions): Answers {
  refuseFaults("autoinstall", autoinstallChecks, options);
  const { hostname, network } = options;
  return answersText({
    fileName: "user-data",
    content: `#cloud-config\n${yaml({ autoinstall: document(options) })}`,
    files: { "meta-data": yaml({ "instance-id": hostname, "local-hostname": hostname }) },
    kernelArgs: [
      "autoinstall",
      "ds=nocloud;s={answersFolderUrl}/",
      network === undefined
        ? "ip=dhcp"
        : `ip=${network.address}::${network.gateway}:${network.netmask}:${hostname}::off${network.dns
            .slice(0, 2)
            .map((server) => `:${server}`)
            .join("")}`,
      ...(options.isoUrl === undefined ? [] : [`url=${options.isoUrl}`]),
      "console=hvc0",
      // What stands behind it is for the new system too.
      "---",
      "console=hvc0",
    ].join(" "),
  });
}

function document(options: AutoinstallOptions): YamlValue {
  const { user, mirror, proxy, kernelPackage, packages = [] } = options;
  return {
    version: 1,
    locale: options.locale ?? LOCALE,
    keyboard: { layout: options.keymap ?? "us" },
    timezone: options.timezone ?? TIMEZONE,
    network: network(options),
    ...(proxy === undefined ? {} : { proxy }),
    ...(mirror === undefined ? {} : { apt: { primary: [{ arches: ["default"], uri: mirror }] } }),
    storage: storage(options),
    identity: {
      hostname: fullName(options),
      username: user.name,
      // "*" is no password's hash, and unlike "!" it does not lock the account to keys.
      password: user.passwordHash ?? "*",
    },
    ssh: {
      "install-server": true,
      "authorized-keys": (user.authorizedKeys ?? []).map((key) => key.trim()),
      "allow-pw": user.passwordHash !== undefined,
    },
    ...(kernelPackage === undefined ? {} : { kernel: { package: kernelPackage } }),
    ...(packages.length === 0 ? {} : { packages }),
    ...root(options),
    updates: "security",
    "late-commands": [...inTarget([MENU_THAT_PYGRUB_READS, "update-grub"]), ...inTarget(options.lateCommands ?? [])],
    shutdown: "reboot",
  };
}

function network({ network: fixed, domain, mac }: AutoinstallOptions): YamlValue {
  const search = domain === undefined || domain === "" ? {} : { search: [domain] };
  return {
    version: 2,
    ethernets: {
      guest: {
        match: mac === undefined ? { name: "e*" } : { macaddress: mac.toLowerCase() },
        ...(fixed === undefined
          ? { dhcp4: true }
          : {
              dhcp4: false,
              addresses: [`${fixed.address}/${prefixLength(fixed.netmask)}`],
              routes: [{ to: "default", via: fixed.gateway }],
              nameservers: { addresses: fixed.dns, ...search },
            }),
      },
    },
  };
}

function storage({ disk = DISK, swapMiB }: AutoinstallOptions): YamlValue {
  const partition = (id: string, size: string | number, fstype: string, path: string): YamlValue[] => [
    { type: "partition", id, device: "disk", size, ...(fstype === "swap" ? { flag: "swap" } : {}) },
    { type: "format", id: `${id}-format`, volume: id, fstype },
    { type: "mount", id: `${id}-mount`, device: `${id}-format`, path },
  ];
  return {
    // No swap file: it would be on the disk's only other file system, and nobody asked for it.
    swap: { size: 0 },
    config: [
      {
        type: "disk",
        id: "disk",
        path: disk,
        ptable: "msdos",
        wipe: "superblock-recursive",
        grub_device: true,
      },
      ...partition("boot", `${BOOT_MIB}M`, "ext2", "/boot"),
      ...(swapMiB === undefined ? [] : partition("swap", `${swapMiB}M`, "swap", "")),
      // The rest of the disk.
      ...partition("root", -1, "ext4", "/"),
    ],
  };
}

/** Ubuntu's installer knows no root: cloud-init gives it its password at the first boot of the new system. */
function root({ rootPasswordHash }: AutoinstallOptions): { readonly [key: string]: YamlValue } {
  if (rootPasswordHash === undefined) return {};
  return {
    "user-data": {
      chpasswd: { expire: false, users: [{ name: "root", password: rootPasswordHash, type: "hash" }] },
    },
  };
}

const MENU_THAT_PYGRUB_READS =
  "printf '%s\\n' GRUB_DEFAULT=0 GRUB_DISABLE_SUBMENU=y 'GRUB_CMDLINE_LINUX=\"console=hvc0\"' GRUB_TERMINAL=console >/etc/default/grub.d/99-pygrub.cfg";

/** As lists of words, which no shell of the installer splits. */
function inTarget(commands: readonly string[]): YamlValue[] {
  return commands.map((command) => ["curtin", "in-target", "--", "sh", "-c", command]);
}
