/**
 * A deleted image that stays in the trash for some days: deleted, brought back, removed when its days are over. Through the functions that
 * Pulumi calls and the script that people call, on a folder of this machine in a real shell. Volumes are in test/contract/host/storage.lvm.trash.test.ts.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(240_000);

const DATA = "what a guest has written";
const DAY = 86_400;
const prod = new ResourceStack(diskImageKind);
const test2 = new ResourceStack(diskImageKind, "shop/test");

describe.each(["dash", "busybox sh"])("a deleted image in the trash, under %s", (program) => {
  let shell: LocalShell;
  let path: string;
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
    host = new ShellHost(shell);
    path = shell.at("xen", "vm", "g.img");
  });
  afterEach(() => shell.remove());

  const declared = (more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    sizeGiB: 1 / 1024,
    deleteAfterDays: 7,
    ...more,
  });
  const root = (...parts: string[]): string => shell.at("var", "pulumi-xen", ...parts);
  const claim = (): string => readFileSync(join(root("disk-image", folderNameOf(path)), "claim"), "utf8");
  const content = (of = path): string => readFileSync(of).subarray(0, DATA.length).toString();
  const ids = (): string[] => readdirSync(root("trash")).filter((name) => name !== "trash");
  const kept = (id = ids()[0] ?? ""): string => shell.at("xen", "vm", ".pulumi-xen-trash", id, "g.img");
  /** What an operator types. */
  const trash = (...words: string[]): { code: number | null; text: string } => {
    const [command = "", ...args] = program.split(" ");
    const { status, stdout, stderr } = spawnSync(command, [...args, root("trash", "trash"), ...words], {
      encoding: "utf8",
      env: { ...process.env, ...(shell.path === undefined ? {} : { PULUMI_XEN_PATH: shell.path }) },
    });
    return { code: status, text: `${stdout}${stderr}` };
  };
  /** From now on the host's clock is so many days ahead. */
  const later = (days: number): void => {
    mkdirSync(shell.at("bin"), { recursive: true });
    writeFileSync(
      shell.at("bin", "date"),
      `#!/bin/sh\ncase "$*" in *@*) exec /bin/date "$@" ;; *) exec /bin/date -d "@$(($(/bin/date +%s) + ${String(days * DAY)}))" "$@" ;; esac\n`,
      { mode: 0o755 },
    );
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
  };
  const used = async (more: object = {}): Promise<Saved> => {
    const saved = await prod.create("disk", declared(more));
    writeFileSync(path, DATA, { flag: "r+" });
    return saved;
  };
  const deleted = async (more: object = {}): Promise<Saved> => {
    const saved = await used(more);
    await prod.delete(saved);
    return saved;
  };

  it("lies beside its path as it was, and its deletion says where, how long, how much, and how to undo it", async () => {
    const saved = await used();
    const inode = statSync(path).ino;
    await prod.delete(saved);
    expect([existsSync(path), content(kept()), statSync(kept()).ino]).toEqual([false, DATA, inode]);
    expect(statSync(shell.at("xen", "vm", ".pulumi-xen-trash")).mode & 0o777).toBe(0o700);
    const [id = ""] = ids();
    const told = host.told.join("\n");
    expect(told).toContain(`${path} is in the trash until 20`);
    expect(told).toContain(`to undo this, run on the host: sh ${root("trash", "trash")} restore ${id}`);
    expect(trash("list").text).toMatch(
      new RegExp(
        `^${id}  ${path}  \\d+ MiB  deleted 20\\S+Z  kept until 20\\S+Z  was shop/prod::DiskImage::disk\n1 in the trash, \\d+ MiB\n$`,
      ),
    );
    // It has no claim any more: nothing of it is managed.
    expect(existsSync(root("disk-image", folderNameOf(path)))).toBe(false);
    expect(await prod.refresh(saved)).toBeUndefined();
  });

  it("comes back by one command, belongs to its resource again, and leaves nothing of the trash", async () => {
    const saved = await deleted();
    const before = statSync(kept());
    const { code, text } = trash("restore", ids()[0] ?? "");
    expect([code, text]).toEqual([0, expect.stringContaining(`${path} is back`)]);
    expect([content(), statSync(path).ino, statSync(path).mode]).toEqual([DATA, before.ino, before.mode]);
    expect(existsSync(root("trash"))).toBe(false);
    expect(existsSync(shell.at("xen", "vm", ".pulumi-xen-trash"))).toBe(false);
    // Nobody else takes it over; its own resource does without adopt, under a new id.
    await expect(test2.create("disk", declared())).rejects.toThrow("claimed by shop/prod::DiskImage::disk");
    const again = await prod.create("disk", declared());
    expect([content(), again.outs["claimId"] === saved.outs["claimId"]]).toEqual([DATA, false]);
    // Deleted for good this time, nothing stays.
    const plain = await prod.update(again, "disk", declared({ deleteAfterDays: undefined }));
    expect(plain.inputs["effect"]).toBe("none");
    await prod.delete(plain);
    expect([existsSync(root()), existsSync(shell.at("xen"))]).toEqual([false, false]);
  });

  it("comes back by its path too, where only one image of that path is there", async () => {
    await deleted();
    expect(trash("restore", path).code).toBe(0);
    const again = await prod.create("disk", declared());
    await prod.delete(again);
    await deleted();
    const { code, text } = trash("restore", path);
    expect([code, text]).toEqual([1, expect.stringContaining("Several images of that path are in the trash")]);
    expect(ids().length).toBe(2);
    expect(trash("restore", "00000000").text).toContain("There is no 00000000 in the trash");
    expect(trash("restore", "../../etc").code).toBe(2);
    expect(ids().length).toBe(2);
  });

  it("stays where it is while something else has its path, or its path is claimed", async () => {
    await deleted();
    const [first = ""] = ids();
    writeFileSync(path, "somebody else's");
    let ran = trash("restore", first);
    expect([ran.code, ran.text]).toEqual([1, expect.stringContaining(`Something else is at ${path} now`)]);
    expect([readFileSync(path, "utf8"), content(kept(first))]).toEqual(["somebody else's", DATA]);
    rmSync(path);
    // A later image of the same path is neither made over nor mistaken for the one in the trash.
    const second = await prod.create("disk", declared());
    expect(content()).toBe("\0".repeat(DATA.length));
    ran = trash("restore", first);
    expect([ran.code, ran.text]).toEqual([
      1,
      expect.stringContaining("is claimed by another now (shop/prod::DiskImage::disk)"),
    ]);
    writeFileSync(path, "the second", { flag: "r+" });
    await prod.delete(second);
    expect(
      ids()
        .map((id) => content(kept(id)).replaceAll("\0", ""))
        .sort(),
    ).toEqual(["the second", DATA].sort());
    expect(trash("restore", first).code).toBe(0);
    expect(content()).toBe(DATA);
  });

  it("is not made the image of a path that leads to another's", async () => {
    await deleted();
    renameSync(shell.at("xen", "vm"), shell.at("xen", "moved"));
    symlinkSync(shell.at("xen", "moved"), shell.at("xen", "vm"));
    await prod.create("other", { ...declared(), path: shell.at("xen", "moved", "g.img") });
    const ran = trash("restore", path);
    expect([ran.code, ran.text]).toEqual([1, expect.stringContaining("Something else is at")]);
    expect(content(kept())).toBe(DATA);
  });

  it("is removed at once by an id, and never by a path", async () => {
    await deleted();
    expect(trash("remove", path)).toMatchObject({
      code: 1,
      text: expect.stringContaining("Say which by its id") as string,
    });
    expect(content(kept())).toBe(DATA);
    expect(trash("remove", ids()[0] ?? "").code).toBe(0);
    expect([existsSync(root()), existsSync(shell.at("xen"))]).toEqual([false, false]);
  });

  it("is told where nothing on the host runs daily", async () => {
    await deleted();
    expect(host.told.join("\n")).toContain("nothing on this host is known to run /bin/sh");
  });

  it("is not moved there while the stored configuration of a guest names it", async () => {
    const saved = await used();
    mkdirSync(shell.at("etc-xen"));
    writeFileSync(shell.at("etc-xen", "g.cfg"), `name = "g"\ndisk = [ "format=raw,vdev=xvda,target=${path}" ]\n`);
    await expect(prod.delete(saved)).rejects.toThrow('is a disk in the configuration of guest "g"');
    expect([content(), existsSync(root("trash"))]).toEqual([DATA, false]);
  });

  // busybox runs its own programs, whatever stands in the path: what has to be stood in for is tried under the other one.
  if (program === "busybox sh") return;

  it("is removed for good when its days are over, by whoever runs the script, and the host is as before", async () => {
    await deleted();
    later(6.9);
    expect(trash("empty").code).toBe(0);
    expect(content(kept())).toBe(DATA);
    later(7.1);
    const ran = trash("empty");
    expect([ran.code, ran.text]).toEqual([0, expect.stringContaining("is removed for good")]);
    expect([existsSync(root()), existsSync(shell.at("xen"))]).toEqual([false, false]);
  });

  it("is emptied once a day by the host's cron, and by the next deletion", async () => {
    mkdirSync(shell.at("etc", "cron.daily"), { recursive: true });
    const task = shell.at("etc", "cron.daily", "pulumi-xen-trash");
    await deleted();
    expect(readFileSync(task, "utf8")).toContain(`'${root("trash", "trash")}' 'empty'`);
    later(8);
    const other = shell.at("xen", "vm", "other.img");
    const saved = await prod.create("other", { ...declared(), path: other });
    await prod.delete(saved);
    expect(readdirSync(shell.at("xen", "vm", ".pulumi-xen-trash")).length).toBe(1);
    later(16);
    expect(spawnSync(task, { env: { ...process.env, PULUMI_XEN_PATH: shell.path } }).status).toBe(0);
    expect([existsSync(task), existsSync(root()), existsSync(shell.at("xen"))]).toEqual([false, false, false]);
  });

  describe("while somebody uses it", () => {
    let process_: ChildProcess | undefined;
    afterEach(() => {
      process_?.kill("SIGKILL");
      process_ = undefined;
    });
    const opened = async (file: string): Promise<void> => {
      process_ = spawn("sh", ["-c", 'exec 3<"$1"; echo open; exec sleep 600', "sh", file], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      await new Promise((resolve) => process_?.stdout?.once("data", resolve));
    };

    it("is not moved there", async () => {
      const saved = await used();
      await opened(path);
      await expect(prod.delete(saved)).rejects.toThrow("is in use by process");
      expect([content(), existsSync(root("trash"))]).toEqual([DATA, false]);
    });

    it("goes back to its path where that began a moment ago", async () => {
      const saved = await used();
      // Started between the last look and the move.
      mkdirSync(shell.at("bin"));
      writeFileSync(
        shell.at("bin", "mv"),
        `#!/bin/sh\n/bin/mv "$@" || exit\nfor last; do :; done\ncase $last in *.pulumi-xen-trash/*) (exec 3<"$last"; exec sleep 600) >/dev/null 2>&1 & echo $! >${shell.at("pid")} ;; esac\n`,
        { mode: 0o755 },
      );
      shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
      await expect(prod.delete(saved)).rejects.toThrow("is in use (process");
      process.kill(Number(readFileSync(shell.at("pid"), "utf8")), "SIGKILL");
      expect([content(), existsSync(shell.at("xen", "vm", ".pulumi-xen-trash"))]).toEqual([DATA, false]);
    });

    it("stays in the trash when its days are over, with the reason", async () => {
      await deleted();
      await opened(kept());
      later(8);
      const ran = trash("empty");
      expect([ran.code, ran.text]).toEqual([1, expect.stringMatching(/stays: it is used \(process \d+ sleep/)]);
      expect(content(kept())).toBe(DATA);
    });
  });

  it("is refused where the host's clock is plainly wrong: the days could not be counted", async () => {
    const saved = await used();
    later(-365);
    await expect(prod.delete(saved)).rejects.toThrow(/The clock of this host says 20.* Set the clock, and run again/);
    expect(content()).toBe(DATA);
  });

  it("is out of sight and not gone where its file system is not mounted", async () => {
    await deleted();
    const record = root("trash", ids()[0] ?? "", "record");
    writeFileSync(record, readFileSync(record, "utf8").replace(/^mount=.*$/m, "mount=/not/mounted/now"));
    renameSync(shell.at("xen"), shell.at("away"));
    later(8);
    expect(trash("list").text).toContain("(out of sight");
    expect(trash("empty")).toMatchObject({ code: 1, text: expect.stringContaining("cannot be seen") as string });
    renameSync(shell.at("away"), shell.at("xen"));
    expect(trash("restore", path).code).toBe(0);
    expect(content()).toBe(DATA);
  });

  it.each(["record written", "image moved", "claim released"])(
    "is whole where the deletion was killed after: %s; run again, it is there once",
    async (at) => {
      const saved = await used();
      const stop = { "record written": "mv", "image moved": "rm", "claim released": "none" }[at];
      if (stop !== "none") {
        mkdirSync(shell.at("bin"));
        const when =
          stop === "mv"
            ? "case $2 in *.pulumi-xen-trash/*) kill -9 $PPID; exit 1 ;; esac"
            : 'case "$*" in *g.img.pulumi-xen-new*) kill -9 $PPID; exit 1 ;; esac';
        writeFileSync(
          shell.at("bin", stop ?? ""),
          `#!/bin/sh\n[ -e ${shell.at("killed")} ] || { ${when}; }\nexec /bin/${stop ?? ""} "$@"\n`,
          { mode: 0o755 },
        );
        shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
        await expect(prod.delete(saved)).rejects.toThrow();
        expect(existsSync(at === "record written" ? path : kept())).toBe(true);
        writeFileSync(shell.at("killed"), "");
      }
      await prod.delete(saved);
      await prod.delete(saved);
      expect([existsSync(path), ids().length, content(kept())]).toEqual([false, 1, DATA]);
      expect(trash("restore", path).code).toBe(0);
      expect([content(), claim()]).toEqual([DATA, expect.stringContaining("owner=shop/prod::DiskImage::disk")]);
    },
  );

  it("comes back whole where its return was killed half-way and is begun again", async () => {
    await deleted();
    mkdirSync(shell.at("bin"));
    writeFileSync(shell.at("bin", "cp"), "#!/bin/sh\nkill -9 $PPID\n", { mode: 0o755 });
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
    expect(trash("restore", path).code).not.toBe(0);
    rmSync(shell.at("bin", "cp"));
    expect(content()).toBe(DATA);
    // Nobody takes it over by mistake meanwhile.
    await expect(prod.create("disk", declared())).rejects.toThrow("left alone");
    expect(trash("restore", path)).toMatchObject({
      code: 0,
      text: expect.stringContaining("is there already") as string,
    });
    await prod.create("disk", declared());
    expect(content()).toBe(DATA);
  });
});

it.each([
  [{ keepOnDelete: true }, "contradicts keepOnDelete: true"],
  [{ path: "/dev/sda1", format: "block", sizeGiB: undefined }, "cannot be given for a block device"],
  [{ deleteAfterDays: 0 }, "deleteAfterDays"],
  [{ deleteAfterDays: 1.5 }, "deleteAfterDays"],
])("days in the trash are refused in check where they mean nothing: %j", async (more, reason) => {
  const connection = { host: "198.51.100.7" };
  const given = { connection, path: "/xen/g.img", sizeGiB: 1, deleteAfterDays: 7, ...more };
  await expect(prod.check({}, "disk", given)).rejects.toThrow(reason);
});
