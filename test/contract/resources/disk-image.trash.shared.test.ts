/**
 * Images that share another one, and that one, in the trash together: deleted in the order in which Pulumi does, brought back in the other one.
 * Through the functions that Pulumi calls and the script that people call, with the real qemu-img.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(240_000);

const hasTool = spawnSync("qemu-io", ["--version"]).status === 0;
if (!hasTool) note("not run: images in the trash that share another one (no qemu-io)");
const found = hasTool ? describe : describe.skip;

found("an image in the trash that shares another one", () => {
  const prod = new ResourceStack(diskImageKind);
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell();
    host = new ShellHost(shell);
    mkdirSync(shell.at("xen"));
  });
  afterEach(() => shell.remove());

  const at = (name: string): string => shell.at("xen", name);
  const declared = (name: string, more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path: at(name),
    format: "qcow2",
    sizeGiB: 4 / 1024,
    deleteAfterDays: 7,
    ...more,
  });
  const overlay = (more: object = {}): object =>
    declared("web.qcow2", { backing: { path: at("golden.qcow2"), format: "qcow2" }, ...more });
  const io = (name: string, command: string): string =>
    execFileSync("qemu-io", ["-f", "qcow2", "-c", command, at(name)], { encoding: "utf8" });
  const holds = (name: string, byte: number, from = "0"): boolean =>
    !io(name, `read -P ${String(byte)} ${from} 64k`).includes("failed");
  /** A golden image and one that shares it, with something of its own. */
  const made = async (golden: object = {}, web: object = {}): Promise<{ golden: Saved; web: Saved }> => {
    const base = await prod.create("golden", declared("golden.qcow2", golden));
    io("golden.qcow2", "write -P 1 0 1M");
    const upper = await prod.create("web", overlay(web));
    io("web.qcow2", "write -P 2 1M 1M");
    return { golden: base, web: upper };
  };
  const root = (...parts: string[]): string => shell.at("var", "pulumi-xen", ...parts);
  const recorded = (): { id: string; record: string }[] =>
    readdirSync(root("trash"))
      .filter((name) => name !== "trash")
      .map((id) => ({ id, record: readFileSync(root("trash", id, "record"), "utf8") }));
  /** The entry of this path that was made last. */
  const idOf = (name: string, besides: readonly string[] = []): string =>
    recorded().find(({ id, record }) => record.includes(`path=${at(name)}\n`) && !besides.includes(id))?.id ?? "";
  /** Its days are over. */
  const due = (id: string): void => {
    const record = root("trash", id, "record");
    writeFileSync(record, readFileSync(record, "utf8").replace(/^until=.*$/m, "until=1"));
  };
  const trash = (...words: string[]): { code: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync("sh", [root("trash", "trash"), ...words], { encoding: "utf8" });
    return { code: status, text: `${stdout}${stderr}` };
  };

  it("lets that one be moved to the trash too, and both come back, the shared one first", async () => {
    const { golden, web } = await made();
    await prod.delete(web);
    await prod.delete(golden);
    expect([existsSync(at("web.qcow2")), existsSync(at("golden.qcow2")), recorded().length]).toEqual([false, false, 2]);
    expect(trash("restore", at("web.qcow2"))).toMatchObject({
      code: 1,
      text: expect.stringContaining(
        `shares ${at("golden.qcow2")}, which is in the trash too: nothing was touched. Restore that first (sh ${root("trash", "trash")} restore ${idOf("golden.qcow2")})`,
      ) as string,
    });
    expect(trash("restore", at("golden.qcow2")).code).toBe(0);
    expect(trash("restore", at("web.qcow2")).code).toBe(0);
    expect([holds("web.qcow2", 1), holds("web.qcow2", 2, "1M"), existsSync(root("trash"))]).toEqual([
      true,
      true,
      false,
    ]);
    const again = await prod.create("golden", declared("golden.qcow2"));
    await expect(prod.delete(again)).rejects.toThrow(`is shared by ${at("web.qcow2")}`);
  });

  it("keeps that one from being deleted for good, with what to do about it", async () => {
    const { golden, web } = await made({ deleteAfterDays: undefined });
    await prod.delete(web);
    const id = idOf("web.qcow2");
    await expect(prod.delete(golden)).rejects.toThrow(
      new RegExp(`trash remove ID removes one for good, restore ID puts it back \\(${id}\\)\\. Or set deleteAfterDays`),
    );
    expect(holds("golden.qcow2", 1)).toBe(true);
    const kept = await prod.update(golden, "golden", declared("golden.qcow2"));
    await prod.delete(kept);
    expect(existsSync(at("golden.qcow2"))).toBe(false);
    expect([trash("restore", at("golden.qcow2")).code, trash("restore", id).code]).toEqual([0, 0]);
    expect(holds("web.qcow2", 1)).toBe(true);
  });

  it("keeps that one in the trash for as long as it is there itself, whatever days that has", async () => {
    const { golden, web } = await made({ deleteAfterDays: 1 });
    await prod.delete(web);
    await prod.delete(golden);
    const [upper, base] = [idOf("web.qcow2"), idOf("golden.qcow2")];
    due(base);
    for (const words of [["empty"], ["remove", base]])
      expect(trash(...words)).toMatchObject({ code: 1, text: expect.stringContaining("it is shared by") as string });
    // Also where another image has that path by now.
    const second = await prod.create("golden", declared("golden.qcow2"));
    expect(trash("empty").code).toBe(1);
    expect(
      recorded()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([base, upper].sort());
    // Both are due: the one that shares goes first, in one run.
    due(upper);
    const ran = trash("empty");
    expect([ran.code, existsSync(root("trash"))]).toEqual([0, false]);
    expect(ran.text.indexOf(at("web.qcow2"))).toBeLessThan(ran.text.indexOf(at("golden.qcow2")));
    await prod.delete(second);
  });

  it("is not brought back over another image that has the path of that one now, and does not hold that one", async () => {
    const { golden, web } = await made();
    await prod.delete(web);
    await prod.delete(golden);
    const former = [idOf("golden.qcow2"), idOf("web.qcow2")];
    // The same program once more: two other images.
    const second = await prod.create("golden", declared("golden.qcow2"));
    io("golden.qcow2", "write -P 9 0 1M");
    expect(trash("restore", former[1] ?? "")).toMatchObject({
      code: 1,
      text: expect.stringContaining(`restore ${former[0] ?? ""})`) as string,
    });
    const grown = await prod.update(second, "golden", declared("golden.qcow2", { sizeGiB: 8 / 1024 }));
    await prod.delete(grown);
    expect(trash("restore", former[0] ?? "").code).toBe(0);
    expect(trash("restore", former[1] ?? "").code).toBe(0);
    expect([holds("web.qcow2", 1), holds("web.qcow2", 2, "1M")]).toEqual([true, true]);
  });

  it("keeps that one from growing, and an image outside the trash keeps it from the trash", async () => {
    const { golden, web } = await made();
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", at("golden.qcow2"), at("own.qcow2")]);
    await prod.delete(web);
    await expect(prod.delete(golden)).rejects.toThrow(`is shared by ${at("own.qcow2")}, which would be broken`);
    execFileSync("rm", [at("own.qcow2")]);
    await expect(prod.update(golden, "golden", declared("golden.qcow2", { sizeGiB: 8 / 1024 }))).rejects.toThrow(
      /it is not grown\. Those in the trash come first/,
    );
    await prod.delete(golden);
    expect(existsSync(at("golden.qcow2"))).toBe(false);
  });
});
