import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { closeHosts, openHost } from "../../../provider/remote";
import { eventually } from "../../support/eventually";
import { type Sshd, startSshd } from "../../support/sshd";
import { type SshServer, startSshServer } from "../../support/ssh-server";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(60_000);

let sshd: Sshd;

/**
 * A shell that takes no content. Over OpenSSH a command has begun when the host says its mark (framed-command.ts), so this says it;
 * it stands in what the host would `eval`.
 */
function sleepingShell(): string {
  const shell = join(mkdtempSync(join(tmpdir(), "px-sleeping-")), "sh");
  const program = `#!/bin/sh
mark=$(eval "printf '%s' ${"$"}{2#eval }" | grep -o '@[0-9a-f]\\{16\\}' | head -n 1)
[ -z "$mark" ] || printf '\\n%s begin %s\\n' "$mark" $$ >&2
exec sleep 30
`;
  writeFileSync(shell, program, { mode: 0o755 });
  return shell;
}

beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(closeHosts);
afterAll(async () => {
  await sshd.stop();
});

describe("an upload", () => {
  const content = randomBytes(3 * 1024 * 1024);
  const sha256 = sha256Of(content);

  it("arrives whole, with its mode, or leaves the old file alone", async () => {
    const folder = join(sshd.folder, "up load's");
    const path = join(folder, "image");
    const host = openHost(sshd.connection);
    await host.upload(Readable.from([content.subarray(0, 1000), content.subarray(1000)]), {
      path,
      mode: "640",
      sha256,
      sizeBytes: content.length,
    });
    expect(readFileSync(path).equals(content)).toBe(true);
    const short = { path, mode: "640", sha256, sizeBytes: content.length };
    await expect(host.upload(Readable.from([content.subarray(0, 5000)]), short)).rejects.toThrow("5000 bytes arrived");
    const other = { path, mode: "640", sha256: "0".repeat(64), sizeBytes: content.length };
    await expect(host.upload(Readable.from([content]), other)).rejects.toThrow("sha256 of what arrived");
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(folder)).toEqual(["image"]);
  });

  it("of a file with holes writes no zeros there, and holds no more of it in memory than it sends", async () => {
    const local = join(sshd.folder, "local.img");
    const sizeBytes = 512 * 1024 * 1024 + 12_345;
    const file = openSync(local, "w");
    ftruncateSync(file, sizeBytes);
    writeSync(file, "near the beginning", 70_000);
    writeSync(file, "the end", sizeBytes - 7);
    closeSync(file);
    const sha256 = execFileSync("sha256sum", [local], { encoding: "utf8" }).slice(0, 64);
    const path = join(sshd.folder, "remote.img");
    const before = process.memoryUsage.rss();
    await openHost(sshd.connection).upload(createReadStream(local), { path, mode: "600", sha256, sizeBytes });
    expect(statSync(path)).toMatchObject({ size: sizeBytes });
    expect(statSync(path).blocks * 512).toBeLessThan(1024 * 1024);
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 * 1024);
    execFileSync("cmp", [local, path]);
  });

  it("is lost, and does not hang, when its connection is ended while the host takes nothing more", async () => {
    const server = await startSshServer({ shell: sleepingShell() });
    try {
      const sizeBytes = 16 * 1024 * 1024;
      let givenBytes = 0;
      const endless = new Readable({
        read: () => {
          givenBytes += 64 * 1024;
          endless.push(randomBytes(64 * 1024));
        },
      });
      const target = { path: join(server.root, "image"), mode: "600", sha256: "0".repeat(64), sizeBytes };
      const upload = openHost(server.connection).upload(endless, target);
      upload.catch(() => undefined);
      // ssh2's window is 2 MiB: from then on it waits for room. What was given says that the channel is open, which the server
      // knows before we do.
      await eventually(() => expect(givenBytes).toBeGreaterThan(2 * 1024 * 1024), { seconds: 20 });
      await closeHosts();
      await expect(upload).rejects.toThrow("was lost while");
      expect(endless.destroyed).toBe(true);
    } finally {
      await server.stop();
    }
  });

  it("clears away what a writer left that died, and not what one that lives is writing", async () => {
    const folder = join(sshd.folder, "drafts");
    const path = join(folder, "image");
    const host = openHost(sshd.connection);
    const target = { path, mode: "600", sha256, sizeBytes: content.length };
    await host.upload(Readable.from([content]), target);
    const born = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ")[19];
    const living = `.pulumi-xen.${String(process.pid)}.${String(born)}`;
    for (const name of [living, `.pulumi-xen.${String(process.pid)}.1`, ".pulumi-xen.999999999.5"])
      writeFileSync(join(folder, name), "draft");
    await host.upload(Readable.from([content]), target);
    expect(readdirSync(folder).sort()).toEqual([living, "image"]);
  });
});

describe.each([
  ["dash", "dash", ""],
  ["bash", "bash", ""],
  ["busybox, tools and all", "busybox sh", "busybox"],
])("an upload to %s", (_name, shell, tools) => {
  const links = mkdtempSync(join(tmpdir(), "pulumi-xen-tools-"));
  let server: SshServer;

  beforeAll(async () => {
    if (tools !== "") execFileSync(tools, ["--install", "-s", links]);
    server = await startSshServer({ shell, environment: tools === "" ? {} : { PULUMI_XEN_PATH: links } });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(links, { recursive: true });
  });

  it.each([0, 1, 65_535, 65_536, 65_537, 9_000_001])(
    "of %i bytes, zeros among them, is the same there",
    async (size) => {
      const content = Buffer.alloc(size, "zeros and others");
      content.fill(0, Math.floor(size / 3), Math.floor((2 * size) / 3));
      const path = join(server.root, "file");
      await openHost(server.connection).upload(Readable.from(chunks(content, 10_007)), {
        path,
        mode: "600",
        sha256: sha256Of(content),
        sizeBytes: size,
      });
      expect(readFileSync(path).equals(content)).toBe(true);
    },
  );
});

function* chunks(content: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

function sha256Of(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
