/** The files of a pretended host: what a Debian with Xen has where our scripts look, and no more. */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PYGRUB_USER } from "../../../provider/xen";

/** What the host's programs need of /etc to be found and to know users. */
const OF_ETC = ["alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"];
/** Users that the host has, each with a group of its number; the pygrub user as XenHost makes it. */
const USERS: readonly (readonly [string, number])[] = [
  ["root", 0],
  ["sshd", 110],
  [PYGRUB_USER, 998],
  ["nobody", 65534],
];
/** Emptied between two histories: all that a host keeps. */
const KEPT_IN = ["etc/xen", "var/lib", "var/log", "xen", "srv", "tmp", "run", "sys/block", "root"];
/** Asked of tool-server.ts. */
const ASKED = ["xl", "xenstore-read", "xenstore-ls", "losetup", "blockdev", "curl"];
const BRIDGES = ["br0", "br1"];
const MACHINE_ID = "0123456789abcdef0123456789abcdef";

export function makeHostRoot(root: string): void {
  for (const folder of [
    ...KEPT_IN,
    "etc",
    ".pretend/local/sbin",
    ".pretend/libexec/xen/bin",
    "sys/hypervisor/version",
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const name of OF_ETC) {
    if (existsSync(`/etc/${name}`))
      cpSync(`/etc/${name}`, join(root, "etc", name), { recursive: true, verbatimSymlinks: true });
  }
  const lines = (line: (name: string, id: string) => string): string =>
    USERS.map(([name, id]) => `${line(name, String(id))}\n`).join("");
  // "*": no password, and not locked.
  writeFileSync(
    join(root, "etc/passwd"),
    lines((name, id) => `${name}:*:${id}:${id}::/root:/bin/sh`),
  );
  writeFileSync(
    join(root, "etc/group"),
    lines((name, id) => `${name}:x:${id}:`),
  );
  writeFileSync(join(root, "etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\n");
  writeFileSync(join(root, "etc/machine-id"), `${MACHINE_ID}\n`);
  writeFileSync(join(root, "sys/hypervisor/type"), "xen\n");
  writeFileSync(join(root, "sys/hypervisor/version/major"), "4\n");
  writeFileSync(join(root, "sys/hypervisor/version/minor"), "17\n");
  for (const bridge of BRIDGES) mkdirSync(join(root, `sys/class/net/${bridge}/bridge`), { recursive: true });
  const program = (source: string, target: string): void => {
    copyFileSync(join(__dirname, "tools", source), join(root, ".pretend", target));
    chmodSync(join(root, ".pretend", target), 0o755);
  };
  for (const name of ASKED) program("ask.pl", `local/sbin/${name}`);
  program("sleep.pl", "local/sbin/sleep");
  program("date.sh", "local/sbin/date");
  program("runuser.sh", "local/sbin/runuser");
  program("pygrub.sh", "libexec/xen/bin/pygrub");
  emptyHostRoot(root, "first-boot");
}

/** As it is before anybody did anything with it. */
export function emptyHostRoot(root: string, bootId: string): void {
  for (const folder of KEPT_IN) {
    for (const name of readdirSync(join(root, folder))) rmSync(join(root, folder, name), { recursive: true });
  }
  for (const folder of ["var/lib/xen/save", "var/log/xen", "run/sshd", "xen/vm"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const folder of ["etc", "var", "var/lib", "xen", "xen/vm", "srv", "run"]) chmodSync(join(root, folder), 0o755);
  chmodSync(join(root, "tmp"), 0o1777);
  writeBootId(root, bootId);
}

/** Written in place: the kernel's own file is covered by it. */
export function writeBootId(root: string, bootId: string): void {
  writeFileSync(join(root, ".pretend/boot_id"), `${bootId}\n`);
}
