/**
 * Answers for AutoYaST, the installer of openSUSE Leap 15 and SLE 15, made for a guest that boots through pygrub. Pure.
 *
 * What pygrub decides: a first disk with a partition table of DOS, /boot on ext2 and / on ext4 in place of btrfs; GRUB's
 * menu without submenus and without a saved entry, its console hvc0. linuxrc, which runs before YaST, sets up the network and
 * fetches the profile: its words are on the kernel's command line.
 */
import { type Answers, text as answersText } from "./answer-file";
import { type AutoyastOptions, autoyastChecks } from "./autoyast.options";
import { BOOT_MIB, DISK, LOCALE, TIMEZONE, fullName } from "./options";
import { refuseFaults } from "./rules";
import { shellWord, shellWords } from "./shell-word";
import { prefixLength } from "./values";
import { type XmlElement, elements, flag, integer, list, map, symbol, text, texts } from "./xml";

/**
 * Answers for the installer of openSUSE and SLE, which installs a guest without asking anything.
 *
 * @throws RangeError that names every value that the installer could not use.
 */
export function autoyast(options: AutoyastOptions): Answers {
  refuseFaults("autoyast", autoyastChecks, options);
  const { network } = options;
  return answersText({
    fileName: "autoyast.xml",
    content: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE profile>
<profile xmlns="http://www.suse.com/1.0/yast2ns" xmlns:config="http://www.suse.com/1.0/configns">
${elements(profile(options), "  ")}</profile>
`,
    kernelArgs: [
      "autoyast={answersUrl}",
      `install=${options.tree}`,
      network === undefined
        ? "ifcfg=*=dhcp"
        : `ifcfg=eth0=${[`${network.address}/${prefixLength(network.netmask)}`, network.gateway, ...network.dns.slice(0, 1)].join(",")}`,
      `hostname=${fullName(options)}`,
      "textmode=1",
      "console=hvc0",
    ].join(" "),
  });
}

function profile(options: AutoyastOptions): XmlElement[] {
  const scripts = [MENU_THAT_PYGRUB_READS, ...adminScript(options), ...lateScript(options)];
  return [
    // Everything in the first stage: the guest is as declared when it first boots by itself.
    map("general", map("mode", flag("confirm", false), flag("second_stage", false))),
    map(
      "bootloader",
      text("loader_type", "grub2"),
      map("global", text("append", "console=hvc0"), text("terminal", "console"), integer("timeout", 1)),
    ),
    // YaST's languages have no encoding: it is always UTF-8.
    map("language", text("language", (options.locale ?? LOCALE).replace(/[.@].*$/, ""))),
    map("keyboard", text("keymap", options.keymap ?? "english-us")),
    map("timezone", text("hwclock", "UTC"), text("timezone", options.timezone ?? TIMEZONE)),
    networking(options),
    partitioning(options),
    map(
      "software",
      flag("install_recommended", false),
      texts("products", "product", [options.product ?? "Leap"]),
      texts("patterns", "pattern", ["base"]),
      texts("packages", "package", ["openssh", "sudo", ...(options.packages ?? [])]),
    ),
    map("services-manager", map("services", texts("enable", "service", ["sshd"]))),
    map(
      "firewall",
      flag("enable_firewall", true),
      text("default_zone", "public"),
      list("zones", [map("zone", text("name", "public"), texts("services", "service", ["dhcpv6-client", "ssh"]))]),
    ),
    users(options),
    map(
      "scripts",
      list(
        "chroot-scripts",
        scripts.map((source, index) =>
          map(
            "script",
            flag("chrooted", true),
            text("filename", `guest-${index + 1}.sh`),
            text("interpreter", "shell"),
            text("source", source),
          ),
        ),
      ),
    ),
  ];
}

function networking({ hostname, domain = "", network }: AutoyastOptions): XmlElement {
  const own = [text("hostname", hostname), ...(domain === "" ? [] : [text("domain", domain)])];
  if (network === undefined)
    return map(
      "networking",
      map("dns", flag("dhcp_hostname", false), ...own),
      list("interfaces", [
        map("interface", text("bootproto", "dhcp"), text("device", "eth0"), text("startmode", "auto")),
      ]),
    );
  return map(
    "networking",
    map(
      "dns",
      flag("dhcp_hostname", false),
      ...own,
      ...(network.dns.length === 0 ? [] : [texts("nameservers", "nameserver", network.dns)]),
    ),
    list("interfaces", [
      map(
        "interface",
        text("bootproto", "static"),
        text("device", "eth0"),
        text("ipaddr", network.address),
        text("prefixlen", String(prefixLength(network.netmask))),
        text("startmode", "auto"),
      ),
    ]),
    map("routing", list("routes", [map("route", text("destination", "default"), text("gateway", network.gateway))])),
  );
}

function partitioning({ disk = DISK, swapMiB }: AutoyastOptions): XmlElement {
  const partition = (mount: string, filesystem: string, size: string): XmlElement =>
    map(
      "partition",
      flag("create", true),
      flag("format", true),
      symbol("filesystem", filesystem),
      text("mount", mount),
      text("size", size),
    );
  return list("partitioning", [
    map(
      "drive",
      text("device", disk),
      text("disklabel", "msdos"),
      flag("initialize", true),
      text("use", "all"),
      list("partitions", [
        partition("/boot", "ext2", `${BOOT_MIB}MiB`),
        ...(swapMiB === undefined ? [] : [partition("swap", "swap", `${swapMiB}MiB`)]),
        partition("/", "ext4", "max"),
      ]),
    ),
  ]);
}

function users({ rootPasswordHash, authorizedKeys = [], user }: AutoyastOptions): XmlElement {
  const login = (name: string, hash: string | undefined, keys: readonly string[]): XmlElement =>
    map(
      "user",
      text("username", name),
      // "*" is no password's hash, and unlike "!" it does not lock the account to keys.
      text("user_password", hash ?? "*"),
      flag("encrypted", true),
      texts(
        "authorized_keys",
        "listentry",
        keys.map((key) => key.trim()),
      ),
    );
  return list("users", [
    login("root", rootPasswordHash, authorizedKeys),
    ...(user === undefined ? [] : [login(user.name, user.passwordHash, user.authorizedKeys ?? [])]),
  ]);
}

const MENU_THAT_PYGRUB_READS = `set -e
sed -i -e '/^GRUB_DEFAULT=/d' -e '/^GRUB_DISABLE_SUBMENU=/d' /etc/default/grub
printf '%s\\n' GRUB_DEFAULT=0 GRUB_DISABLE_SUBMENU=true >>/etc/default/grub
grub2-mkconfig -o /boot/grub2/grub.cfg
`;

/** SUSE's sudo asks for root's own password, unless it is told otherwise. */
function adminScript({ user }: AutoyastOptions): string[] {
  if (user?.isAdmin !== true) return [];
  const lines = [`Defaults:${user.name} !targetpw`, `${user.name} ALL=(ALL) ALL`];
  return [`umask 337\nprintf '%s\\n' ${shellWords(lines)} >/etc/sudoers.d/${user.name}\n`];
}

function lateScript({ lateCommands = [] }: AutoyastOptions): string[] {
  if (lateCommands.length === 0) return [];
  return [`set -e\n${lateCommands.map((command) => `sh -c ${shellWord(command)}\n`).join("")}`];
}
