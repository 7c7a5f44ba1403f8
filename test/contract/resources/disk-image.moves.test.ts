/**
 * An image that moves to another path or becomes another format: with all it holds, only while nobody uses it, and whatever ends a run in the
 * middle. Real shells, file systems and qemu-img.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { claimsOn, filesIn } from "../../support/images-left";
import { KillingTools } from "../../support/killing-tools";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack, type Saved, keptBy } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

// Each runs hundreds of small programs; on a busy machine that takes its time.
jest.setTimeout(1_800_000);

const MIB = 1024 ** 2;
const hasQemu = spawnSync("qemu-img", ["--version"]).status === 0;
if (!hasQemu) note("not run: conversions of images (no qemu-img)");

const prod = new ResourceStack(diskImageKind);
let shell: LocalShell;
let far: string;
let path: string;

function open(program: string): void {
  shell = new LocalShell(program.split(" "));
  host = new ShellHost(shell);
  far = shell.at("far");
  mkdirSync(far);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256m", "pulumi-xen-test", far]);
  path = shell.at("xen", "vm", "g.img");
}
function close(): void {
  execFileSync("umount", [far]);
  shell.remove();
}

const declared = (more: object = {}): object => ({
  connection: { host: "198.51.100.7" },
  path,
  sizeGiB: 8 / 1024,
  allow: ["migrate"],
  ...more,
});

/** Something at the beginning, in the middle and at the very end. */
function fill(of = path): void {
  const fd = openSync(of, "r+");
  writeSync(fd, "what the guest wrote first", 0);
  writeSync(fd, "in the middle", 5 * MIB + 13);
  writeSync(fd, "the end", 8 * MIB - 7);
  closeSync(fd);
}
function holds(at: string, format = "raw"): boolean {
  const raw = shell.at("read-back");
  if (format === "raw") execFileSync("cp", ["--sparse=always", at, raw]);
  else execFileSync("qemu-img", ["convert", "-f", format, "-O", "raw", at, raw]);
  const bytes = readFileSync(raw);
  rmSync(raw);
  const at5 = bytes.subarray(5 * MIB + 13, 5 * MIB + 26).toString();
  const filled = bytes.filter((byte) => byte !== 0).length;
  return (
    bytes.subarray(0, 26).toString() === "what the guest wrote first" &&
    at5 === "in the middle" &&
    bytes.subarray(8 * MIB - 7, 8 * MIB).toString() === "the end" &&
    filled === 26 + 13 + 7
  );
}
const made = async (more: object = {}): Promise<Saved> => {
  const saved = await prod.create("disk", declared(more));
  fill();
  return saved;
};
const vm = (): string[] => filesIn(shell.at("xen", "vm"));

describe.each([["dash"], ["busybox sh"]])("a move under %s", (program) => {
  beforeEach(() => open(program));
  afterEach(close);

  test("within a file system renames the image; its claim, its records and its folders go along", async () => {
    const saved = await made();
    const { ino } = statSync(path);
    const to = shell.at("other", "guest.img");
    const moved = await prod.update(saved, "disk", declared({ path: to }));
    expect(moved.inputs).toMatchObject({ plan: `path ${path} -> ${to}: migrate`, effect: "migrate" });
    expect(moved.outs).toMatchObject({ claimId: saved.outs["claimId"], phase: "ready", sizeBytes: 8 * MIB });
    expect([statSync(to).ino, holds(to), existsSync(shell.at("xen"))]).toEqual([ino, true, false]);
    expect(claimsOn(shell)).toMatchObject([{ id: saved.outs["claimId"], of: to }]);
    const again = (await prod.refresh(moved)) ?? moved;
    expect((await prod.update(again, "disk", declared({ path: to }))).inputs).toMatchObject({ plan: "" });
    await prod.delete(moved);
    expect([existsSync(shell.at("other")), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([false, false]);
  });

  test("to another file system copies, compares and then removes; with its holes", async () => {
    const saved = await made();
    const to = join(far, "guest.img");
    const moved = await prod.update(saved, "disk", declared({ path: to, sizeGiB: 12 / 1024 }));
    expect(moved.inputs["plan"]).toContain("sizeGiB 0.0078125 -> 0.01171875: live");
    expect([holds(to), statSync(to).size, existsSync(path)]).toEqual([true, 12 * MIB, false]);
    if (program === "dash") expect(statSync(to).blocks * 512).toBeLessThan(2 * MIB);
    expect(filesIn(far)).toEqual(["guest.img"]);
    expect(host.told.join("\n")).toContain(`comparing ${to} with ${path}`);
    await prod.delete(moved);
    expect([filesIn(far), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
  });

  test("into another format converts, also at its own path, and back", async () => {
    if (!hasQemu) return;
    const saved = await made();
    const qcow2 = await prod.update(saved, "disk", declared({ format: "qcow2", sizeGiB: 12 / 1024 }));
    expect(qcow2.inputs).toMatchObject({ effect: "migrate" });
    expect([holds(path, "qcow2"), vm()]).toEqual([true, ["g.img"]]);
    const again = (await prod.refresh(qcow2)) ?? qcow2;
    expect(again.inputs).toMatchObject({ format: "qcow2", sizeGiB: 12 / 1024 });
    const back = await prod.update(again, "disk", declared({ path: join(far, "g.raw"), sizeGiB: 12 / 1024 }));
    expect([holds(join(far, "g.raw")), statSync(join(far, "g.raw")).size, vm()]).toEqual([true, 12 * MIB, []]);
    await prod.delete(back);
    expect([filesIn(far), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([[], false]);
  });
});

describe("a move", () => {
  beforeEach(() => open("dash"));
  afterEach(close);

  test("needs consent, and is no longer a loss", async () => {
    const saved = await made();
    await expect(
      prod.update(saved, "disk", declared({ path: join(far, "g.img"), allow: ["replace", "dataLoss"] })),
    ).rejects.toThrow('would move the image, with all it holds, which allow does not permit. Add "migrate" to allow');
  });

  test("goes only onto nothing", async () => {
    const saved = await made();
    const to = join(far, "g.img");
    writeFileSync(to, "somebody's");
    await expect(prod.update(saved, "disk", declared({ path: to }))).rejects.toThrow(
      `${to} exists already, and an image is moved only onto nothing`,
    );
    expect([readFileSync(to, "utf8"), holds(path), claimsOn(shell).length]).toEqual(["somebody's", true, 1]);
  });

  test("is refused while somebody has the image open, and touches nothing", async () => {
    const saved = await made();
    const fd = openSync(path, "r");
    await expect(prod.update(saved, "disk", declared({ path: join(far, "g.img") }))).rejects.toThrow(
      /is in use by process \d+ .*set powerState to "stopped" and run up/,
    );
    closeSync(fd);
    expect([holds(path), filesIn(far), claimsOn(shell)]).toMatchObject([true, [], [{ of: path }]]);
  });

  const configuration = (name: string, of: string, owner?: string): void => {
    mkdirSync(shell.at("etc-xen"), { recursive: true });
    writeFileSync(shell.at("etc-xen", `${name}.cfg`), `name="${name}"\ndisk=["${of},raw,xvda,w"]\n`);
    if (owner === undefined) return;
    const folder = shell.at("var", "pulumi-xen", "domu", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "claim"),
      `pulumi-xen claim 2\nid=0d6c0000-0000-4000-8000-000000000000\nowner=${owner}\nof=${name}\n`,
    );
  };

  test("is refused where a configuration that is not this stack's names the image", async () => {
    const saved = await made();
    configuration("other", path, "shop/test::DomU::other");
    await expect(prod.update(saved, "disk", declared({ path: join(far, "g.img") }))).rejects.toThrow(
      /is a disk in the configuration of guest "other" .*which no DomU of this stack manages/,
    );
    expect(holds(path)).toBe(true);
  });

  test("says which stopped guest of the stack has its update still to come", async () => {
    const saved = await made();
    configuration("mine", path, "shop/prod::DomU::mine");
    const to = join(far, "g.img");
    await prod.update(saved, "disk", declared({ path: to }));
    expect(host.told.join("\n")).toMatch(
      /note: the configuration of guest "mine" .* names .* until that guest's own update/,
    );
    expect(holds(to)).toBe(true);
  });

  test("does not convert under the name that a configuration says is raw", async () => {
    const saved = await made();
    configuration("mine", path, "shop/prod::DomU::mine");
    await expect(prod.update(saved, "disk", declared({ format: "qcow2" }))).rejects.toThrow(
      /would write over the converted image. Give the image another path as well, such as .*g\.qcow2/,
    );
  });

  test("takes an image that was moved by hand where that is consented to", async () => {
    const saved = await made();
    const to = shell.at("xen", "vm", "by-hand.img");
    renameSync(path, to);
    await expect(prod.update(saved, "disk", declared({ path: to }))).rejects.toThrow("moved by hand, set adopt: true");
    const moved = await prod.update(saved, "disk", declared({ path: to, adopt: true }));
    expect([moved.outs["claimId"], holds(to)]).toEqual([saved.outs["claimId"], true]);
  });

  test("is refused where somebody took the claim away: no empty image is made at the new path", async () => {
    const saved = await made();
    rmSync(shell.at("var", "pulumi-xen", "disk-image"), { recursive: true });
    await expect(prod.update(saved, "disk", declared({ path: join(far, "g.img") }))).rejects.toThrow(
      "is not on the host any more, so it cannot be told where the image is; nothing was touched",
    );
    expect([holds(path), filesIn(far)]).toEqual([true, []]);
  });

  test("takes the claim along where nothing was made yet", async () => {
    host.before = ({ title }) => {
      if (title.startsWith("make")) mkdirSync(`${path}.pulumi-xen-new`, { recursive: true });
    };
    let kept: Saved | undefined;
    const inputs = await prod.check({}, "disk", declared());
    await prod.create("disk", declared()).catch((error: unknown) => {
      kept = keptBy(error, inputs);
    });
    host.before = undefined;
    rmSync(`${path}.pulumi-xen-new`, { recursive: true, force: true });
    if (kept === undefined) throw new Error("the create did not fail");
    const to = join(far, "g.img");
    const moved = await prod.update(kept, "disk", declared({ path: to }));
    expect([moved.outs["phase"], statSync(to).size, claimsOn(shell).length, vm()]).toEqual(["ready", 8 * MIB, 1, []]);
  });

  test("keeps another stack from its aim, and a second claim from both ends", async () => {
    const saved = await made();
    const to = join(far, "g.img");
    const tools = new KillingTools(shell);
    tools.killAt(14);
    await prod.update(saved, "disk", declared({ path: to })).catch(() => undefined);
    tools.spare();
    const other = new ResourceStack(diskImageKind, "shop/other");
    await expect(other.create("disk", declared({ path: to }))).rejects.toThrow(
      /has a part in a move of .*which shop\/prod::DiskImage::disk has claimed/,
    );
    const moved = await prod.update(saved, "disk", declared({ path: to }));
    expect([holds(to), moved.outs["phase"]]).toEqual([true, "ready"]);
  });

  test("does not move an image that was written to after it was copied", async () => {
    const saved = await made();
    const to = join(far, "g.img");
    mkdirSync(shell.at("bin"));
    // A guest that starts and ends while the copy is compared.
    writeFileSync(
      shell.at("bin", "cmp"),
      `#!/bin/sh\n/usr/bin/cmp "$@"; rc=$?\nprintf later | dd of=${path} bs=1 seek=4096 conv=notrunc 2>/dev/null\nexit $rc\n`,
      { mode: 0o755 },
    );
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
    await expect(prod.update(saved, "disk", declared({ path: to }))).rejects.toThrow("was changed after it was copied");
    unlinkSync(shell.at("bin", "cmp"));
    expect([readFileSync(path).subarray(4096, 4101).toString(), filesIn(far)]).toEqual(["later", []]);
    const moved = await prod.update(saved, "disk", declared({ path: to }));
    expect(readFileSync(to).subarray(4096, 4101).toString()).toBe("later");
    expect(moved.outs["phase"]).toBe("ready");
  });

  test("removes a copy that is not the same, and leaves the image", async () => {
    const saved = await made();
    mkdirSync(shell.at("bin"));
    writeFileSync(shell.at("bin", "cmp"), "#!/bin/sh\necho differ: byte 7\nexit 1\n", { mode: 0o755 });
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
    await expect(prod.update(saved, "disk", declared({ path: join(far, "g.img") }))).rejects.toThrow(
      /is not the same as it \(differ: byte 7\), so it is removed/,
    );
    expect([holds(path), filesIn(far)]).toEqual([true, []]);
  });

  test("is taken back where the other file system has no room for it, and says so before it copies", async () => {
    const saved = await made();
    execFileSync("fallocate", ["-l", "195M", join(far, "others")]);
    await expect(prod.update(saved, "disk", declared({ path: join(far, "g.img") }))).rejects.toThrow(
      /MiB free, and a copy of .* takes up to 1 MiB, with 64 MiB to spare/,
    );
    expect([holds(path), filesIn(far)]).toEqual([true, ["others"]]);
    // The state that the engine keeps is true: nothing of a move is left.
    expect((await prod.refresh(saved))?.inputs).toMatchObject({ path });
    expect((await prod.refresh(saved))?.outs).toMatchObject({ phase: "ready" });
  });

  test("does not remove the last copy where the new one is out of sight when it goes on", async () => {
    const saved = await made();
    const to = join(far, "g.img");
    mkdirSync(shell.at("bin"));
    writeFileSync(
      shell.at("bin", "rm"),
      `#!/bin/sh\ncase "$*" in *.pulumi-xen-old) kill -9 $PPID; exit 1 ;; esac\nexec /bin/rm "$@"\n`,
      { mode: 0o755 },
    );
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
    const inputs = await prod.check(saved.inputs, "disk", declared({ path: to }));
    let kept = saved;
    await prod.update(saved, "disk", declared({ path: to })).catch((error: unknown) => {
      kept = keptBy(error, inputs);
    });
    const aside = `${path}.pulumi-xen-old`;
    expect([holds(to), holds(aside), existsSync(path)]).toEqual([true, true, false]);
    unlinkSync(shell.at("bin", "rm"));
    // Its file system is not mounted any more.
    renameSync(to, join(far, "unseen"));
    await expect(prod.update(kept, "disk", declared({ path: to }))).rejects.toThrow();
    await expect(prod.delete(kept)).rejects.toThrow();
    expect([holds(aside), existsSync(to)]).toEqual([true, false]);
    renameSync(join(far, "unseen"), to);
    await prod.update(kept, "disk", declared({ path: to }));
    expect([holds(to), vm(), filesIn(far)]).toEqual([true, [], ["g.img"]]);
  });

  test("leaves a hard link of the image alone", async () => {
    const saved = await made();
    const link = shell.at("xen", "vm", "link.img");
    linkSync(path, link);
    await expect(prod.update(saved, "disk", declared({ path: link }))).rejects.toThrow("exists already");
    expect([existsSync(path), existsSync(link)]).toEqual([true, true]);
  });
});

/** Of each kind of move: where it goes, and what it is there. */
const KINDS = [
  ["a rename", () => ({ path: shell.at("other", "g.img") }), "raw"],
  ["a copy", () => ({ path: join(far, "sub", "g.img"), sizeGiB: 12 / 1024 }), "raw"],
  ["a conversion at its own path", () => ({ format: "qcow2" }), "qcow2"],
  ["a conversion elsewhere", () => ({ path: join(far, "g.qcow2"), format: "qcow2", sizeGiB: 12 / 1024 }), "qcow2"],
] as const;

/** All that a host must have at any moment: the claim once, and the image whole somewhere. */
function judged(saved: Saved, to: string, format: string, when: string): void {
  expect([when, claimsOn(shell).map(({ id }) => id)]).toEqual([when, [saved.outs["claimId"]]]);
  const places = [path, `${path}.pulumi-xen-old`, to].filter((at) => existsSync(at));
  const isWhole = (at: string): boolean =>
    holds(at) || (format === "qcow2" && readFileSync(at).subarray(0, 3).toString() === "QFI" && holds(at, "qcow2"));
  expect([when, places.some(isWhole)]).toEqual([when, true]);
}

/** At which calls of programs a run is killed: the first, and each so many further. `MOVES=1,1` is all of them, and takes an hour. */
function killsAt(): [number, number] {
  const [first = 1, stride = 1] = (process.env["MOVES"] ?? "9,13").split(",").map(Number);
  return [first, stride];
}

describe.each(KINDS)("%s that is killed", (_kind, aim, format) => {
  beforeEach(() => open("dash"));
  afterEach(close);
  const isRun = format === "raw" || hasQemu;
  const [first, stride] = killsAt();

  test("anywhere goes on with the next up, or begins again", async () => {
    if (!isRun) return;
    const more = declared(aim());
    const to = (more as { path: string }).path;
    const tools = new KillingTools(shell);
    for (let call = first; ; call += stride) {
      const saved = await made();
      tools.killAt(call);
      const inputs = await prod.check(saved.inputs, "disk", more);
      let kept: Saved = saved;
      const isEnded = await prod.update(saved, "disk", more).then(
        () => true,
        (error: unknown) => {
          // What the engine keeps: of an update that failed before it began the former state.
          if ((error as { properties?: object }).properties !== undefined) kept = keptBy(error, inputs);
          return false;
        },
      );
      const calls = tools.spare();
      judged(saved, to, format, `killed at call ${String(call)}`);
      const isCutOff = !isEnded || calls >= call;
      // Now and then a refresh comes first: it shows the image where it is, and that something is left.
      if (isCutOff && call % 2 === 0) kept = (await prod.refresh(kept)) ?? kept;
      const moved = await prod.update(kept, "disk", more);
      const when = `after call ${String(call)}`;
      expect([when, holds(to, format), claimsOn(shell).map(({ of }) => of)]).toEqual([when, true, [to]]);
      const left = [...filesIn(shell.at("xen")), ...filesIn(shell.at("other")), ...filesIn(far)];
      expect([when, left]).toEqual([
        when,
        [to.split("/").slice(-1)[0] ?? ""].map((name) =>
          to.includes("/sub/") ? `sub/${name}` : to === path ? "vm/g.img" : name,
        ),
      ]);
      await prod.delete(moved);
      expect([when, existsSync(shell.at("var", "pulumi-xen")), filesIn(far), existsSync(path)]).toEqual([
        when,
        false,
        [],
        false,
      ]);
      if (!isCutOff) break;
    }
  });

  test("anywhere is taken back where the program is, and removed whole where the resource is", async () => {
    if (!isRun) return;
    const more = declared(aim());
    const to = (more as { path: string }).path;
    const tools = new KillingTools(shell);
    for (let call = first + 1; ; call += stride) {
      const saved = await made();
      tools.killAt(call);
      const inputs = await prod.check(saved.inputs, "disk", more);
      let kept: Saved = saved;
      const isEnded = await prod.update(saved, "disk", more).then(
        () => true,
        (error: unknown) => {
          if ((error as { properties?: object }).properties !== undefined) kept = keptBy(error, inputs);
          return false;
        },
      );
      tools.spare();
      if (isEnded) break;
      const when = `after call ${String(call)}`;
      judged(saved, to, format, when);
      const seen = (await prod.refresh(kept)) ?? kept;
      if (call % 2 === 0) {
        // Where the host has it by now the program may put it back, in the size that it has.
        const size = seen.inputs["sizeGiB"];
        const back = await prod.update(seen, "disk", declared({ sizeGiB: size }));
        expect([when, holds(path), existsSync(to) && to !== path, back.outs["phase"]]).toEqual([
          when,
          true,
          false,
          "ready",
        ]);
        await prod.delete(back);
      } else await prod.delete(kept);
      expect([when, existsSync(shell.at("var", "pulumi-xen")), filesIn(far), filesIn(shell.at("xen"))]).toEqual([
        when,
        false,
        [],
        [],
      ]);
    }
  });
});
