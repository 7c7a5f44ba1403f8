/**
 * The original recipe from end to end: its example's program on a host that answers like CentOS 6, over the practice engine. Each chapter is a
 * claim; what it claims of the host is looked at with raw tools.
 */
import { existsSync } from "node:fs";
import { type StackEngine, type StackResult } from "../../lab/engine";
import { eventually } from "../support/eventually";
import { deeds, mustSucceed } from "../support/lab-stack";
import { KERNEL_ARGUMENTS, type El6Host } from "../support/el6-host/el6-host";
import { IFCFG_BR0, IFCFG_ETH0, IFCFG_ETH0_AFTER } from "../support/recipe-files";
import { KERNEL } from "../support/el6-host/packages";

export interface RecipeGround {
  readonly host: El6Host;
  readonly engine: StackEngine;
  readonly cwd: string;
  readonly config: Readonly<Record<string, string>>;
}

const SCRIPTS = "/etc/sysconfig/network-scripts";
const VERSION = `${KERNEL}.x86_64`;

/** What the operator wrote by hand. */
const REPOSITORY = `[xen4]
name=xen4
baseurl=file:///srv/xen4
enabled=1
gpgcheck=0
cost=500`;

const GUEST_LINES = [
  'name="centos6"',
  "vcpus=1",
  "memory=512",
  "disk=['file:/xen/vm/centos6.img,xvda,w']",
  'on_crash="destroy"',
  'on_reboot="destroy"',
];

/** `started`: absent where the host cannot be had. */
export function originalRecipe(started: () => RecipeGround | undefined): void {
  const ground = (): RecipeGround => {
    const found = started();
    if (found === undefined) throw new Error("there is no host");
    return found;
  };
  let isBroken = false;
  const it_ = (name: string, body: () => Promise<void>): void => {
    it(name, async () => {
      if (started() === undefined) return;
      if (isBroken) throw new Error("a chapter before this one failed");
      isBroken = true;
      await body();
      isBroken = false;
    });
  };
  const options = (extra: Record<string, string> = {}) => {
    const { cwd, config } = ground();
    return { cwd, stack: "recipe", config: { ...config, ...extra } };
  };
  const run = (action: "preview" | "up" | "destroy", extra: Record<string, string> = {}): Promise<StackResult> =>
    mustSucceed(ground().engine, ground().engine[action](options(extra)));
  const raw = (command: string): Promise<string> => ground().host.raw(command);
  const everything = ["Bridge lan", "DiskImage disk", "DomU centos6", "InstallMedia media", "XenHost dom0"];
  /** All files there, with their content; what rpm has put there is its own. */
  const files = (): Promise<string> =>
    raw(
      "find /etc /boot /xen /var/lib/pulumi-xen -type f ! -name resolv.conf ! -path '/etc/rpm*' -exec md5sum {} + 2>/dev/null | sort -k2; find /etc /boot /xen -type l -printf '%p -> %l\\n' | sort",
    );
  let before = "";

  it_("shows everything in a preview and touches nothing", async () => {
    before = await files();
    const preview = await run("preview");
    expect(deeds(preview)).toEqual(everything.map((line) => `create ${line}`));
    expect(await files()).toBe(before);
  });

  it_("comes as far as the installer, and a provider that is killed there leaves it running", async () => {
    const { host, engine } = ground();
    await raw("echo 3600 >/var/lib/pretend-xen/installer.seconds");
    const kill = new AbortController();
    const running = engine.up({ ...options(), kill: kill.signal });
    let hasEnded = false;
    void running.finally(() => {
      hasEnded = true;
    });
    await eventually(
      async () => {
        if ((await raw("xm list 2>&1 || :")).includes("centos6")) return;
        if (!hasEnded) throw new Error("the installer does not run yet");
      },
      { seconds: 1_000 },
    );
    const wasKilled = !hasEnded;
    kill.abort();
    const { log } = await running;
    expect(wasKilled ? "killed" : log).toBe("killed");
    // Linux, Xen on trial; nothing fell back.
    expect(host.boots.map(({ hypervisor }) => hypervisor?.split(" ")[0])).toEqual([undefined, "/xen.gz"]);
    expect(await raw("xm list -l centos6")).toContain("(kernel /var/lib/pulumi-xen/media/media/vmlinuz)");
  });

  it_("serves the answers to the installer by the host's own Python, at the bridge's address", async () => {
    const url = /ks=(\S+)/.exec(await raw("cat /var/lib/pulumi-xen/domu/*/*.cfg"))?.[1] ?? "";
    expect(url).toMatch(/^http:\/\/192\.168\.1\.201:8980\//);
    const answers = await ground().host.fromOutside(`curl -s -m 10 ${url}`);
    expect(answers).toContain("# By pulumi-xen.\ntext\nskipx\n");
    expect(answers).toContain("--ip=192.168.1.221");
  });

  it_("installs the guest, which then boots through pygrub, when the same is run again", async () => {
    await raw("echo 1 >/var/lib/pretend-xen/installer.seconds");
    const up = await run("up");
    expect(up.log).toContain("centos6");
    expect(await raw("xm list")).toMatch(/^Domain-0 +0 +512 +2 +r----- .*\ncentos6 +\d+ +512 +1 /m);
    expect(await raw("xm list -l centos6")).toContain("(bootloader /usr/bin/pygrub)");
    expect(await raw("ls /run/pulumi-xen/http 2>/dev/null || :")).toBe("");
  });

  it_("has written the repository's file and taken the pinned packages from it", async () => {
    expect(await raw("cat /etc/yum.repos.d/pulumi-xen-xen4.repo")).toBe(REPOSITORY);
    expect(await raw("rpm -q kernel kernel-firmware xen")).toBe(
      [`kernel-${KERNEL}.noarch`, `kernel-firmware-${KERNEL}.noarch`, "xen-4.2.5-38.el6.noarch"].join("\n"),
    );
  });

  it_("has the recipe's boot entry, booted once on trial and then by default", async () => {
    const menu = await raw("cat /boot/grub/grub.conf");
    expect(menu).toContain(`title Xen (${VERSION})
	root (hd0,0)
	kernel /xen.gz dom0_mem=512M,max:512M dom0_max_vcpus=2 dom0_vcpus_pin cpufreq=xen
	module /vmlinuz-${VERSION} ${KERNEL_ARGUMENTS}
	module /initramfs-${VERSION}.img
`);
    expect(menu).toMatch(/^default=2\n/m);
    expect(await raw("xm info | sed -n 's/^xen_commandline *: //p'")).toContain("dom0_mem=512M");
    expect(await raw("cat /proc/sys/kernel/osrelease")).toBe(VERSION);
  });

  it_("has the recipe's network files, byte for byte, and the bridge that they make", async () => {
    expect(`${await raw(`cat ${SCRIPTS}/ifcfg-br0`)}\n`).toBe(IFCFG_BR0);
    expect(`${await raw(`cat ${SCRIPTS}/ifcfg-eth0`)}\n`).toBe(IFCFG_ETH0_AFTER);
    expect(await raw("brctl show")).toMatch(
      /^bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000\.000c29473eea\tno\t\teth0/,
    );
    expect(await raw("ip -4 -o addr show dev br0")).toContain("192.168.1.201/24");
    expect(await raw("ip route show default")).toContain("via 192.168.1.253 dev br0");
  });

  it_("has the recipe's disk, and its guest's file line by line", async () => {
    expect(await raw("stat -c %s /xen/vm/centos6.img")).toBe(String(10 * 2 ** 30));
    const file = (await raw("cat /etc/xen/centos6.cfg")).split("\n");
    expect(file.filter((line) => GUEST_LINES.includes(line))).toEqual(GUEST_LINES);
    expect(file.at(-1)).toBe('bootloader="/usr/bin/pygrub"');
    expect(await raw("readlink -f /etc/xen/auto/centos6*")).toBe("/etc/xen/centos6.cfg");
  });

  it_("changes nothing when it is run again", async () => {
    const made = await files();
    const { changed } = await run("up");
    expect(changed).toBe(0);
    expect(await files()).toBe(made);
  });

  it_("changes the guest's memory while it runs, as the preview said", async () => {
    const id = await raw("xm domid centos6 2>/dev/null || xm list centos6 | awk 'NR == 2 { print $2 }'");
    const less = { memoryMiB: "384" };
    expect((await run("preview", less)).log).toContain("memoryMiB 512 -> 384: live");
    expect(deeds(await run("up", less))).toEqual(["update DomU centos6"]);
    expect(await raw("xm list centos6 | awk 'NR == 2 { print $2, $3 }'")).toBe(`${id} 384`);
  });

  it_("gives everything back but the packages, and boots plain Linux again", async () => {
    await run("destroy", { memoryMiB: "384" });
    const { host } = ground();
    const own = new Set((await raw("rpm -qal | sort -u")).split("\n"));
    const lines = (text: string): string[] => text.split("\n").filter((line) => !own.has(line.replace(/^\S+  /, "")));
    // The kernel's package has made its entry, as grubby does, and chkconfig the links of Xen's services; useradd and userdel keep copies.
    const others = (line: string): boolean =>
      !/grub\.conf$|\/rc3\.d\/S\d\dxen|\/(passwd|shadow|group|gshadow)-$/.test(line);
    expect(lines(await files()).filter(others)).toEqual(lines(before).filter(others));
    const entry = `title CentOS (${VERSION})\n\troot (hd0,0)\n\tkernel /vmlinuz-${VERSION} ${KERNEL_ARGUMENTS}\n\tinitrd /initramfs-${VERSION}.img\n`;
    expect(`${await raw("cat /boot/grub/grub.conf")}\n`).toBe(host.menu.replace("title", `${entry}title`));
    expect(`${await raw(`cat ${SCRIPTS}/ifcfg-eth0`)}\n`).toBe(IFCFG_ETH0);
    expect(await raw("ip -4 -o addr show dev eth0")).toContain("192.168.1.201/24");
    expect(await raw("xm list | awk 'NR > 2'")).toBe("");
    expect(existsSync(host.boot("grub/grub.conf"))).toBe(true);
    // The command may end with the host that it ends.
    await raw("reboot").catch(() => undefined);
    await eventually(
      () => expect(host.boots.at(-1)).toMatchObject({ hypervisor: undefined, title: `CentOS (${VERSION})` }),
      {
        seconds: 60,
      },
    );
  });
}
