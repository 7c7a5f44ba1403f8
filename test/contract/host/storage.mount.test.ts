/**
 * Images on file systems that root may not write to, that are not mounted, and on a share that went stale, through the functions that Pulumi calls.
 * No kernel here serves NFS: a read-only mount and an immutable folder answer access(2) as a share that squashes root does, and the word for a
 * stale share comes from a stand-in. Two hosts and a real share are the lab's.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { confirmAbsence } from "../../../provider/host/absence";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { lines, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";
import { type SmallDisk, smallDisk } from "../../support/small-disk";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));
jest.setTimeout(120_000);

describe.each([["dash"], ["busybox sh"]])("an image on a mounted file system under %s", (program) => {
  let shell: LocalShell;
  let disk: SmallDisk | undefined;
  let path: string;
  const prod = new ResourceStack(diskImageKind);
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
    host = new ShellHost(shell);
    disk = smallDisk(shell, "share", 40);
    path = shell.at("share", "vm", "g.img");
  });
  afterEach(() => {
    disk?.unmount();
    shell.remove();
  });
  const where = (name: string, body: (mounted: SmallDisk) => Promise<void>): void => {
    it(name, async () => {
      if (disk !== undefined) await body(disk);
    });
  };
  const declared = (mebibytes = 8, more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    sizeGiB: mebibytes / 1024,
    ...more,
  });
  const remount = (how: string): void => void execFileSync("mount", ["-o", `remount,${how}`, shell.at("share")]);

  where("is made, grown and removed where root may write, and refused with one sentence where it may not", async () => {
    const saved = await prod.create("disk", declared());
    remount("ro");
    const cannot =
      /Root of this host may not write to .*(an NFS share that squashes root: export it with no_root_squash)/;
    await expect(prod.update(saved, "disk", declared(9))).rejects.toThrow(cannot);
    await expect(prod.delete(saved)).rejects.toThrow(cannot);
    await expect(prod.create("other", { ...declared(), path: shell.at("share", "other.img") })).rejects.toThrow(cannot);
    expect(await prod.refresh(saved)).toMatchObject({ inputs: saved.inputs });
    expect(readdirSync(shell.at("var", "pulumi-xen", "disk-image")).filter((name) => name.startsWith("other"))).toEqual(
      [],
    );
    remount("rw");
    const grown = await prod.update(saved, "disk", declared(9));
    await prod.delete(grown);
    expect([existsSync(path), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([false, false]);
  });

  where("is refused below a folder that root may not write to, as on a share that squashes it", async () => {
    // The [ -w ] of busybox asks nobody where root asks.
    if (program !== "dash") return;
    mkdirSync(shell.at("share", "vm"));
    if (spawnSync("chattr", ["+i", shell.at("share", "vm")]).status !== 0)
      return note("not run: an immutable folder (no chattr)");
    try {
      await expect(prod.create("disk", declared())).rejects.toThrow(
        `may not write to ${shell.at("share", "vm")}, so ${path} cannot be made`,
      );
    } finally {
      execFileSync("chattr", ["-i", shell.at("share", "vm")]);
    }
  });

  where(
    "is out of sight while its file system is not mounted, and nothing is made below the mount point",
    async (mounted) => {
      const saved = await prod.create("disk", declared());
      mounted.unmount();
      try {
        const words = `which is not mounted now. Mount it`;
        await expect(prod.refresh(saved)).rejects.toThrow(words);
        await expect(prod.delete(saved)).rejects.toThrow(words);
        await expect(prod.update(saved, "disk", declared(9))).rejects.toThrow(words);
        // Of an image that is still to be made /etc/fstab says what is missing.
        const fstab = shell.at("fstab");
        writeFileSync(
          fstab,
          `# a share\nserver:/vm ${shell.at("share")} nfs defaults 0 0\n/dev/none /none ext4 defaults 0 0\n`,
        );
        const inside = new LocalShell([
          "unshare",
          "-m",
          "sh",
          "-c",
          `mount --bind ${fstab} /etc/fstab && exec ${program} "$@"`,
          "sh",
        ]);
        const before = host;
        host = new ShellHost(inside);
        await expect(prod.create("other", { ...declared(), path: shell.at("share", "b.img") })).rejects.toThrow(
          `b.img belongs on the file system that /etc/fstab mounts at ${shell.at("share")} (nfs), which is not mounted now`,
        );
        host = before;
        inside.remove();
        expect(readdirSync(shell.at("share"))).toEqual([]);
      } finally {
        mounted.mount();
      }
      expect(await prod.refresh(saved)).toMatchObject({ inputs: saved.inputs });
    },
  );

  it("is not gone on a share that went stale", async () => {
    const stale = sh`ls() { echo "ls: cannot access '/share/g.img': Stale file handle"; return 2; }`;
    const ran = await shell.run(lines([stale, confirmAbsence(sh`/share/g.img`)]));
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("its share is stale. Mount it again") as string,
    });
  });
});
