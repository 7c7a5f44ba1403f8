/**
 * Secrets stay where they belong. A guest with a marked secret in every place is made, changed, and made to fail at
 * several steps, over the practice engine and the real dynamic provider process, on a pretended host behind a real
 * SSH connection. Then every file, every word that was shown and every command line that was seen is searched.
 *
 * It runs our built package, as a user's program does.
 */
import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerChannel } from "ssh2";
import { practiceEngine, type StackResult } from "../../../lab/engine";
import { freeTcpPort } from "../../../lab/host/ports";
import { PretendXen } from "../../support/pretend-xen";
import { projectRoot } from "../../support/project-root";
import { hearScripts } from "../../support/proofs/heard-scripts";
import { type SshServer, startSshServer } from "../../support/ssh-server";

jest.setTimeout(600_000);

/** Each with its own mark, and with characters that other writings change. */
const secrets = {
  password: 'login "mark" &a1f3 ä\\',
  vncPassword: "vnc&b2e%",
  rootPassword: 'root "mark" &c3d5 \\x',
  extra: 'extra="mark &d4c6"',
  extraConfig: "config 'mark' &e5b7",
  disk: "disk-mark-f6a8.img",
  vif: "198.51.100.177",
  kernel: "/boot/kernel-mark-a7b9",
  wait: "wait for 'mark' &b8c1",
};
/** pygrub and xl take these by argument: there is no other way to tell them. */
const IN_ARGUMENTS = ["disk", "vif"];

const PASSPHRASE = "a passphrase of the test's own";

/** The ways in which a text may be written that are still the text. */
function writingsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const json = JSON.stringify(text).slice(1, -1);
  const xl = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  const shell = text.replaceAll("'", "'\\''");
  // In base64 a text begins at one of three places of a group; what its neighbours change is left out.
  const base64 = [text, json, xl].flatMap((writing) =>
    [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), Buffer.from(writing)])
        .toString("base64")
        .replace(/=+$/, "")
        .slice(shift === 0 ? 0 : 4, -2),
    ),
  );
  return [
    ...new Set([
      text,
      json,
      JSON.stringify(json).slice(1, -1),
      xl,
      JSON.stringify(xl).slice(1, -1),
      shell,
      encodeURIComponent(text),
      bytes.toString("hex"),
      bytes.toString("latin1"),
      ...base64,
    ]),
  ];
}

const writings = Object.entries(secrets).flatMap(([name, text]) =>
  writingsOf(text).map((writing): [string, Buffer] => [name, Buffer.from(writing)]),
);

/** The secrets that a text holds, in whatever writing. */
function found(content: Buffer | string): string[] {
  const bytes = Buffer.from(content);
  return [...new Set(writings.filter(([, writing]) => bytes.includes(writing)).map(([name]) => name))];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Files of other tests that run at the same time come and go. */
function contentsOf(path: string): [string, Buffer][] {
  try {
    const files = statSync(path).isDirectory() ? filesBelow(path) : [path];
    return files.map((file) => [file, readFileSync(file)]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

it("the search finds a secret in whatever writing, and nothing where there is none", () => {
  for (const [name, text] of Object.entries(secrets)) {
    expect(found(`before ${text} behind`)).toEqual([name]);
    expect(found(Buffer.from(`{"a": ${JSON.stringify(text)}}`).toString("base64"))).toEqual([name]);
    expect(found(Buffer.from(text).toString("hex"))).toEqual([name]);
    expect(found(`http://h/?q=${encodeURIComponent(text)}`)).toEqual([name]);
    expect(found(JSON.stringify({ inner: JSON.stringify({ text }) }))).toEqual([name]);
  }
  expect(found("login mark, vnc mark, root mark")).toEqual([]);
});

describe("a guest full of secrets", () => {
  const xen = new PretendXen(["dash"]);
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-secrets-"));
  const project = join(projectRoot, "test/support/programs/secret-guest");
  const told: StackResult[] = [];
  /** Command lines and environments of processes: on the host all of both, elsewhere command lines. */
  const seen = new Map<string, string[]>();
  /** What a failing run left on the host, by the file's path. */
  const left = new Map<string, { mode: string; secrets: string[] }>();
  let samples = 0;
  let sampling: NodeJS.Timeout | undefined;
  let server: SshServer;
  let media: object;
  const before = new Set(readdirSync(tmpdir()));

  /** The host's folders lie below the root of the pretended one, also in what travels as base64. */
  const localized = (script: string): string => {
    const here = (text: string): string =>
      xen.localized(text).replaceAll("/run/pulumi-xen", join(xen.root, "run/pulumi-xen"));
    return here(script).replaceAll(
      /(unpack \S+ )'([A-Za-z0-9+/=]+)'/g,
      (_all, head: string, base64: string) =>
        `${head}'${Buffer.from(here(Buffer.from(base64, "base64").toString())).toString("base64")}'`,
    );
  };

  const serve = (command: string, channel: ServerChannel): boolean => {
    hearScripts(command, channel, ({ script, end }) => {
      const child = spawn("/bin/sh", ["-c", 'eval "$(cat)"'], {
        detached: true,
        env: {
          PATH: process.env["PATH"],
          HOST_SIDE: "yes",
          PULUMI_XEN_ROOT: join(xen.root, "var/lib/pulumi-xen"),
          PULUMI_XEN_PATH: `${join(xen.root, "bin")}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
          PRETEND: join(xen.root, "state"),
          PRETEND_LOGS: join(xen.root, "var/log/xen"),
        },
      });
      child.stdin.on("error", () => undefined);
      child.stdin.end(localized(script));
      child.stdout.on("data", (bytes: Buffer) => channel.write(bytes));
      child.stderr.on("data", (bytes: Buffer) => channel.stderr.write(bytes));
      channel.once("close", () => {
        child.stdout.destroy();
        child.stderr.destroy();
      });
      child.once("close", (code) => {
        end(code ?? 137);
      });
    });
    return true;
  };

  function sample(): void {
    samples += 1;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`);
        const line = readFileSync(`/proc/${pid}/cmdline`);
        const isHosts = environment.includes("HOST_SIDE=yes");
        const all = found(isHosts ? Buffer.concat([line, Buffer.from("\0"), environment]) : line);
        const hits = all.filter((name) => !IN_ARGUMENTS.includes(name));
        if (hits.length > 0) seen.set(line.toString().replaceAll("\0", " ").slice(0, 300), hits);
      } catch {
        // It has ended.
      }
    }
  }

  function search(): void {
    for (const path of filesBelow(xen.root)) {
      const hits = found(readFileSync(path));
      if (hits.length > 0)
        left.set(path.slice(xen.root.length), { mode: (statSync(path).mode & 0o777).toString(8), secrets: hits });
    }
  }

  const program = join(folder, "secrets.json");
  const options = { cwd: project, stack: "dev" };
  const engine = practiceEngine({ stateFile: join(folder, "state.json") });

  async function run(
    action: "up" | "refresh" | "destroy",
    more: object = {},
    changed: object = {},
  ): Promise<StackResult> {
    const declared = {
      connection: { ...server.connection, password: secrets.password },
      media,
      disk: join(xen.root, "disks", secrets.disk),
      secrets,
      more,
      ...changed,
    };
    writeFileSync(program, JSON.stringify(declared), { mode: 0o600 });
    process.env["SECRET_GUEST_FILE"] = program;
    process.env["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE;
    try {
      const result = await engine[action](options);
      told.push(result);
      return result;
    } finally {
      delete process.env["PULUMI_CONFIG_PASSPHRASE"];
      rmSync(program);
      search();
    }
  }

  beforeAll(async () => {
    server = await startSshServer({ password: secrets.password, onExec: serve });
    chmodSync(xen.root, 0o755);
    mkdirSync(join(xen.root, "sys/class/net/lo/bridge"), { recursive: true });
    mkdirSync(join(xen.root, "run"), { recursive: true });
    mkdirSync(join(xen.root, "xen/vm/files"), { recursive: true });
    mkdirSync(join(xen.root, "disks"));
    xen.write(`/disks/${secrets.disk}`, "");
    for (const name of ["vmlinuz", "initrd"]) xen.write(`/xen/vm/${name}`, "kernel");
    xen.set("installer.seconds", "3");
    media = {
      name: "media",
      directory: "/xen/vm",
      kernelPath: "/xen/vm/vmlinuz",
      ramdiskPath: "/xen/vm/initrd",
      serve: { bridge: "lo", port: await freeTcpPort() },
    };
    const modules = join(project, "node_modules");
    rmSync(modules, { force: true });
    symlinkSync(join(projectRoot, "node_modules"), modules);
    const again = (): void => {
      sample();
      sampling = setTimeout(again, 30);
    };
    again();
  });

  afterAll(async () => {
    clearTimeout(sampling);
    await server.stop();
    xen.remove();
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(project, "node_modules"), { force: true });
  });

  it("fails without showing one: a login that is refused, values that are refused, steps that fail", async () => {
    const wrongLogin = await run(
      "up",
      {},
      { connection: { ...server.connection, password: `${secrets.password} or so` } },
    );
    expect(wrongLogin.log).toContain("refuses the login");
    const refused = await run("up", {}, { secrets: { ...secrets, vncPassword: `${secrets.vncPassword},x` } });
    expect(refused.log).toContain("vncPassword");
    xen.set("create.fails", "libxl: error: can't allocate low memory for domain: Out of memory");
    const noMemory = await run("up");
    expect(noMemory.log).toContain("Out of memory");
    xen.set("installer", "crash");
    const crashed = await run("up");
    expect(crashed.log).toContain("crashed");
    xen.set("installer", "reboot");
    expect([wrongLogin, refused, noMemory, crashed].map(({ ok }) => ok)).toEqual([false, false, false, false]);
  });

  it("is made, changed and looked at, and the secrets are where they must be", async () => {
    expect((await run("up")).errors).toEqual([]);
    expect((await run("up", { memoryMiB: 512, autostart: true })).errors).toEqual([]);
    expect((await run("refresh", { memoryMiB: 512, autostart: true })).errors).toEqual([]);
    const config = join(xen.root, "etc/xen/guest1.cfg");
    expect(found(readFileSync(config)).sort()).toEqual(["disk", "extra", "extraConfig", "vif", "vncPassword"]);
    expect((statSync(config).mode & 0o777).toString(8)).toBe("600");
  });

  it("is refused a secret kernel, and waits in vain for a secret text, without showing either", async () => {
    const more = { memoryMiB: 512, autostart: true };
    const refused = await run("up", { ...more, boot: "direct", kernel: secrets.kernel });
    expect(refused.log).toContain("[secret] does not exist on this host");
    const late = await run("up", { ...more, vcpus: 2, waitFor: { consoleText: secrets.wait, timeoutSeconds: 1 } });
    expect(late.log).toContain("the wait for [secret] has failed");
    expect([refused.ok, late.ok]).toEqual([false, false]);
  });

  it("has left none in any file of the host but its own, which are root's alone", () => {
    const own =
      /^\/(etc\/xen\/guest1\.cfg|var\/lib\/pulumi-xen\/domu\/[0-9a-f-]{36}\/((boot|install)\.cfg|disk-mode)|run\/pulumi-xen\/http\/[^/]+\/www\/guest1\/answers\/preseed\.cfg|state\/\S+)$/;
    expect([...left].filter(([path]) => !own.test(path))).toEqual([]);
    expect(left.get("/etc/xen/guest1.cfg")).toMatchObject({ mode: "600" });
    for (const [path, { mode }] of left)
      if (!path.startsWith("/state/")) expect([path, mode]).toEqual([path, expect.stringMatching(/^[64]00$/)]);
    expect([...left.keys()].some((path) => path.includes("/jobs/"))).toBe(false);
    // The job folders were there to be searched.
    expect(filesBelow(join(xen.root, "var/lib/pulumi-xen/jobs")).length).toBeGreaterThan(5);
  });

  it("has left none in the state, its secrets being encrypted, nor in anything that was shown", async () => {
    const files = filesBelow(folder);
    expect(files.map((path) => path.slice(folder.length))).toContain("/state.json");
    for (const path of files) expect([path, found(readFileSync(path))]).toEqual([path, []]);
    process.env["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE;
    expect(found(JSON.stringify(await engine.export(options)))).toEqual([]);
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    for (const result of told) {
      expect(found(result.log)).toEqual([]);
      expect(found(JSON.stringify(result))).toEqual([]);
    }
    expect(told.map(({ log }) => log).join()).toContain("[secret]");
  });

  it("has shown none in a list of processes, of which there were many", () => {
    expect(samples).toBeGreaterThan(20);
    expect([...seen]).toEqual([]);
  });

  it("is removed, and has left none among the temporary files of this machine", async () => {
    expect((await run("destroy")).errors).toEqual([]);
    const mine = [xen.root, folder, server.root].map((path) => path.split("/").at(-1));
    const fresh = readdirSync(tmpdir()).filter((name) => !before.has(name) && !mine.includes(name));
    for (const name of fresh) {
      const path = join(tmpdir(), name);
      if (!/^(tmp\.|pulumi)/.test(name)) continue;
      for (const [file, content] of contentsOf(path)) expect([file, found(content)]).toEqual([file, []]);
    }
    expect(found(server.root)).toEqual([]);
    for (const file of filesBelow(server.root)) expect([file, found(readFileSync(file))]).toEqual([file, []]);
  });

  it("would have been caught: a planted secret is found in a command line", async () => {
    const child = spawn("sleep", ["20", "0"], { argv0: `sleep ${secrets.vncPassword}`, stdio: "ignore" });
    try {
      await new Promise((resolve) => child.once("spawn", resolve));
      sample();
      expect([...seen.values()]).toEqual([["vncPassword"]]);
    } finally {
      child.kill();
    }
  });
});
