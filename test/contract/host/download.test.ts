import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type Server, createServer } from "node:http";
import { execFileSync } from "node:child_process";
import { download } from "../../../provider/host/download";
import { LocalShell } from "../../support/local-shell";

jest.setTimeout(60_000);

const content = Buffer.alloc(300_000, "some bytes of a kernel ");
const sha256 = createHash("sha256").update(content).digest("hex");

let server: Server;
let asked: (string | undefined)[];
/** How many bytes of the first answer arrive before the connection is cut; undefined: all. */
let cutAfter: number | undefined;
let url: string;
let shell: LocalShell;

beforeEach(async () => {
  asked = [];
  cutAfter = undefined;
  server = createServer((request: IncomingMessage, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    asked.push(range);
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
      "sleep",
      tool,
    ]) {
      symlinkSync(pathOf(name), `${folder}/${name}`);
    }
    shell.path = folder;
  });

  const fetched = () => download({ label: "kernel", url, sha256, target: shell.at("vmlinuz") });

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

  test("another file than declared never takes the name", async () => {
    const ran = await shell.run(
      download({ label: "kernel", url, sha256: "0".repeat(64), target: shell.at("vmlinuz") }),
    );
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
  const ran = await shell.run(download({ label: "kernel", url, sha256, target: shell.at("vmlinuz") }));
  expect(ran).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("None of curl, wget and python3") as string,
  });
});

function pathOf(name: string): string {
  return execFileSync("sh", ["-c", `PATH=/usr/bin:/bin:/usr/sbin:/sbin command -v ${name}`], {
    encoding: "utf8",
  }).trim();
}
