/**
 * qcow2 images that share another one, through the functions that Pulumi calls, with the real qemu-img of this machine; overlays of ours and of
 * somebody else, and what may not be done to what they share.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { imageUsersFunction } from "../../../provider/host/image-users";
import { overlaysFunction } from "../../../provider/host/image-overlays";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { sharedDisks, writtenDisks } from "../../../provider/resources/domu/domu.in-use";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { lines, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));
jest.setTimeout(180_000);

const MIB = 1024 ** 2;
const hasQemu = spawnSync("qemu-io", ["--version"]).status === 0;
if (!hasQemu) note("not run: images that share another one (no qemu-io)");

describe.each([["dash"], ["busybox sh"]])("an image that shares another one under %s", (program) => {
  let shell: LocalShell;
  const prod = new ResourceStack(diskImageKind);
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
    host = new ShellHost(shell);
    mkdirSync(shell.at("xen"));
    mkdirSync(shell.at("etc-xen"));
  });
  afterEach(() => shell.remove());
  const where = (name: string, body: () => Promise<void>): void => {
    it(name, async () => {
      if (hasQemu) await body();
    });
  };

  const at = (name: string): string => shell.at("xen", name);
  const declared = (name: string, mebibytes: number, more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path: at(name),
    sizeGiB: mebibytes / 1024,
    ...more,
  });
  /** A base of 4 MiB that begins with something, made by us. */
  const golden = async (format = "raw"): Promise<Saved> => {
    const content = Buffer.alloc(4 * MIB);
    content.write("golden system");
    writeFileSync(shell.at("source"), content);
    const source = { path: shell.at("source"), sha256: createHash("sha256").update(content).digest("hex") };
    return prod.create("golden", declared(`golden.${format}`, 4, { format, source: { ...source, convert: true } }));
  };
  const overlay = (format = "raw", more: object = {}, name = "g.qcow2"): object =>
    declared(name, 8, { format: "qcow2", backing: { path: at(`golden.${format}`), format }, ...more });
  const info = (name: string): Record<string, unknown> =>
    JSON.parse(execFileSync("qemu-img", ["info", "--output=json", at(name)]).toString()) as Record<string, unknown>;
  const reads = (name: string, format = "qcow2"): string =>
    execFileSync("qemu-io", ["-f", format, "-r", "-c", "read -v 0 512", at(name)]).toString();

  for (const format of ["raw", "qcow2"]) {
    where(
      `holds what differs alone, of a ${format} base with path and format as declared, and is known again`,
      async () => {
        const base = await golden(format);
        const sum = readFileSync(at(`golden.${format}`));
        const saved = await prod.create("disk", overlay(format));
        expect(info("g.qcow2")).toMatchObject({
          "virtual-size": 8 * MIB,
          "backing-filename": at(`golden.${format}`),
          "backing-filename-format": format,
        });
        expect(statSync(at("g.qcow2")).blocks * 512).toBeLessThan(MIB);
        expect(reads("g.qcow2")).toContain("golden.system");
        const again = await prod.refresh(saved);
        expect([again?.inputs, again?.outs]).toEqual([saved.inputs, saved.outs]);
        execFileSync("qemu-io", ["-f", "qcow2", "-c", "write -P 7 0 64k", at("g.qcow2")]);
        const grown = await prod.update(saved, "disk", { ...overlay(format), sizeGiB: 16 / 1024 });
        expect([grown.outs["sizeBytes"], readFileSync(at(`golden.${format}`)).equals(sum)]).toEqual([16 * MIB, true]);
        // In the order in which Pulumi deletes them.
        await prod.delete(grown);
        await prod.delete(base);
        expect([existsSync(at("g.qcow2")), existsSync(at(`golden.${format}`))]).toEqual([false, false]);
      },
    );
  }

  where("keeps its base as it is: not removed, not grown, by whomever the overlay was made", async () => {
    const base = await golden();
    const keeps = async (named: string): Promise<void> => {
      await expect(prod.delete(base)).rejects.toThrow(
        `is shared by ${named}, which would be broken: it is not removed`,
      );
      await expect(prod.update(base, "golden", { ...declared("golden.raw", 5), format: "raw" })).rejects.toThrow(
        `is shared by ${named}, which would be broken: it is not grown`,
      );
      expect(statSync(at("golden.raw")).size).toBe(4 * MIB);
    };
    const saved = await prod.create("disk", overlay());
    await keeps(at("g.qcow2"));
    await prod.delete(saved);
    // Somebody's own, with a relative name and in another folder that a guest's configuration names.
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", "golden.raw", at("theirs.qcow2")]);
    await keeps(at("theirs.qcow2"));
    execFileSync("rm", [at("theirs.qcow2")]);
    mkdirSync(shell.at("far"));
    execFileSync("qemu-img", [
      "create",
      "-q",
      "-f",
      "qcow2",
      "-F",
      "raw",
      "-b",
      "../xen/golden.raw",
      shell.at("far", "f"),
    ]);
    writeFileSync(
      shell.at("etc-xen", "f.cfg"),
      `name="f"\ndisk=["format=qcow2,vdev=xvda,target=${shell.at("far", "f")}"]\n`,
    );
    await keeps(shell.at("far", "f"));
    execFileSync("rm", [shell.at("far", "f")]);
    await prod.delete(base);
    expect(existsSync(at("golden.raw"))).toBe(false);
  });

  where("counts from the moment in which it is claimed, and its base is held in the step too", async () => {
    const base = await golden();
    host.before = (job) => {
      if (!job.title.startsWith("remove")) return;
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", at("golden.raw"), at("now.qcow2")]);
    };
    await expect(prod.delete(base)).rejects.toThrow("is shared by");
    host.before = undefined;
    execFileSync("rm", [at("now.qcow2")]);
    // Cut off between its claim and its file.
    const mark = shell.at("var", "pulumi-xen", "disk-image", "making");
    mkdirSync(mark);
    writeFileSync(
      `${mark}/claim`,
      `pulumi-xen claim 2\nid=0f6ad1f2-0000-4000-8000-00000000000a\nowner=x\nof=${at("h.qcow2")}\n`,
    );
    writeFileSync(`${mark}/backing`, `${at("golden.raw")}\n`);
    await expect(prod.delete(base)).rejects.toThrow(`is shared by ${at("h.qcow2")}`);
  });

  where("is refused where its base is not fit: not there, configured for a guest, bigger, or not alone", async () => {
    await expect(prod.create("disk", overlay())).rejects.toThrow("There is no image file");
    await golden();
    await expect(prod.create("disk", overlay("raw", { sizeGiB: 2 / 1024 }))).rejects.toThrow(
      "whose guest would not see its end",
    );
    writeFileSync(shell.at("etc-xen", "w.cfg"), `name="w"\ndisk=["${at("golden.raw")},raw,xvda,w"]\n`);
    await expect(prod.create("disk", overlay())).rejects.toThrow(/is a disk of a guest \(configured w /);
    execFileSync("rm", [shell.at("etc-xen", "w.cfg")]);
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", at("golden.raw"), at("golden.qcow2")]);
    await expect(prod.create("disk", overlay("qcow2"))).rejects.toThrow("has a backing file itself");
    await expect(
      prod.create("disk", { ...overlay(), backing: { path: at("golden.raw"), format: "qcow2" } }),
    ).rejects.toThrow("is no qcow2 image of version 2 or 3");
    expect(existsSync(at("g.qcow2"))).toBe(false);
  });

  where("never probes its base: what a guest wrote into a raw one is content", async () => {
    writeFileSync(at("secret"), "a secret of the host".padEnd(512, "\0"));
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", at("secret"), at("golden.raw"), "4M"]);
    const content = Buffer.alloc(4 * MIB);
    readFileSync(at("golden.raw")).copy(content);
    writeFileSync(at("golden.raw"), content);
    await prod.create("disk", overlay());
    const seen = reads("g.qcow2");
    expect([seen.includes("QFI"), seen.includes("a secret of the host")]).toEqual([true, false]);
  });

  where("shows as drift what somebody made of its base, and says what is missing where that is gone", async () => {
    await golden();
    const saved = await prod.create("disk", overlay());
    execFileSync("cp", [at("golden.raw"), at("other.raw")]);
    execFileSync("qemu-img", ["rebase", "-u", "-f", "qcow2", "-F", "raw", "-b", at("other.raw"), at("g.qcow2")]);
    expect((await prod.refresh(saved))?.inputs).toMatchObject({ backing: { path: at("other.raw"), format: "raw" } });
    // Without a format QEMU would probe.
    execFileSync("qemu-img", ["rebase", "-u", "-f", "qcow2", "-F", "raw", "-b", at("golden.raw"), at("g.qcow2")]);
    expect((await prod.refresh(saved))?.inputs).toEqual(saved.inputs);
    execFileSync("mv", [at("golden.raw"), at("moved.raw")]);
    await expect(prod.update(saved, "disk", { ...overlay(), sizeGiB: 9 / 1024 })).rejects.toThrow(
      /golden\.raw, which .*g\.qcow2 shares, is not on the host\. Bring it back/,
    );
  });

  where("keeps a guest from writing to its base, and not from reading it", async () => {
    await golden();
    await prod.create("disk", overlay());
    const said = async (mode: "r" | "w", name = "golden.raw"): Promise<string> => {
      const guest = { name: "g", disks: [{ path: at(name), mode }] } as unknown as DomUInputs;
      return (
        await shell.run(sh`printf %s ${writtenDisks(guest)} | { ${sharedDisks}
}`)
      ).stdout;
    };
    expect(await said("w")).toContain(`is shared by ${at("g.qcow2")}`);
    expect([await said("r"), await said("w", "g.qcow2")]).toEqual(["", ""]);
  });

  where("is seen by its head alone: hostile and cut heads name nothing and stop nobody", async () => {
    await golden();
    const heads = {
      cut: "514649fb00000003",
      far: `514649fb00000003${"7f".repeat(8)}00000010${"00".repeat(84)}`,
      long: `514649fb000000030000000000000068ffffffff${"00".repeat(84)}`,
      loop: `514649fb000000030000000000001000000000100000001000${"00".repeat(75)}00000068${"11111111ffffffff".repeat(40)}`,
    };
    for (const [name, hex] of Object.entries(heads)) writeFileSync(at(`${name}.qcow2`), Buffer.from(hex, "hex"));
    const ran = await shell.run(lines([imageUsersFunction, overlaysFunction, sh`image_overlays ${at("golden.raw")}`]));
    expect(ran).toMatchObject({ exitCode: 0, stdout: "" });
  });
});
