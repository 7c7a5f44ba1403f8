/** An image that begins as another one of its host: copied when it is made, from what no guest uses, with the format that is said. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(120_000);

const MIB = 1024 ** 2;
const hasQemu = spawnSync("qemu-img", ["--version"]).status === 0;
if (!hasQemu) note("not run: copies of qcow2 images (no qemu-img)");

describe.each([["dash"], ["busybox sh"]])("a copy under %s", (program) => {
  const prod = new ResourceStack(diskImageKind);
  let shell: LocalShell;
  let golden: string;
  let path: string;
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
    host = new ShellHost(shell);
    mkdirSync(shell.at("xen"));
    golden = shell.at("xen", "golden.img");
    path = shell.at("xen", "clone.img");
    writeFileSync(golden, "boot sector");
    truncateSync(golden, 8 * MIB);
  });
  afterEach(() => shell.remove());

  const declared = (source: object, more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    sizeGiB: 12 / 1024,
    source: { image: golden, ...source },
    ...more,
  });
  const tool = (name: string, text: string): void => {
    mkdirSync(shell.at("bin"), { recursive: true });
    writeFileSync(shell.at("bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
  };
  const asQcow2 = (from: string, to: string): void => {
    execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", from, to]);
  };
  const left = (): string[] => readdirSync(shell.at("xen")).toSorted();

  test("holds what the other image holds, with its holes, and grows; both go their own way afterwards", async () => {
    const before = readFileSync(golden);
    const saved = await prod.create("clone", declared({}));
    expect(saved.outs).toMatchObject({ phase: "ready", sizeBytes: 12 * MIB });
    expect(
      readFileSync(path)
        .subarray(0, 8 * MIB)
        .equals(before),
    ).toBe(true);
    if (program === "dash") expect(statSync(path).blocks * 512).toBeLessThan(MIB);
    writeFileSync(golden, "another", { flag: "r+" });
    // Neither a later content of the source nor another source is a change of what is made.
    const again = (await prod.refresh(saved)) ?? saved;
    expect((await prod.update(again, "clone", declared({}))).inputs).toMatchObject({ plan: "" });
    const other = await prod.update(again, "clone", declared({ image: shell.at("xen", "other.img") }));
    expect(other.inputs).toMatchObject({ plan: "source (the image is made already): none" });
    expect(readFileSync(path).subarray(0, 11).toString()).toBe("boot sector");
    await prod.delete(other);
    expect(left()).toEqual(["golden.img"]);
  });

  test("is converted where that is declared, and nothing beside the source is touched", async () => {
    if (!hasQemu) return;
    const qcow2 = shell.at("xen", "golden.qcow2");
    asQcow2(golden, qcow2);
    writeFileSync(`${qcow2}.plain`, "somebody's");
    const source = { image: qcow2, format: "qcow2" };
    await expect(prod.create("clone", declared(source))).rejects.toThrow("is a qcow2 image, but format is raw");
    const saved = await prod.create("clone", declared({ ...source, convert: true }));
    expect(
      readFileSync(path)
        .subarray(0, 8 * MIB)
        .equals(readFileSync(golden)),
    ).toBe(true);
    await prod.delete(saved);
    const kept = await prod.create("clone", declared(source, { format: "qcow2" }));
    expect(kept.outs).toMatchObject({ sizeBytes: 12 * MIB });
    expect([existsSync(qcow2), readFileSync(`${qcow2}.plain`, "utf8")]).toEqual([true, "somebody's"]);
  });

  test("is refused while a guest uses the other image, by the guest's name", async () => {
    mkdirSync(shell.at("sys-hypervisor"));
    writeFileSync(shell.at("sys-hypervisor", "type"), "xen\n");
    tool("xenstore-ls", `echo '/local/domain/0/backend/vbd/3/51712/params = "${golden}"'`);
    tool("xenstore-read", "echo guest1");
    await expect(prod.create("clone", declared({}))).rejects.toThrow(
      `${golden} is in use by guest "guest1" (domain 3), and what is being written to cannot be copied. Shut that down`,
    );
    expect(left()).toEqual(["golden.img"]);
    // A boot loader of the host only reads.
    tool("xenstore-ls", `echo '/local/domain/0/backend/vbd/0/51712/params = "${golden}"'`);
    await prod.create("clone", declared({}));
  });

  test("is removed where a guest was started while it was made", async () => {
    mkdirSync(shell.at("sys-hypervisor"));
    writeFileSync(shell.at("sys-hypervisor", "type"), "xen\n");
    // The look before and the one of the job see nobody.
    tool(
      "xenstore-ls",
      `echo x >>${shell.at("looks")}; [ "$(grep -c x ${shell.at("looks")})" -lt 4 ] || echo '/local/domain/0/backend/vbd/3/51712/params = "${golden}"'`,
    );
    tool("xenstore-read", "echo guest1");
    await expect(prod.create("clone", declared({}))).rejects.toThrow("is in use (guest 3 vbd 51712 guest1)");
    expect(left()).toEqual(["golden.img"]);
  });

  test("takes a raw image for what is said of it, and reads no format where a guest may have written it", async () => {
    if (!hasQemu) return;
    writeFileSync(shell.at("secret"), "what only this host knows");
    truncateSync(shell.at("secret"), MIB);
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", shell.at("secret"), "-F", "raw", shell.at("head")]);
    // The guest of the raw image has written that into its first sectors.
    writeFileSync(golden, readFileSync(shell.at("head")), { flag: "r+" });
    await expect(prod.create("clone", declared({ convert: true }))).rejects.toThrow(
      "begins as a qcow2 image does, and a guest may have written that. Set format in the source",
    );
    const saved = await prod.create("clone", declared({ format: "raw" }));
    expect(
      readFileSync(path)
        .subarray(0, 8 * MIB)
        .equals(readFileSync(golden)),
    ).toBe(true);
    await prod.delete(saved);
    await prod.create("clone", declared({ format: "raw", convert: true }, { format: "qcow2" }));
    expect(readFileSync(path).includes("what only this host knows")).toBe(false);
  });

  test("of what is not there, or of itself, is refused", async () => {
    const nowhere = shell.at("xen", "nowhere.img");
    await expect(prod.create("clone", declared({ image: nowhere }))).rejects.toThrow(
      `There is no image ${nowhere} on the host for ${path} to begin as. Make it first`,
    );
    await expect(prod.create("clone", declared({ image: path }))).rejects.toThrow("the image itself");
    await expect(prod.create("clone", declared({ sha256: "a".repeat(64) }))).rejects.toThrow("source.sha256 is aaaa");
    expect(left()).toEqual(["golden.img"]);
  });
});
