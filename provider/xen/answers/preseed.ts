/**
 * Answers for Debian's installer (preseed), made for a guest that boots through pygrub. Pure.
 *
 * pygrub decides the disk: a partition with /boot on plain ext4 without the features it cannot read, no LVM, no
 * encryption; GRUB's configuration is generated in the guest, and its console is hvc0. Which of Debian's questions
 * these are: https://www.debian.org/releases/stable/example-preseed.txt. The kernel of the netboot images runs as a PV
 * guest, but fetches its disk driver (xen-blkfront) from the mirror: the mirror must be complete.
 */
import { type Answers, AnswersError, text } from "./answer-file";
import { type PreseedOptions, preseedChecks } from "./preseed.options";
import { refuseFaults } from "./rules";

/**
 * Answers for Debian's installer, which installs a guest without asking anything.
 *
 * @throws RangeError that names every value that the installer could not use.
 */
export function preseed(options: PreseedOptions): Answers {
  refuseFaults("preseed", preseedChecks, options);
  const { hostname, network } = options;
  const disk = options.disk ?? "/dev/xvda";
  return text({
    fileName: "preseed.cfg",
    content: `${[
      "#_preseed_V1",
      ...section("language", [
        d("debian-installer/locale", "string", options.locale ?? "en_US.UTF-8"),
        d("keyboard-configuration/xkb-keymap", "select", options.keymap ?? "us"),
      ]),
      ...section("network", networkLines(options)),
      ...section("mirror", mirrorLines(options.mirror, options.proxy ?? "")),
      ...section("time", [
        d("clock-setup/utc", "boolean", "true"),
        d("clock-setup/ntp", "boolean", "false"),
        d("time/zone", "string", options.timezone ?? "Etc/UTC"),
      ]),
      ...section("accounts", accountLines(options)),
      ...section("disk", diskLines(disk, options.layout ?? "separateBoot", options.swapMiB)),
      ...section("software", [
        d("base-installer/install-recommends", "boolean", "false"),
        d("base-installer/kernel/image", "string", options.kernelPackage ?? "linux-image-amd64"),
        d("apt-setup/cdrom/set-first", "boolean", "false"),
        "tasksel tasksel/first multiselect",
        d("pkgsel/run_tasksel", "boolean", "false"),
        d("pkgsel/include", "string", ["openssh-server", ...(options.packages ?? [])].join(" ")),
        d("pkgsel/upgrade", "select", "none"),
        "popularity-contest popularity-contest/participate boolean false",
      ]),
      ...section("boot loader: pygrub reads what GRUB generates", [
        d("grub-installer/only_debian", "boolean", "true"),
        d("grub-installer/bootdev", "string", disk),
        d("debian-installer/add-kernel-opts", "string", "console=hvc0"),
      ]),
      ...section("end", [
        ...lateLines(options),
        d("finish-install/reboot_in_progress", "note", ""),
        d("cdrom-detect/eject", "boolean", "false"),
      ]),
      ...(options.extraLines === undefined ? [] : section("extra", options.extraLines.map(oneLine))),
    ].join("\n")}\n`,
    kernelArgs: [
      "auto=true",
      "priority=critical",
      "url={answersUrl}",
      `hostname=${word(hostname)}`,
      `domain=${word(options.domain ?? "")}`,
      // The installer needs the network before it can read the answers.
      ...(network === undefined
        ? ["netcfg/choose_interface=auto"]
        : [
            "netcfg/disable_autoconfig=true",
            `netcfg/get_ipaddress=${word(network.address)}`,
            `netcfg/get_netmask=${word(network.netmask)}`,
            `netcfg/get_gateway=${word(network.gateway)}`,
            `netcfg/get_nameservers=${word(network.dns[0] ?? "")}`,
            "netcfg/confirm_static=true",
          ]),
      "DEBIAN_FRONTEND=text",
      "console=hvc0",
    ].join(" "),
  });
}

function networkLines({ hostname, domain = "", network }: PreseedOptions): string[] {
  return [
    d("netcfg/choose_interface", "select", "auto"),
    d("netcfg/get_hostname", "string", word(hostname)),
    d("netcfg/get_domain", "string", word(domain)),
    ...(network === undefined
      ? []
      : [
          d("netcfg/disable_autoconfig", "boolean", "true"),
          d("netcfg/get_ipaddress", "string", word(network.address)),
          d("netcfg/get_netmask", "string", word(network.netmask)),
          d("netcfg/get_gateway", "string", word(network.gateway)),
          d("netcfg/get_nameservers", "string", network.dns.map(word).join(" ")),
          d("netcfg/confirm_static", "boolean", "true"),
        ]),
  ];
}

function mirrorLines(mirror: string, proxy: string): string[] {
  const [, host = "", directory = "/"] = /^http:\/\/([^/\s]+)(\/\S*)?$/.exec(mirror) ?? [];
  return [
    d("mirror/country", "string", "manual"),
    d("mirror/protocol", "string", "http"),
    d("mirror/http/hostname", "string", host),
    d("mirror/http/directory", "string", directory),
    d("mirror/http/proxy", "string", proxy),
  ];
}

function accountLines({ rootPassword, rootPasswordHash }: PreseedOptions): string[] {
  const lines = [d("passwd/make-user", "boolean", "false")];
  if (rootPasswordHash !== undefined)
    return [...lines, d("passwd/root-password-crypted", "password", rootPasswordHash)];
  // "!" is no password's hash: root has none, and the installer does not ask.
  if (rootPassword === undefined) return [...lines, d("passwd/root-password-crypted", "password", "!")];
  return [
    ...lines,
    d("passwd/root-password", "password", rootPassword),
    d("passwd/root-password-again", "password", rootPassword),
  ];
}

/** partman-auto's recipe: minimum, priority, maximum in MB, -1 for the rest. */
function diskLines(disk: string, layout: "separateBoot" | "single", swapMiB: number | undefined): string[] {
  const partition = (sizes: string, filesystem: string, mountpoint: string, more: string): string =>
    `${sizes} ${filesystem} $primary{ } ${more}method{ format } format{ } use_filesystem{ } filesystem{ ${filesystem} } mountpoint{ ${mountpoint} } .`;
  const recipe = [
    "guest ::",
    ...(layout === "separateBoot" ? [partition("512 512 512", "ext4", "/boot", "$bootable{ } ")] : []),
    partition("900 1000 -1", "ext4", "/", layout === "single" ? "$bootable{ } " : ""),
    ...(swapMiB === undefined
      ? []
      : [`${swapMiB} ${swapMiB} ${swapMiB} linux-swap $primary{ } method{ swap } format{ } .`]),
  ].join(" ");
  return [
    d("partman-auto/disk", "string", disk),
    d("partman-auto/method", "string", "regular"),
    d("partman-auto/expert_recipe", "string", recipe),
    d("partman-partitioning/confirm_write_new_label", "boolean", "true"),
    d("partman/choose_partition", "select", "finish"),
    d("partman-basicfilesystems/no_swap", "boolean", "false"),
    d("partman/confirm", "boolean", "true"),
    d("partman/confirm_nooverwrite", "boolean", "true"),
  ];
}

function lateLines({ authorizedKeys = [], lateCommands = [] }: PreseedOptions): string[] {
  // Not echo: some shells' takes backslashes and a leading dash for its own.
  const keys = authorizedKeys.map((key) => `printf '%s\\n' ${quoted(key.trim())} >>/target/root/.ssh/authorized_keys`);
  const commands = [
    ...(keys.length === 0
      ? []
      : ["mkdir -m 700 -p /target/root/.ssh", ...keys, "chmod 600 /target/root/.ssh/authorized_keys"]),
    ...lateCommands.map((command) => `in-target sh -c ${quoted(command)}`),
  ];
  return commands.length === 0 ? [] : [d("preseed/late_command", "string", commands.join("; "))];
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", `# ${title}`, ...lines];
}

function d(question: string, type: string, value: string): string {
  return `d-i ${question} ${type} ${oneLine(value)}`.trimEnd();
}

function isOneLine(value: string): boolean {
  return !/[\r\n\0]/.test(value) && !value.endsWith("\\");
}

/** A preseed value ends with its line, and a backslash at the end would join the next one. */
function oneLine(value: string): string {
  if (!isOneLine(value)) {
    throw new AnswersError(
      `${JSON.stringify(value)} cannot stand in a preseed file: it must be one line that does not end with a backslash.`,
    );
  }
  return value;
}

function word(value: string): string {
  if (/[\s"'\\]/.test(value)) throw new AnswersError(`${JSON.stringify(value)} must be one word without quotes.`);
  return value;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
