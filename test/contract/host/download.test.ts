import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type Server, createServer } from "node:http";
import { execFileSync } from "node:child_process";
import { type Download, download } from "../../../provider/host/download";
import { type ShellText, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";

jest.setTimeout(60_000);

const content = Buffer.alloc(300_000, "some bytes of a kernel ");
const sha256 = createHash("sha256").update(content).digest("hex");

let server: Server;
let asked: (string | undefined)[];
let paths: (string | undefined)[];
/** How many bytes of the first answer arrive before the connection is cut; undefined: all. */
let cutAfter: number | undefined;
let url: string;
let shell: LocalShell;

beforeEach(async () => {
  asked = [];
  paths = [];
  cutAfter = undefined;
  server = createServer((request: IncomingMessage, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    asked.push(range);
    paths.push(decodeURIComponent(request.url ?? ""));
    const from = Number(range ?? 0);
    if (from >= content.length) return void response.writeHead(416).end();
    response.writeHead(range === undefined ? 200 : 206, {
      "Content-Length": content.length - from,
      ...(range === undefined ? {} : { "Content-Range": `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (cutAfter === undefined) return void response.end(content.subarray(from));
    const cut = cutAfter;
    cutAfter = undefined;
    response.write(content.subarray(from, from + cut), () => setTimeout(() => response.destroy(), 50));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/vmlinuz`;
});
afterEach(async () => {
  shell.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe.each([["curl"], ["wget"], ["python3"]])("with %s and no other downloader", (tool) => {
  beforeEach(() => {
    shell = new LocalShell();
    const folder = shell.at("bin");
    mkdirSync(folder);
    for (const name of [
      "sh",
      "cat",
      "cut",
      "awk",
      "sha256sum",
      "stat",
      "tail",
      "tr",
      "mktemp",
      "rm",
      "mv",
      "chmod",
      "sync",
      "sed",
      "df",
    ]) {
      symlinkSync(pathOf(name), `${folder}/${name}`);
    }
    // Pauses between attempts are for a network, not for loopback.
    writeFileSync(`${folder}/sleep`, `#!/bin/sh\nexec ${pathOf("sleep")} 0.05\n`, { mode: 0o755 });
    writeFileSync(
      `${folder}/${tool}`,
      `#!/bin/sh\nprintf '%s\\n' "$@" >>${shell.at("arguments")}\nexec ${pathOf(tool)} "$@"\n`,
      { mode: 0o755 },
    );
    shell.path = folder;
  });

  const fetched = (more: Partial<Download> = {}, from = url) => fetchedTo(more, from);

  test("the file arrives whole and is not fetched again", async () => {
    const ran = await shell.run(fetched());
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(shell.at("vmlinuz")).equals(content)).toBe(true);
    expect((await shell.run(fetched())).stdout).toContain("is there");
    expect(asked).toHaveLength(1);
  });

  test("a cut download goes on where it stopped", async () => {
    cutAfter = 100_000;
    const ran = await shell.run(fetched());
    expect(ran.exitCode).toBe(0);
    expect(Number(asked[1])).toBeGreaterThan(0);
    expect(readFileSync(shell.at("vmlinuz")).equals(content)).toBe(true);
  });

  test("what an earlier run left is replaced when it does not fit", async () => {
    writeFileSync(shell.at("vmlinuz.part"), "the beginning of another file");
    const ran = await shell.run(fetched());
    expect(ran.exitCode).toBe(0);
    expect(readFileSync(shell.at("vmlinuz")).equals(content)).toBe(true);
  });

  test("the URL is no argument of a program, and a secret one shows in no message", async () => {
    const secret = url.replace("vmlinuz", 'geheim?a="b\\c"&d=$(e)');
    const ran = await shell.run(fetched({ from: "[secret]", hides: true }, secret));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(paths).toEqual([expect.stringMatching(/^\/geheim\?a=.*b.*c.*d=\$\(e\)$/)]);
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
    rmSync(shell.at("vmlinuz"));
    const failed = await shell.run(fetched({ from: "[secret]", hides: true }, secret));
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("[secret] cannot be fetched");
    const seen = [readFileSync(shell.at("arguments"), "utf8"), ran.stdout, failed.stdout, failed.stderr].join();
    expect(seen).not.toMatch(/geheim|127\.0\.0\.1/);
  });

  test("a server that sends without end is not listened to for longer than the file can be, nor until the file system is full", async () => {
    const endless = createServer((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, "x")));
      };
      response.on("drain", more);
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, "127.0.0.1", resolve));
    const address = endless.address();
    const from = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/vmlinuz`;
    try {
      const ran = await shell.run(fetched({ mostBytes: 2_000_000 }, from));
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain("is longer than 2000000 bytes, more than an image of this size begins as");
      expect([existsSync(shell.at("vmlinuz")), existsSync(shell.at("vmlinuz.part"))]).toEqual([false, false]);
      // What is free, as a host tells it whose file system is all but full.
      rmSync(shell.at("bin", "df"));
      const told = "Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x 9 9 20000 9% /\\n";
      writeFileSync(shell.at("bin", "df"), `#!/bin/sh\nprintf '${told}'\n`, { mode: 0o755 });
      const full = await shell.run(fetched({}, from));
      expect([full.exitCode, full.stderr]).toEqual([1, expect.stringContaining("does not fit")]);
      expect(full.stderr).toContain("has only 19 MiB for it. Free some space and run again; what was fetched stays.");
      expect(statSync(shell.at("vmlinuz.part")).size).toBeLessThan(4_000_000);
    } finally {
      endless.closeAllConnections();
      endless.close();
    }
  });

  test("another file than declared never takes the name", async () => {
    const ran = await shell.run(fetched({ sha256: "0".repeat(64) }));
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`its SHA-256 is ${sha256}, expected 0000`) as string,
    });
    expect(existsSync(shell.at("vmlinuz"))).toBe(false);
    expect(existsSync(shell.at("vmlinuz.part"))).toBe(false);
  });
});

test("without any downloader the error names all three", async () => {
  shell = new LocalShell();
  const folder = shell.at("bin");
  mkdirSync(folder);
  for (const name of ["mktemp", "rm"]) symlinkSync(pathOf(name), `${folder}/${name}`);
  shell.path = folder;
  const ran = await shell.run(fetchedTo());
  expect(ran).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("None of curl, wget (GNU) and python3") as string,
  });
});

function fetchedTo(more: Partial<Download> = {}, from = url): ShellText {
  writeFileSync(shell.at("url"), `${from}\n`);
  return download({
    label: "kernel",
    from,
    hides: false,
    urlFile: sh`${shell.at("url")}`,
    sha256,
    target: shell.at("vmlinuz"),
    ...more,
  });
}

function pathOf(name: string): string {
  return execFileSync("sh", ["-c", `PATH=/usr/bin:/bin:/usr/sbin:/sbin command -v ${name}`], {
    encoding: "utf8",
  }).trim();
}
