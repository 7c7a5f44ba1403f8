/** Whose media they are, as disk-image.claims.test.ts asks it of images: through the functions that Pulumi calls, in a real shell. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installMediaKind } from "../../../provider/resources/install-media/install-media.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(120_000);

let shell: LocalShell;
const prod = new ResourceStack(installMediaKind);
const test2 = new ResourceStack(installMediaKind, "shop/test");

beforeEach(() => {
  shell = new LocalShell();
  host = new ShellHost(shell);
});
afterEach(() => shell.remove());

/** A file of this machine. */
function file(content: string): { path: string; sha256: string } {
  const path = shell.at(`local-${content}`);
  writeFileSync(path, content);
  return { path, sha256: createHash("sha256").update(content).digest("hex") };
}

const declared = (more: object = {}): object => ({
  connection: { host: "198.51.100.7" },
  name: "netboot",
  kernel: file("kernel"),
  ramdisk: file("ramdisk"),
  ...more,
});
const folder = (): string => shell.at("var", "pulumi-xen", "media", "netboot");
const claim = (): string => readFileSync(join(folder(), "claim"), "utf8");
const content = (name: string): string => readFileSync(join(folder(), name), "utf8");

describe("the claim of installation media", () => {
  it("refuses a resource that was renamed without aliases and a second stack, and loses nothing", async () => {
    const saved = await prod.create("media", declared());
    const before = claim();
    await expect(prod.create("other", declared())).rejects.toThrow(
      /netboot.* is claimed by shop\/prod::InstallMedia::media; nothing was touched\.\n.*aliases: \[\{ name: "media" \}\]/,
    );
    await expect(test2.create("media", declared({ kernel: file("another") }))).rejects.toThrow("claimed by shop/prod");
    expect([claim(), content("vmlinuz")]).toEqual([before, "kernel"]);
    await prod.delete(saved);
    expect(existsSync(folder())).toBe(false);
  });

  it("is made in a folder that a run left which ended before it, and in no other that is there", async () => {
    mkdirSync(folder(), { recursive: true });
    for (const left of ["phase", "phase.new", "claim.new"]) writeFileSync(join(folder(), left), "fetching\n");
    const saved = await prod.create("media", declared());
    expect(readdirSync(folder()).sort()).toEqual(["claim", "files", "initrd", "kernel-types", "phase", "vmlinuz"]);
    await prod.delete(saved);
    mkdirSync(folder(), { recursive: true });
    for (const left of ["phase", "somebody's"]) writeFileSync(join(folder(), left), "");
    await expect(prod.create("media", declared())).rejects.toThrow("nobody has claimed it, so it is left alone");
  });

  it("moves with aliases, and only the claim is written", async () => {
    const saved = await prod.create("media", declared());
    host.told.length = 0;
    const { outs } = await prod.update(saved, "installer", declared());
    expect(claim()).toContain("owner=shop/prod::InstallMedia::installer\n");
    expect(outs["claimId"]).toBe(saved.outs["claimId"]);
    expect(host.told.filter((line) => line.includes("remove"))).toEqual([]);
  });

  it("is taken over as it is after the state was lost; other content is refused; the former state manages nothing", async () => {
    const former = await prod.create("media", declared());
    await expect(prod.create("media", declared({ kernel: file("another") }))).rejects.toThrow(
      /with other content \(vmlinuz\), are on this host already/,
    );
    const saved = await prod.create("media", declared());
    expect(saved.outs["claimId"]).not.toBe(former.outs["claimId"]);
    expect(await prod.refresh(former)).toBeUndefined();
    await prod.delete(former);
    expect(content("vmlinuz")).toBe("kernel");
    await expect(prod.update(former, "media", declared({ kernel: file("another") }))).rejects.toThrow(/Run refresh/);
    expect(await prod.refresh(saved)).toBeDefined();
  });

  it("holds of an earlier version's mark, and update carries it over without bringing the files again", async () => {
    mkdirSync(folder(), { recursive: true });
    for (const [name, text] of [
      ["owner", "pulumi-xen 1\ninstallation media\n"],
      ["ready", ""],
      ["vmlinuz", "kernel"],
      ["initrd", "ramdisk"],
    ] as const)
      writeFileSync(join(folder(), name), text);
    const inputs = await prod.check({}, "media", declared());
    await expect(prod.create("media", declared())).rejects.toThrow("an earlier version of pulumi-xen");
    const { owner: _, ...old } = inputs;
    const saved = { id: "netboot", inputs: old, outs: { ...old, machineId: "machine-1", phase: "ready" } };
    expect(await prod.refresh(saved)).toBeDefined();
    const { outs } = await prod.update(saved, "media", declared());
    expect(claim()).toContain("owner=shop/prod::InstallMedia::media\n");
    expect(readdirSync(folder()).sort()).toEqual(["claim", "initrd", "phase", "vmlinuz"]);
    expect(host.told).not.toContain("prepare media netboot");
    expect(outs).toMatchObject({ phase: "ready", claimId: expect.any(String) as string });
  });
});

describe("the content of installation media", () => {
  it("may have files of any name, also those that a claim has", async () => {
    const files = { owner: file("a"), claim: file("b"), phase: file("c"), "d/ready": file("d") };
    const saved = await prod.create("media", declared({ serveOn: "br0", files }));
    expect(["files/owner", "files/claim", "files/phase", "files/d/ready"].map(content)).toEqual(["a", "b", "c", "d"]);
    const { owner: _, ...fewer } = files;
    await prod.update(saved, "media", declared({ serveOn: "br0", files: fewer }));
    expect(existsSync(join(folder(), "files/owner"))).toBe(false);
    expect(claim()).toContain("pulumi-xen claim 2");
  });

  it("shows what was changed and lost on the host, and the next update brings it", async () => {
    const files = { tree: file("tree") };
    const saved = await prod.create("media", declared({ serveOn: "br0", files }));
    writeFileSync(join(folder(), "vmlinuz"), "changed by hand");
    writeFileSync(join(folder(), "files/stray"), "stray");
    const seen = await prod.refresh(saved);
    if (seen === undefined) throw new Error("it is gone");
    const preview = await prod.check(seen.inputs, "media", declared({ serveOn: "br0", files }));
    expect(preview["plan"]).toMatch(
      /^kernel [0-9a-f]{12}… -> [0-9a-f]{12}…: none\nfiles\["stray"\] [0-9a-f]{12}… -> unset: none$/,
    );
    await prod.update(seen, "media", declared({ serveOn: "br0", files }));
    expect([content("vmlinuz"), readdirSync(join(folder(), "files"))]).toEqual(["kernel", ["tree"]]);
  });
});
