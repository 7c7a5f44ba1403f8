/** Media out of an ISO, through the functions that Pulumi calls, in a real shell; the ISO is made by the real xorriso. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installMediaKind } from "../../../provider/resources/install-media/install-media.lifecycle";
import { isoTools } from "../../support/iso-judge";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(180_000);

const judge = isoTools();
if ("missing" in judge) note(`not run: media out of an ISO: ${judge.missing}`);

let shell: LocalShell;
const prod = new ResourceStack(installMediaKind);

beforeEach(() => {
  shell = new LocalShell();
  host = new ShellHost(shell);
});
afterEach(() => shell.remove());

/** An ISO whose kernel and ramdisk say this. */
function iso(name: string, says: string): { path: string; sha256: string } {
  const tree = shell.at(`tree-${name}`);
  mkdirSync(join(tree, "isolinux"), { recursive: true });
  writeFileSync(join(tree, "isolinux/vmlinuz"), `kernel ${says}`);
  writeFileSync(join(tree, "isolinux/initrd.img"), `ramdisk ${says}`);
  if (!("missing" in judge))
    judge.run(shell.root, "xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", `${name}.iso`, tree);
  const path = shell.at(`${name}.iso`);
  return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
}

const declared = (more: object): object => ({
  connection: { host: "198.51.100.7" },
  name: "cd",
  kernel: { inIso: "isolinux/vmlinuz" },
  ramdisk: { inIso: "isolinux/initrd.img" },
  ...more,
});
const folder = (): string => shell.at("var", "pulumi-xen", "media", "cd");
const content = (name: string): string => readFileSync(join(folder(), name), "utf8");

("missing" in judge ? describe.skip : describe)("media out of an ISO", () => {
  it("of this machine are brought and taken out; another ISO brings others, and an ISO that is not declared any more goes", async () => {
    const [one, two] = [iso("one", "1"), iso("two", "2")];
    const saved = await prod.create("cd", declared({ iso: one }));
    expect([content("vmlinuz"), content("initrd")]).toEqual(["kernel 1", "ramdisk 1"]);
    expect(readdirSync(folder()).sort()).toEqual([
      "claim",
      "files",
      "image.iso",
      "initrd",
      "kernel-types",
      "phase",
      "taken",
      "vmlinuz",
    ]);
    const preview = await prod.check(saved.inputs, "cd", declared({ iso: two }));
    expect(preview["plan"]).toMatch(
      /^iso [0-9a-f]{12}… -> [0-9a-f]{12}…: none\nkernel isolinux\/vmlinuz \(of another ISO\) -> isolinux\/vmlinuz: none\nramdisk /,
    );
    const after = await prod.update(saved, "cd", declared({ iso: two }));
    expect([content("vmlinuz"), content("initrd")]).toEqual(["kernel 2", "ramdisk 2"]);
    const at = shell.at("k");
    writeFileSync(at, "kernel by hand");
    const file = { path: at, sha256: createHash("sha256").update("kernel by hand").digest("hex") };
    await prod.update(after, "cd", declared({ iso: undefined, kernel: file, ramdisk: file }));
    expect(readdirSync(folder()).sort()).toEqual(["claim", "files", "initrd", "kernel-types", "phase", "vmlinuz"]);
  });

  it("on the host are read where it lies, which nobody copies or removes", async () => {
    const { path, sha256 } = iso("host", "1");
    const saved = await prod.create("cd", declared({ iso: { hostPath: path, sha256: sha256.toUpperCase() } }));
    expect(content("vmlinuz")).toBe("kernel 1");
    expect(readdirSync(folder()).sort()).toEqual([
      "claim",
      "files",
      "initrd",
      "kernel-types",
      "phase",
      "taken",
      "vmlinuz",
    ]);
    expect(await prod.refresh(saved)).toMatchObject({ inputs: { iso: { hostPath: path, sha256 } } });
    await prod.delete(saved);
    expect([existsSync(folder()), existsSync(path)]).toEqual([false, true]);
  });

  it("show what was changed by hand, and an ISO on the host that was exchanged for another, and the next update takes them out again", async () => {
    const { path } = iso("host", "1");
    const program = declared({ iso: { hostPath: path } });
    const saved = await prod.create("cd", program);
    writeFileSync(join(folder(), "initrd"), "by hand");
    const drift = await prod.refresh(saved);
    expect(drift?.inputs).toMatchObject({
      kernel: { inIso: "isolinux/vmlinuz" },
      ramdisk: { inIso: "isolinux/initrd.img", sha256: createHash("sha256").update("by hand").digest("hex") },
    });
    rmSync(path);
    iso("host", "the second");
    const seen = await prod.refresh(saved);
    expect(seen?.inputs).toMatchObject({ kernel: { inIso: "isolinux/vmlinuz", sha256: "of another ISO" } });
    if (seen === undefined) throw new Error("it is gone");
    await prod.update({ ...saved, inputs: seen.inputs }, "cd", program);
    expect([content("vmlinuz"), content("initrd")]).toEqual(["kernel the second", "ramdisk the second"]);
  });

  it("are refused with one sentence where the ISO is not there, or is another, or has no such file", async () => {
    const { path } = iso("host", "1");
    await expect(prod.create("cd", declared({ iso: { hostPath: shell.at("nosuch.iso") } }))).rejects.toThrow(
      /nosuch.iso does not exist on this host. Put the ISO there, or correct iso.hostPath./,
    );
    await expect(prod.create("cd", declared({ iso: { hostPath: path, sha256: "ab".repeat(32) } }))).rejects.toThrow(
      /is not the ISO that was declared: its SHA-256 is [0-9a-f]{64}, expected abab/,
    );
    expect(existsSync(folder())).toBe(false);
    await expect(
      prod.create("cd", declared({ iso: { hostPath: path }, kernel: { inIso: "casper/vmlinuz" } })),
    ).rejects.toThrow(/it has no casper in its root, where it has isolinux[\s\S]*Correct kernel.inIso/);
  });
});
