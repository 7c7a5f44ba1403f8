/**
 * Whose image it is: what people see who rename a resource, declare a path twice, restore a state or lose it. Through the
 * functions that Pulumi calls, on a folder of this machine in a real shell.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { type Server, createServer } from "node:http";
import { join } from "node:path";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { ResourceStack, keptBy } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(120_000);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DATA = "what a guest has written";

let shell: LocalShell;
let path: string;
const prod = new ResourceStack(diskImageKind);
const test2 = new ResourceStack(diskImageKind, "shop/test");

beforeEach(() => {
  shell = new LocalShell();
  host = new ShellHost(shell);
  path = shell.at("xen", "g.img");
});
afterEach(() => shell.remove());

const declared = (more: object = {}): object => ({
  connection: { host: "198.51.100.7" },
  path,
  sizeGiB: 1 / 1024,
  ...more,
});
const folder = (of = path): string => shell.at("var", "pulumi-xen", "disk-image", folderNameOf(of));
const claim = (of = path): string => readFileSync(join(folder(of), "claim"), "utf8");
const content = (of = path): string => readFileSync(of).subarray(0, DATA.length).toString();

/** Pauses between attempts are for a network, not for loopback. */
function withoutPauses(): void {
  mkdirSync(shell.at("bin"));
  writeFileSync(shell.at("bin", "sleep"), "#!/bin/sh\nexec /usr/bin/sleep 0.05\n", { mode: 0o755 });
  shell.path = `${shell.at("bin")}:${process.env["PATH"] ?? ""}`;
}

async function madeAndUsed(name = "disk") {
  const saved = await prod.create(name, declared());
  writeFileSync(path, DATA, { flag: "r+" });
  return saved;
}

describe("the claim of an image", () => {
  it("says whose it is to whoever reads it, and its id is an output", async () => {
    const { outs } = await prod.create("disk", declared());
    expect(outs["claimId"]).toMatch(UUID);
    expect(claim()).toMatch(
      new RegExp(
        `^pulumi-xen claim 2\nid=${String(outs["claimId"])}\nowner=shop/prod::DiskImage::disk\nof=${path}\nreal=${path}\nsince=20..-..-..T..:..:..Z\n$`,
      ),
    );
    expect(readFileSync(join(folder(), "phase"), "utf8")).toBe("ready\n");
  });

  it("refuses a resource that was renamed without aliases, names both, and loses nothing", async () => {
    const saved = await madeAndUsed();
    const before = claim();
    await expect(prod.create("data", declared())).rejects.toThrow(
      /claimed by shop\/prod::DiskImage::disk; nothing was touched\.\n.*aliases: \[\{ name: "disk" \}\]/,
    );
    expect([claim(), content()]).toEqual([before, DATA]);
    // Taken back, it goes on as if nothing had been.
    expect(await prod.refresh(saved)).toMatchObject({ outs: { claimId: saved.outs["claimId"] } });
  });

  it("moves with aliases, without an effect", async () => {
    const saved = await madeAndUsed();
    const renamed = await prod.update(saved, "data", declared());
    expect(renamed.inputs).toMatchObject({
      plan: "owner shop/prod::DiskImage::disk -> shop/prod::DiskImage::data: none",
      effect: "none",
    });
    expect(claim()).toContain("\nowner=shop/prod::DiskImage::data\n");
    expect([renamed.outs["claimId"], content()]).toEqual([saved.outs["claimId"], DATA]);
  });

  it("refuses a second stack with the same path, which then has nothing to destroy", async () => {
    const saved = await madeAndUsed();
    await expect(test2.create("disk", declared())).rejects.toThrow(
      /claimed by shop\/prod::DiskImage::disk.*\n.*shop\/prod/,
    );
    await expect(test2.create("disk", declared({ adopt: true }))).rejects.toThrow("claimed by shop/prod");
    // A copy of the state under another stack's name does not help either.
    await test2.delete({ ...saved, outs: { ...saved.outs, owner: test2.owner("disk"), claimId: undefined } });
    expect(content()).toBe(DATA);
  });

  it("is taken over by its own resource after its state was lost, and the former state manages nothing any more", async () => {
    const former = await madeAndUsed();
    const saved = await prod.create("disk", declared());
    expect(saved.outs["claimId"]).toMatch(UUID);
    expect(saved.outs["claimId"]).not.toBe(former.outs["claimId"]);
    await expect(prod.update(former, "disk", declared({ sizeGiB: 2 / 1024 }))).rejects.toThrow(
      /the state is older than the object on the host. Nothing was touched.\nRun refresh/,
    );
    expect(await prod.refresh(former)).toBeUndefined();
    await prod.delete(former);
    expect(content()).toBe(DATA);
    await prod.delete(saved);
    expect(existsSync(path)).toBe(false);
  });

  it("lets create-before-delete replace it and keeps the data", async () => {
    const former = await madeAndUsed();
    const replacement = await prod.create("disk", declared({ keepOnDelete: false }));
    await prod.delete(former);
    expect(content()).toBe(DATA);
    expect(await prod.refresh(replacement)).toBeDefined();
  });

  it("survives a state from before the last up", async () => {
    const first = await madeAndUsed();
    await prod.update(first, "disk", declared({ sizeGiB: 2 / 1024 }));
    const refreshed = await prod.refresh(first);
    expect(refreshed?.inputs).toMatchObject({ sizeGiB: 2 / 1024 });
    await prod.update(refreshed ?? first, "disk", declared({ sizeGiB: 2 / 1024 }));
    expect([content(), statSync(path).size]).toEqual([DATA, 2 * 1024 ** 2]);
  });

  it("takes over what only has to grow, and refuses another format or content with nothing touched", async () => {
    await madeAndUsed();
    const before = claim();
    await expect(prod.create("disk", declared({ format: "qcow2" }))).rejects.toThrow("is no qcow2 image");
    const source = { path: "/somewhere", sha256: "a".repeat(64) };
    await expect(prod.create("disk", declared({ source }))).rejects.toThrow("never written over");
    expect([claim(), content()]).toEqual([before, DATA]);
    await prod.create("disk", declared({ sizeGiB: 3 / 1024 }));
    expect([content(), statSync(path).size]).toEqual([DATA, 3 * 1024 ** 2]);
  });

  it("is not made of a file that is there, which adopt takes over without writing into it", async () => {
    mkdirSync(shell.at("xen"));
    writeFileSync(path, DATA.padEnd(1024 ** 2, "\0"));
    await expect(prod.create("disk", declared())).rejects.toThrow("left alone. Set adopt: true");
    expect(existsSync(folder())).toBe(false);
    const sum = createHash("sha256").update(readFileSync(path)).digest("hex");
    const saved = await prod.create("disk", declared({ adopt: true }));
    expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(sum);
    await prod.delete(saved);
    expect(existsSync(path)).toBe(false);
  });

  it("does not write over a file that somebody else made a second ago, then or later", async () => {
    mkdirSync(shell.at("xen"));
    host.before = () => writeFileSync(path, DATA);
    let saved: unknown;
    await prod.create("disk", declared()).catch((error: unknown) => (saved = error));
    expect(String(saved)).toContain("was made by somebody else a moment ago");
    host.before = undefined;
    expect(content()).toBe(DATA);
    const kept = keptBy(saved, await prod.check({}, "disk", declared()));
    await expect(prod.update(kept, "disk", declared())).rejects.toThrow("was not made by this resource");
    expect(content()).toBe(DATA);
    // Nor does it remove that file: only what was left of its own goes.
    expect(readdirSync(shell.at("xen")).sort()).toEqual(["g.img", "g.img.pulumi-xen-new"]);
    await prod.delete(kept);
    expect([readdirSync(shell.at("xen")), content(), existsSync(folder())]).toEqual([["g.img"], DATA, false]);
  });

  it.each([
    [
      "through a symbolic link of its folder",
      () => (symlinkSync(shell.at("xen"), shell.at("vm")), shell.at("vm", "g.img")),
    ],
    ["by a hard link", () => (linkSync(path, shell.at("xen", "h.img")), shell.at("xen", "h.img"))],
  ])("is one for two spellings of its path: %s", async (_how, spell) => {
    await madeAndUsed();
    const other = spell();
    const refused = `is the same as ${path}, which shop/prod::DiskImage::disk has claimed; nothing was touched`;
    await expect(prod.create("other", declared({ path: other, adopt: true }))).rejects.toThrow(refused);
    expect(existsSync(folder(other))).toBe(false);
    expect(content()).toBe(DATA);
  });

  it("is one for two spellings of a path where neither file exists yet", async () => {
    mkdirSync(shell.at("xen"));
    symlinkSync(shell.at("xen"), shell.at("vm"));
    const first = await prod.create("disk", declared());
    rmSync(path);
    await expect(prod.create("other", declared({ path: shell.at("vm", "g.img") }))).rejects.toThrow("is the same as");
    expect(await prod.refresh(first)).toBeUndefined();
  });

  it("holds of an earlier version's mark: update carries it over, a new resource is refused", async () => {
    mkdirSync(shell.at("xen"));
    writeFileSync(path, Buffer.alloc(1024 ** 2));
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), "owner"), `pulumi-xen 1\n${path}\n`);
    await expect(prod.create("disk", declared({ adopt: true }))).rejects.toThrow("an earlier version of pulumi-xen");
    const inputs = await prod.check({}, "disk", declared());
    const { owner: _, ...old } = inputs;
    const saved = { id: path, inputs: old, outs: { ...old, machineId: "machine-1", phase: "ready", schemaVersion: 1 } };
    expect(await prod.refresh(saved)).toBeDefined();
    const { outs } = await prod.update(saved, "disk", declared());
    expect(outs["claimId"]).toMatch(UUID);
    expect(claim()).toContain("owner=shop/prod::DiskImage::disk\n");
    expect(readdirSync(folder()).sort()).toEqual(["claim", "format", "mount", "phase"]);
    // The older state, restored, manages nothing any more.
    await prod.delete(saved);
    expect(existsSync(path)).toBe(true);
  });

  it("of an earlier version is released by the state of that version", async () => {
    mkdirSync(shell.at("xen"));
    writeFileSync(path, Buffer.alloc(1024 ** 2));
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), "owner"), `pulumi-xen 1\n${path}\n`);
    const inputs = await prod.check({}, "disk", declared());
    const outs = { ...inputs, owner: undefined, machineId: "machine-1", phase: "ready", schemaVersion: 1 };
    await prod.delete({ id: path, inputs, outs });
    expect([existsSync(path), existsSync(folder())]).toEqual([false, false]);
  });

  it("goes on under its own id where a create failed half-way", async () => {
    const sha256 = createHash("sha256").update("x").digest("hex");
    const source = { url: "http://127.0.0.1:1/none", sha256 };
    withoutPauses();
    const declaredNow = declared({ source });
    const inputs = await prod.check({}, "disk", declaredNow);
    const error: unknown = await prod.create("disk", declaredNow).catch((thrown: unknown) => thrown);
    const kept = keptBy(error, inputs);
    expect(kept.outs).toMatchObject({ phase: "making", claimId: expect.stringMatching(UUID) as string });
    expect(await prod.refresh(kept)).toMatchObject({ outs: { phase: "making" } });
    const { outs } = await prod.update(kept, "disk", declared());
    expect(outs).toMatchObject({ phase: "ready", claimId: kept.outs["claimId"] });
  });
});

describe("an update of an image", () => {
  it("that would do more than its preview announced is refused, and a refresh shows why", async () => {
    const saved = await prod.create("disk", declared({ sizeGiB: 2 / 1024 }));
    truncateSync(path, 1024 ** 2);
    const news = declared({ sizeGiB: 2 / 1024, keepOnDelete: true });
    await expect(prod.update(saved, "disk", news)).rejects.toThrow(
      /the preview announced "none".*needs "live".*\n.*Run refresh/,
    );
    expect(statSync(path).size).toBe(1024 ** 2);
    const seen = await prod.refresh(saved);
    if (seen === undefined) throw new Error("it is gone");
    const updated = await prod.update(seen, "disk", news);
    expect(updated.inputs).toMatchObject({ effect: "live" });
    expect(statSync(path).size).toBe(2 * 1024 ** 2);
  });

  it("finishes a growth that was interrupted before its users were told, and the preview says so", async () => {
    const saved = await madeAndUsed();
    writeFileSync(join(folder(), "phase"), "growing\n");
    const seen = await prod.refresh(saved);
    expect(seen).toMatchObject({ outs: { phase: "making" } });
    if (seen === undefined) throw new Error("it is gone");
    const { inputs, outs } = await prod.update(seen, "disk", declared());
    expect(inputs).toMatchObject({ plan: `the users of ${path} may not know its size yet: live`, effect: "live" });
    expect(outs).toMatchObject({ phase: "ready" });
    expect(readFileSync(join(folder(), "phase"), "utf8")).toBe("ready\n");
  });
});

describe("the removal of an image", () => {
  it("is refused while the configuration of a guest that is down names it, however it is spelled there", async () => {
    const saved = await madeAndUsed();
    mkdirSync(shell.at("etc-xen"));
    symlinkSync(shell.at("xen"), shell.at("vm"));
    const config = shell.at("etc-xen", "guest1.cfg");
    for (const disk of [
      `disk = [ "format=raw, vdev=xvda, access=rw, target=${path}" ]`,
      `disk = [\n  'phy:/dev/vg0/other,xvdb,w', # the second\n  'file:${shell.at("vm", "g.img")},xvda,w' ]`,
      `disk += [ '${shell.at("vm")}/../xen/g.img,raw,xvda,rw' ]`,
    ]) {
      writeFileSync(config, `name = "guest1"\n${disk}\nmemory = 256\n`);
      await expect(prod.delete(saved)).rejects.toThrow(/is a disk in the configuration of guest "guest1"/);
      expect(content()).toBe(DATA);
    }
    writeFileSync(config, `name = "guest1"\ndisk = [ '/dev/vg0/other,raw,xvda,rw' ]\nextra = "${path}"\n`);
    await prod.delete(saved);
    expect(existsSync(path)).toBe(false);
  });

  it("keeps what is to be kept, also while a guest is configured with it", async () => {
    const saved = await prod.create("disk", declared({ keepOnDelete: true }));
    mkdirSync(shell.at("etc-xen"));
    writeFileSync(shell.at("etc-xen", "guest1.cfg"), `disk = [ '${path},raw,xvda,rw' ]\n`);
    await prod.delete(saved);
    expect([existsSync(path), existsSync(folder())]).toEqual([true, false]);
  });
});

describe("a secret source", () => {
  let server: Server;
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it("shows in no plan, title, log or error, and in no argument of a program", async () => {
    const body = Buffer.alloc(4096, "disk");
    server = createServer((request, response) => {
      response.writeHead(request.url?.includes("geheim") === true ? 200 : 404).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const url = `http://127.0.0.1:${String(port)}/geheim?token=geheim`;
    withoutPauses();
    const record = `printf '%s\\n' "$*" >>${shell.at("arguments")}`;
    writeFileSync(shell.at("bin", "curl"), `#!/bin/sh\n${record}\nexec /usr/bin/curl "$@"\n`, { mode: 0o755 });
    const sha256 = createHash("sha256").update(body).digest("hex");
    const secret = (more: object) => declared({ source: { url, sha256, ...more }, secretProperties: ["source"] });
    const error: unknown = await prod
      .create("disk", secret({ sha256: "0".repeat(64) }))
      .catch((thrown: unknown) => thrown);
    const kept = keptBy(error, await prod.check({}, "disk", secret({})));
    const saved = await prod.update(kept, "disk", secret({}));
    expect(readFileSync(path).subarray(0, 4).toString()).toBe("disk");
    const { plan } = await prod.check({}, "disk", secret({}));
    await prod.refresh(saved);
    const shown = [String(error), plan, ...host.told, readFileSync(shell.at("arguments"), "utf8")].join("\n");
    expect(shown).toContain("[secret]");
    expect(shown).toContain("-gfsSL");
    expect(shown).not.toContain("geheim");
    for (const file of readdirSync(folder()))
      expect(readFileSync(join(folder(), file), "utf8")).not.toContain("geheim");
  });
});
