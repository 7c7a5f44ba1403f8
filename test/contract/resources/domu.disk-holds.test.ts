/** What is on a disk, asked before an installer writes onto it: real images, made by the tools that make them. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";

jest.setTimeout(120_000);

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-holds-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);
let count = 0;
function image(content: Buffer | undefined, sizeMib = 16): string {
  const path = at(`disk${String(count++)}.img`);
  writeFileSync(path, content ?? "");
  truncateSync(path, Math.max(sizeMib * MIB, content?.length ?? 0));
  return path;
}
function tool(name: string, args: string[], input = ""): boolean {
  const { error, status, stderr } = spawnSync(name, args, { input, encoding: "utf8" });
  if (error !== undefined) {
    note(`not run: a disk made by ${name} (no ${name})`);
    return false;
  }
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return true;
}

describe.each(["dash", "bash", "busybox sh"])("what a disk holds, under %s,", (shell) => {
  const call = (words: string): string => {
    const [program = "", ...args] = shell.split(" ");
    const text = `set -eu; uuid= guest=g folder=/nonexistent; . "$1"; ${words}`;
    const library = join(projectRoot, "provider/resources/domu/library/guest.sh");
    const ran = spawnSync(program, [...args, "-c", text, "sh", library, ...paths], { encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`${shell}: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  let paths: string[] = [];
  const holds = (path: string): string => {
    paths = [path];
    return call('disk_holds "$2"');
  };

  it("is nothing where it is provably empty", () => {
    expect(holds(image(undefined))).toBe("");
    expect(holds(image(Buffer.alloc(4 * MIB)))).toBe("");
    expect(holds(image(undefined, 0))).toBe("");
  });

  it("is a file system", () => {
    const path = image(undefined);
    if (tool("mkfs.ext4", ["-q", "-F", path])) expect(holds(path)).toBe("a file system or volume (ext4)");
  });

  it.each(["dos", "gpt"])("is a partition table: %s", (label) => {
    const path = image(undefined);
    if (tool("sfdisk", ["-q", path], `label: ${label}\n,4M\n`))
      expect(holds(path)).toBe(`a partition table (${label})`);
  });

  it("is a physical volume of LVM", () => {
    const path = image(undefined);
    if (tool("pvcreate", ["-q", "-f", path])) expect(holds(path)).toContain("LVM2");
  });

  it("is data where nothing is recognised in it", () => {
    expect(holds(image(randomBytes(MIB)))).toBe("data");
    expect(holds(image(Buffer.concat([Buffer.alloc(MIB), Buffer.from("x")])))).toBe("data");
  });

  it("is what the qcow2 image holds, and nothing for a fresh one", () => {
    const path = at(`fresh${String(count++)}.qcow2`);
    if (!tool("qemu-img", ["create", "-q", "-f", "qcow2", path, "1G"])) return;
    expect(holds(path)).toBe("");
    const raw = image(randomBytes(MIB));
    const full = at(`full${String(count++)}.qcow2`);
    tool("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, full]);
    expect(holds(full)).toBe("data");
    writeFileSync(full, Buffer.concat([Buffer.from("514649fb", "hex"), randomBytes(512)]));
    expect(holds(full)).toBe("a qcow2 image that cannot be looked into");
  });

  it("is not known, which is not nothing, where it cannot be read", () => {
    expect(holds(at("absent.img"))).toBe("what cannot be read");
    expect(holds(folder)).toBe("what cannot be read");
  });

  it("is told of the same disk under two names", () => {
    const path = image(undefined);
    const link = `${path}.link`;
    symlinkSync(path, link);
    paths = [path, link];
    const [one, two] = call('disk_identity "$2"; disk_identity "$3"').split("\n");
    expect(one).toMatch(/^file \d+:\d+$/);
    expect(two).toBe(one);
  });
});
