import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { freeTcpPort } from "../../../lab/host/ports";
import {
  type Serving,
  fillTokens,
  readPortTaken,
  requestLog,
  sayPortTaken,
  startServing,
  stopServing,
} from "../../../provider/host/media-server";
import { sh } from "../../../provider/shell";
import { isoTools } from "../../support/iso-judge";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { findPython2, onlyPython } from "../../support/python2";

// Each starts and stops real programs; on a busy machine that takes its time.
jest.setTimeout(60_000);

const judge = isoTools();
if ("missing" in judge) note(`not run: the tree of an ISO over HTTP: ${judge.missing}`);

const python2 = findPython2();
if (python2 === undefined) note("not run: the media server under Python 2: no python2");
else note(`media server: also under Python ${python2.version}`);

const PROGRAMS =
  "sh awk basename cat chmod chown cp date dirname dash flock grep head id ip kill ln ls mkdir mktemp mv readlink rm rmdir setsid sleep stat tail tr";

let shell: LocalShell;
let port: number;
let python: string | undefined;
beforeEach(async () => {
  shell = new LocalShell();
  if (python !== undefined) shell.path = onlyPython(shell.at("bin"), python, PROGRAMS);
  port = await freeTcpPort();
  mkdirSync(shell.at("media", "files", "sub"), { recursive: true });
  writeFileSync(shell.at("media", "files", "rootfs.tgz"), "tree");
});
afterEach(async () => {
  for (const guest of ["one", "two"]) await shell.run(stopServing({ bridge: "lo", port, guest }));
  shell.remove();
});

// "lo" stands for the bridge: it has an address everywhere.
const serving = (guest: string, more: Partial<Serving> = {}): Serving => ({
  directory: shell.at("media"),
  bridge: "lo",
  port,
  guest,
  ...more,
});
const pid = (): string => readFileSync(shell.at("run", "pulumi-xen", "http", `lo-${port}`, "pid"), "utf8").trim();
const get = async (path: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, text: await answer.text() };
};

/** As Debian has it, and as CentOS 6. */
const pythons: readonly (readonly [string, string | undefined])[] = [
  ["python3", undefined],
  ...(python2 === undefined ? [] : ([["no other Python than 2", python2.path]] as const)),
];
describe.each(pythons)("with %s", (_name, path) => {
  beforeAll(() => {
    python = path;
  });
  test("a guest finds its files and its answers, tokens filled in, and nobody finds a list of them", async () => {
    writeFileSync(
      shell.at("answers"),
      Buffer.concat([
        Buffer.from("ROOTFS={mediaUrl}/rootfs.tgz FROM={answersUrl} HOST={hostAddress} "),
        Buffer.from([0xff, 0xfe]),
      ]),
    );
    const ran = await shell.run(startServing(serving("one"), { fileName: "ks", source: sh`${shell.at("answers")}` }));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "", stdout: `serving http://127.0.0.1:${port}/one/\n` });
    expect(await get("/one/files/rootfs.tgz")).toEqual({ status: 200, text: "tree" });
    const answer = await fetch(`http://127.0.0.1:${port}/one/answers/ks`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const base = `http://127.0.0.1:${port}/one`;
    expect(bytes.subarray(0, -2).toString()).toBe(
      `ROOTFS=${base}/files/rootfs.tgz FROM=${base}/answers/ks HOST=127.0.0.1 `,
    );
    expect([...bytes.subarray(-2)]).toEqual([0xff, 0xfe]);
    for (const folder of ["/", "/one/", "/one/answers/", "/one/files/", "/one/files/sub/"])
      expect((await get(folder)).status).toBe(404);
    expect((await get("/one/files/../../../guests/one/until")).status).toBe(404);
    const log = requestLog({ bridge: "lo", port }).replace("/run", shell.at("run"));
    expect(readFileSync(log, "utf8")).toContain("GET /one/files/rootfs.tgz");
  });

  test("the files beside an answer file are in its folder, which has a name of its own", async () => {
    writeFileSync(shell.at("user"), "FOLDER={answersFolderUrl}/ SELF={answersUrl}");
    writeFileSync(shell.at("meta"), "id of {hostAddress}");
    const beside = { fileName: "meta-data", source: sh`${shell.at("meta")}` };
    const ran = await shell.run(
      startServing(serving("one"), { fileName: "user-data", source: sh`${shell.at("user")}`, others: [beside] }),
    );
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    const folder = `http://127.0.0.1:${port}/one/answers`;
    expect(await get("/one/answers/user-data")).toEqual({
      status: 200,
      text: `FOLDER=${folder}/ SELF=${folder}/user-data`,
    });
    expect(await get("/one/answers/meta-data")).toEqual({ status: 200, text: "id of 127.0.0.1" });
  });

  test("answers are readable by the server alone", async () => {
    writeFileSync(shell.at("answers"), "secret");
    await shell.run(startServing(serving("one"), { fileName: "ks", source: sh`${shell.at("answers")}` }));
    const file = shell.at("run", "pulumi-xen", "http", `lo-${port}`, "www", "one", "answers", "ks");
    expect(statSync(file).mode & 0o777).toBe(0o400);
    if (process.getuid?.() === 0) expect(readFileSync(`/proc/${pid()}/status`, "utf8")).not.toMatch(/^Uid:\s+0\s/m);
  });

  test("two installs share one server, and the last one takes everything away", async () => {
    await shell.run(startServing(serving("one")));
    const first = pid();
    await shell.run(startServing(serving("two")));
    await shell.run(startServing(serving("one")));
    expect(pid()).toBe(first);
    await shell.run(stopServing(serving("one")));
    expect((await get("/one/files/rootfs.tgz")).status).toBe(404);
    expect((await get("/two/files/rootfs.tgz")).status).toBe(200);
    expect(await shell.run(stopServing(serving("two")))).toMatchObject({ exitCode: 0, stderr: "" });
    await expect(get("/two/files/rootfs.tgz")).rejects.toThrow();
    expect(existsSync(shell.at("run", "pulumi-xen"))).toBe(false);
    expect((await shell.run(stopServing(serving("two")))).exitCode).toBe(0);
  });

  test("tokens are filled into a file of any bytes, at the mode that was asked for", async () => {
    await shell.run(startServing(serving("one")));
    writeFileSync(shell.at("cfg"), 'extra = "url={mediaUrl} \\1 & $HOME"\n');
    const ran = await shell.run(fillTokens(serving("one"), sh`${shell.at("cfg")}`, sh`${shell.at("out")}`));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(shell.at("out"), "utf8")).toBe(
      `extra = "url=http://127.0.0.1:${port}/one/files \\1 & $HOME"\n`,
    );
    expect(statSync(shell.at("out")).mode & 0o777).toBe(0o600);
  });

  test("a part of a file is served as it is asked for, as installers do that go on after a cut", async () => {
    await shell.run(startServing(serving("one")));
    writeFileSync(shell.at("media", "files", "ten"), "0123456789");
    const part = async (range: string, more: Record<string, string> = {}): Promise<unknown[]> => {
      const answer = await fetch(`http://127.0.0.1:${port}/one/files/ten`, { headers: { Range: range, ...more } });
      return [answer.status, await answer.text(), answer.headers.get("content-range")];
    };
    expect(await part("bytes=2-4")).toEqual([206, "234", "bytes 2-4/10"]);
    expect(await part("bytes=7-")).toEqual([206, "789", "bytes 7-9/10"]);
    expect(await part("bytes=-2")).toEqual([206, "89", "bytes 8-9/10"]);
    expect(await part("bytes=8-100")).toEqual([206, "89", "bytes 8-9/10"]);
    expect(await part("bytes=10-")).toEqual([416, "", "bytes */10"]);
    for (const range of ["bytes=0-1,3-4", "lines=1-2", "bytes=-"])
      expect(await part(range)).toEqual([200, "0123456789", null]);
    // Of a file that has changed since, the whole.
    expect(await part("bytes=2-4", { "If-Range": "Thu, 01 Jan 1970 00:00:00 GMT" })).toEqual([200, "0123456789", null]);
  });

  const tree = "missing" in judge ? test.skip : test;
  /** An ISO with a file, a name of blanks, links inside it and out of it; and a secret of the host beside it. */
  const iso = (): string => {
    const folder = shell.at("tree");
    mkdirSync(join(folder, "dists", "a b"), { recursive: true });
    writeFileSync(join(folder, "dists", "a b", "Release"), "release of a tree");
    writeFileSync(shell.at("secret"), "secret of the host");
    symlinkSync("dists", join(folder, "debian"));
    symlinkSync("../../../../../../../../etc/hostname", join(folder, "dists", "out"));
    symlinkSync(shell.at("secret"), join(folder, "absolute"));
    writeFileSync(join(folder, "large"), Buffer.alloc(9 * 2 ** 20, "0123456789abcdef"));
    if (!("missing" in judge))
      judge.run(shell.root, "xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", "cd.iso", folder);
    return shell.at("cd.iso");
  };

  tree("the content of an ISO is served to its guest alone, whole and in parts, and nothing of the host", async () => {
    const ran = await shell.run(startServing(serving("one", { iso: iso() })));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    await shell.run(startServing(serving("two")));
    writeFileSync(shell.at("cfg"), "inst.repo={treeUrl}");
    await shell.run(fillTokens(serving("one"), sh`${shell.at("cfg")}`, sh`${shell.at("out")}`));
    expect(readFileSync(shell.at("out"), "utf8")).toBe(`inst.repo=http://127.0.0.1:${port}/one/tree`);
    for (const path of ["dists/a%20b/Release", "debian/a%20b/Release?x=1", "debian//./a%20b/Release"])
      expect([path, await get(`/one/tree/${path}`)]).toEqual([path, { status: 200, text: "release of a tree" }]);
    for (const path of ["", "/", "/dists/", "/dists/out", "/absolute", "/nosuch", "/%2e%2e/answers", "/dists/%00"])
      expect([path, (await get(`/one/tree${path}`)).status]).toEqual([path, 404]);
    expect((await get("/two/tree/dists/a%20b/Release")).status).toBe(404);
    const large = await fetch(`http://127.0.0.1:${port}/one/tree/large`);
    expect(large.headers.get("content-length")).toBe(String(9 * 2 ** 20));
    expect(Buffer.from(await large.arrayBuffer()).equals(readFileSync(shell.at("tree", "large")))).toBe(true);
    const part = await fetch(`http://127.0.0.1:${port}/one/tree/large`, { headers: { Range: "bytes=9437180-" } });
    expect([part.status, await part.text()]).toEqual([206, "cdef"]);
    const head = await fetch(`http://127.0.0.1:${port}/one/tree/large`, { method: "HEAD" });
    expect([head.status, head.headers.get("accept-ranges")]).toEqual([200, "bytes"]);
  });

  tree("a server that was killed leaves nothing mounted or held, and the next one serves the tree again", async () => {
    const path = iso();
    await shell.run(startServing(serving("one", { iso: path })));
    process.kill(Number(pid()), "SIGKILL");
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain(path);
    expect((await shell.run(startServing(serving("one", { iso: path })))).exitCode).toBe(0);
    expect((await get("/one/tree/dists/a%20b/Release")).status).toBe(200);
    // The guest's next install has no tree.
    await shell.run(startServing(serving("one")));
    expect((await get("/one/tree/dists/a%20b/Release")).status).toBe(404);
    await shell.run(stopServing(serving("one")));
    await shell.run(stopServing(serving("two")));
    expect(existsSync(shell.at("run", "pulumi-xen"))).toBe(false);
    expect(existsSync(path)).toBe(true);
  });

  tree("a server of an earlier version, which knows no trees, makes way for one that does", async () => {
    await shell.run(startServing(serving("one")));
    const first = pid();
    rmSync(shell.at("run", "pulumi-xen", "http", `lo-${port}`, "iso9660.py"));
    await shell.run(startServing(serving("two")));
    expect(pid()).toBe(first);
    await shell.run(startServing(serving("two", { iso: iso() })));
    expect(pid()).not.toBe(first);
    expect((await get("/two/tree/dists/a%20b/Release")).status).toBe(200);
    expect((await get("/one/files/rootfs.tgz")).status).toBe(200);
  });

  test("an ISO that the server may not read, and one that is none, get one sentence with the remedy", async () => {
    writeFileSync(shell.at("none.iso"), "no ISO");
    const ran = await shell.run(startServing(serving("one", { iso: shell.at("none.iso") })));
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(
      /none.iso cannot be used: it is cut, or no ISO 9660 image\n.*The tree of the ISO cannot be served/,
    );
    expect(existsSync(shell.at("run", "pulumi-xen"))).toBe(false);
  });

  test("a port that another program has gets one sentence with the remedy", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    try {
      const ran = await shell.run(startServing(serving("one")));
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain("Address already in use");
      expect(ran.stderr).toContain("set servePort of the InstallMedia");
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test("who asks before an installation is told of a port that another program has, and of no other", async () => {
    const taken = (bridge = "lo"): Promise<string | undefined> =>
      shell.ask({ about: "the port", script: sayPortTaken({ bridge, port }), read: readPortTaken });
    expect(await taken()).toBeUndefined();
    await shell.run(startServing(serving("one")));
    // Our own server is shared.
    expect(await taken()).toBeUndefined();
    await shell.run(stopServing(serving("one")));
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    try {
      expect(await taken()).toBe("127.0.0.1");
      // Without an address nobody can tell.
      expect(await taken("nosuch0")).toBeUndefined();
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test("a bridge without address gets one sentence with the remedy", async () => {
    const ran = await shell.run(startServing(serving("one", { bridge: "nosuch0" })));
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Give the bridge an address") as string,
    });
  });

  test("a pid that belongs to somebody else by now is neither believed nor killed", async () => {
    const folder = shell.at("run", "pulumi-xen", "http", `lo-${port}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/pid`, `${process.pid}\n`);
    writeFileSync(`${folder}/address`, "127.0.0.1\n");
    expect((await shell.run(startServing(serving("one")))).exitCode).toBe(0);
    expect(pid()).not.toBe(String(process.pid));
    expect((await get("/one/files/rootfs.tgz")).status).toBe(200);
  });
});
