/** Downloads and unpacking say how far they have come: over a real server that is slow, with the shells and downloaders of this machine. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { execFileSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { download } from "../../../provider/host/download";
import { progressFunctions } from "../../../provider/host/progress";
import { lines, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";

jest.setTimeout(60_000);

const content = Buffer.alloc(6_000_000, "some bytes of an image ");
const sha256 = createHash("sha256").update(content).digest("hex");
const PIECES = 12;
const A_LINE = /^image: \d+ % \(\d+ of 6 MB\), [\d.]+ (MB|kB)\/s(, \d+ s left)?$/m;

let server: Server;
let url: string;
let saysLength: boolean;
let shell: LocalShell;

beforeEach(async () => {
  saysLength = true;
  server = createServer((_request, response) => {
    response.writeHead(200, saysLength ? { "Content-Length": content.length } : {});
    void (async () => {
      for (let at = 0; at < PIECES; at += 1) {
        response.write(content.subarray((at * content.length) / PIECES, ((at + 1) * content.length) / PIECES));
        await pause(300);
      }
      response.end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/image`;
});
afterEach(async () => {
  shell.remove();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A line each second, where a user gets one each ten. */
function fetched(tool: string): ReturnType<typeof sh> {
  const folder = shell.at("bin");
  mkdirSync(folder);
  for (const name of [
    "sh",
    "cat",
    "cut",
    "df",
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
    "sleep",
    tool,
  ])
    symlinkSync(pathOf(name), `${folder}/${name}`);
  shell.path = folder;
  writeFileSync(shell.at("url"), `${url}\n`);
  const text = download({
    label: "image",
    from: url,
    hides: false,
    urlFile: sh`${shell.at("url")}`,
    sha256,
    target: shell.at("image"),
  });
  return lines([sh`pg_each=1`, text]);
}

describe.each([
  ["dash", ["curl", "wget", "python3"]],
  ["bash", ["curl", "wget", "python3"]],
  // Its own wget, which is in the shell itself, is no downloader of ours.
  ["busybox sh", ["curl", "python3"]],
])("under %s", (program, tools) => {
  beforeEach(() => {
    shell = new LocalShell(program.split(" "));
  });

  test.each(tools.map((tool) => [tool]))("a download by %s tells percent, rate and time left", async (tool) => {
    const ran = await shell.run(fetched(tool));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(shell.at("image")).equals(content)).toBe(true);
    expect(ran.stdout).toMatch(A_LINE);
    expect(ran.stdout).toMatch(/ s left$/m);
  });

  test("a download whose length nobody tells has no percent and no time left", async () => {
    saysLength = false;
    const ran = await shell.run(fetched("curl"));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^image: \d+ MB, [\d.]+ (MB|kB)\/s$/m);
    expect(ran.stdout).not.toMatch(/%|left/);
  });

  test("a program that reads a file tells how far it has come, and nothing is left of who watched it", async () => {
    writeFileSync(shell.at("source"), content);
    mkdirSync(shell.at("tmp"));
    const ran = await shell.run(sh`pg_each=1
${progressFunctions}
pg_watch unpacking ${shell.at("tmp", "reader")} ${content.length}
pg_read ${shell.at("tmp", "reader")} cat <${shell.at("source")} | while [ "$(head -c 500000 | wc -c)" -gt 0 ]; do sleep 0.3; done
pg_unwatch
kill -0 "$pg_watcher" 2>/dev/null && echo "somebody still watches" || :`);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^unpacking: \d+ % \(\d+ of 6 MB\), [\d.]+ (MB|kB)\/s(, \d+ s left)?$/m);
    expect(ran.stdout).not.toContain("still watches");
  });

  test("a copy that stands still says for how long", async () => {
    const ran = await shell.run(sh`${progressFunctions}
pg_begin 0
pg_now=$((pg_began + 10)); pg_say image 5000000 20000000
pg_now=$((pg_began + 20)); pg_say image 5000000 20000000
pg_now=$((pg_began + 30)); pg_say image 5000000 0`);
    expect(ran.stdout).toBe(
      "image: 25 % (5 of 20 MB), 0.5 MB/s, 29 s left\nimage: 25 % (5 of 20 MB), 0.2 MB/s, nothing new for 10 s\nimage: 5 MB, 0.1 MB/s, nothing new for 10 s\n",
    );
  });
});

function pathOf(name: string): string {
  return execFileSync("sh", ["-c", `PATH=/usr/bin:/bin:/usr/sbin:/sbin command -v ${name}`], {
    encoding: "utf8",
  }).trim();
}
