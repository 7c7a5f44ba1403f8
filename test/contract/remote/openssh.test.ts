/** What only the system's ssh brings, and what it must not do: test/contract/remote runs the rest over both transports. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freeTcpPort } from "../../../lab/host/ports";
import { commandLine, runningProcesses } from "../../../lab/processes";
import {
  AuthenticationError,
  BadInputError,
  CommandError,
  ConnectError,
  HostKeyError,
  UnsupportedError,
} from "../../../provider/errors";
import { type Connection, closeHosts, openHost } from "../../../provider/remote";
import { startOpenssh } from "../../../provider/remote/openssh/start";
import { sh } from "../../../provider/shell";
import { until } from "../../support/eventually";
import { type Sshd, startSshd } from "../../support/sshd";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(90_000);

let sshd: Sshd;
let over: Connection;
const before = {
  PATH: process.env["PATH"],
  TMPDIR: process.env["TMPDIR"],
  SSH_AUTH_SOCK: process.env["SSH_AUTH_SOCK"],
};

beforeEach(async () => {
  sshd = await startSshd({ transport: "openssh", config: ["TrustedUserCAKeys none"] });
  over = sshd.connection;
  delete process.env["SSH_AUTH_SOCK"];
});
afterEach(async () => {
  await closeHosts();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await sshd.stop();
});

function newKey(name: string, passphrase = ""): string {
  const file = join(sshd.folder, name);
  execFileSync("ssh-keygen", ["-q", "-a", "1", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", file]);
  return file;
}

function publicKey(file: string): string {
  return readFileSync(`${file}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
}

/** ssh takes the home folder from the user database: only so can a test bring another ~/.ssh/config. */
function useConfig(lines: readonly string[]): void {
  const config = join(sshd.folder, "ssh_config");
  writeFileSync(config, `${lines.join("\n")}\n`);
  useSsh(`exec /usr/bin/ssh -F '${config}' "$@"`);
}

function useSsh(script: string): void {
  const program = join(sshd.folder, "ssh");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  process.env["PATH"] = `${sshd.folder}:${before.PATH ?? ""}`;
}

async function failure(connection: Connection): Promise<Error> {
  const error: unknown = await openHost(connection)
    .identity()
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error;
}

function attempts(): number {
  return (sshd.log().match(/Connection from 127/g) ?? []).length;
}

/** The processes on this machine that were started with such a word. */
function processesWith(text: string): { pid: number; words: string[] }[] {
  return runningProcesses()
    .map(({ pid }) => ({ pid, words: commandLine(pid) }))
    .filter(({ words }) => words[0] !== process.execPath && words.some((word) => word.includes(text)));
}

/** The ssh that holds the connection, and its folder. */
function master(): { pid: number; folder: string } {
  const found = processesWith(join(sshd.folder, "client")).find(({ words }) => words[0] === "ssh");
  const folder = /ControlPath="(.*)\/control"/.exec(found?.words.join("\n") ?? "")?.[1];
  if (found === undefined || folder === undefined) throw new Error("no ssh holds a connection");
  return { pid: found.pid, folder };
}

async function nothingIsLeft(folder: string): Promise<void> {
  await until(
    "neither a folder nor a process is left",
    () =>
      !existsSync(folder) &&
      processesWith(folder).length === 0 &&
      processesWith(join(sshd.folder, "client")).length === 0,
    10_000,
  );
}

describe("the user's own configuration", () => {
  it("says what an alias means: name, port, user, key and known_hosts", async () => {
    const known = join(sshd.folder, "known");
    writeFileSync(known, `[127.0.0.1]:${String(sshd.port)} ${String(over.hostKey)}\n`);
    useConfig([
      "Host rack-7",
      "  HostName 127.0.0.1",
      `  Port ${String(sshd.port)}`,
      `  User ${String(over.user)}`,
      `  IdentityFile ${String(over.privateKeyFile)}`,
      `  UserKnownHostsFile ${known}`,
    ]);
    const host = openHost({ host: "rack-7", transport: "openssh" });
    expect(host.label).toBe("rack-7");
    await expect(host.identity()).resolves.toHaveProperty("machineId");
  });

  it("brings no forwarding, no command and no terminal of its own, and cannot make an unknown key accepted", async () => {
    const known = join(sshd.folder, "known");
    writeFileSync(known, "");
    const port = await freeTcpPort();
    const lax = ["StrictHostKeyChecking no", `UserKnownHostsFile ${known}`];
    const own = [
      `LocalForward ${String(port)} localhost:9`,
      "RequestTTY force",
      "RemoteCommand false",
      "ForwardAgent yes",
    ];
    useConfig(["Host *", ...lax, ...own, "PermitLocalCommand yes", `LocalCommand touch ${sshd.folder}/touched`]);
    const { hostKey: _pinned, ...unknown } = over;
    expect(await failure(unknown)).toBeInstanceOf(HostKeyError);
    expect(readFileSync(known, "utf8")).toBe("");
    await expect(openHost(over).identity()).resolves.toHaveProperty("machineId");
    expect(existsSync(join(sshd.folder, "touched"))).toBe(false);
    expect(execFileSync("/bin/sh", ["-c", `cat /proc/net/tcp`], { encoding: "utf8" })).not.toContain(
      `:${port.toString(16).toUpperCase().padStart(4, "0")} `,
    );
  });

  it("that is wrong is told with file and line, and nothing is dialled", async () => {
    useConfig(["Host *", "  Colour blue"]);
    const dialled = attempts();
    const error = await failure(over);
    expect(error).toBeInstanceOf(BadInputError);
    expect(error.message).toContain("ssh_config: line 2: Bad configuration option: colour");
    expect(attempts()).toBe(dialled);
  });

  it("that does not know a name: is told at once, without more tries", async () => {
    const started = join(sshd.folder, "started");
    useSsh(`echo x >>'${started}'; exec /usr/bin/ssh "$@"`);
    const error = await failure({ host: "no-such-alias.invalid", transport: "openssh" });
    expect(error).toBeInstanceOf(ConnectError);
    expect(error.message).toMatch(/^no-such-alias\.invalid is not known: .*\nAdd "Host no-such-alias\.invalid"/);
    expect(readFileSync(started, "utf8")).toBe("x\n");
  });
});

describe("a login by ssh", () => {
  it("with a certificate of a user works, where the key alone does not", async () => {
    const authority = newKey("authority");
    const other = await startSshd({ transport: "openssh", config: [`TrustedUserCAKeys ${authority}.pub`] });
    try {
      const key = newKey("certified");
      const connection = { ...other.connection, privateKeyFile: key };
      expect(await failure(connection)).toBeInstanceOf(AuthenticationError);
      execFileSync("ssh-keygen", [
        "-q",
        "-s",
        authority,
        "-I",
        "me",
        "-n",
        String(over.user),
        "-V",
        "+1h",
        `${key}.pub`,
      ]);
      await closeHosts();
      await expect(openHost(connection).identity()).resolves.toHaveProperty("machineId");
      expect(other.log()).toContain("Accepted certificate ID");
    } finally {
      await closeHosts();
      await other.stop();
    }
  });

  it("with the agent's key works, an encrypted one too, and without the agent says what to do", async () => {
    const key = newKey("locked", "open sesame");
    writeFileSync(join(sshd.folder, "authorized_keys"), `${publicKey(key)}\n`);
    const connection = { ...over, privateKeyFile: key };
    const error = await failure(connection);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toMatch(/Permission denied.*\n.*ssh-add/);
    const socket = join(sshd.folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    try {
      await until("the agent listens", () => existsSync(socket));
      process.env["SSH_AUTH_SOCK"] = socket;
      const askpass = join(sshd.folder, "askpass");
      writeFileSync(askpass, "#!/bin/sh\necho open sesame\n", { mode: 0o700 });
      execFileSync("ssh-add", ["-q", key], {
        env: { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: "force" },
        stdio: "ignore",
      });
      await expect(openHost(connection).identity()).resolves.toHaveProperty("machineId");
    } finally {
      agent.kill();
    }
  });

  it("that is refused is tried once", async () => {
    const tried = attempts();
    const error = await failure({ ...over, privateKeyFile: newKey("stranger") });
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(attempts() - tried).toBe(1);
  });

  it("never asks anybody for a password", async () => {
    const askpass = join(sshd.folder, "askpass");
    const asked = join(sshd.folder, "asked");
    writeFileSync(askpass, `#!/bin/sh\necho x >>'${asked}'; echo secret\n`, { mode: 0o700 });
    process.env["SSH_ASKPASS"] = askpass;
    process.env["DISPLAY"] = ":0";
    try {
      await failure({ ...over, privateKeyFile: newKey("locked", "open sesame") });
      expect(existsSync(asked)).toBe(false);
    } finally {
      delete process.env["SSH_ASKPASS"];
      delete process.env["DISPLAY"];
    }
  });
});

describe("the host's key by ssh", () => {
  it("another than the pinned one is refused with its fingerprint, once", async () => {
    const tried = attempts();
    const error = await failure({ ...over, hostKey: publicKey(newKey("other")) });
    expect(error).toBeInstanceOf(HostKeyError);
    const shown = execFileSync("ssh-keygen", ["-lf", join(sshd.folder, "host.pub")], { encoding: "utf8" }).split(
      " ",
    )[1];
    expect(error.message).toContain(String(shown));
    expect(error.message).toContain("expected is the hostKey of the connection");
    expect(attempts() - tried).toBe(1);
  });

  it("in a known_hosts file: right, unknown, changed with file and line, revoked", async () => {
    const { hostKey, ...rest } = over;
    const name = `[127.0.0.1]:${String(sshd.port)}`;
    const file = join(sshd.folder, "known hosts 100%h");
    const withKnown = async (text: string): Promise<Error | undefined> => {
      writeFileSync(file, text);
      await closeHosts();
      return openHost({ ...rest, knownHostsFile: file })
        .identity()
        .then(
          () => undefined,
          (error: unknown) => error as Error,
        );
    };
    expect(await withKnown(`${name} ${String(hostKey)}\n`)).toBeUndefined();
    const unknown = await withKnown("");
    expect(unknown).toBeInstanceOf(HostKeyError);
    expect(unknown?.message).toMatch(/not known.*\nLog in once by hand \(ssh 127\.0\.0\.1\)/);
    const changed = await withKnown(`# c\n${name} ${publicKey(newKey("other"))}\n`);
    expect(changed).toBeInstanceOf(HostKeyError);
    expect(changed?.message).toContain(`${file}:2`);
    const revoked = await withKnown(`${name} ${String(hostKey)}\n@revoked * ${String(hostKey)}\n`);
    expect(revoked).toBeInstanceOf(HostKeyError);
    expect(revoked?.message).toContain("revoked");
  });
});

describe("jump hosts by ssh", () => {
  it("are gone through, two of them, each with its own key; a wrong key on any is refused", async () => {
    const [outer, inner] = await Promise.all([
      startSshd({ transport: "openssh" }),
      startSshd({ transport: "openssh" }),
    ]);
    try {
      const wrong = publicKey(newKey("other"));
      const way = (a: Partial<Connection>, b: Partial<Connection>, c: Partial<Connection>): Connection => ({
        ...over,
        ...a,
        jump: { ...inner.connection, ...b, jump: { ...outer.connection, ...c } },
      });
      await expect(openHost(way({}, {}, {})).identity()).resolves.toHaveProperty("machineId");
      expect(outer.log()).toContain("Accepted publickey");
      expect(inner.log()).toContain("Accepted publickey");
      for (const bad of [
        way({ hostKey: wrong }, {}, {}),
        way({}, { hostKey: wrong }, {}),
        way({}, {}, { hostKey: wrong }),
      ])
        expect(await failure(bad)).toBeInstanceOf(HostKeyError);
    } finally {
      await closeHosts();
      await Promise.all([outer.stop(), inner.stop()]);
    }
  });

  it("that forward nothing are named as the cause", async () => {
    const jump = await startSshd({ transport: "openssh", config: ["AllowTcpForwarding no"] });
    try {
      const error = await failure({ ...over, jump: jump.connection });
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error.message).toMatch(/does not forward.*\n.*AllowTcpForwarding/);
    } finally {
      await closeHosts();
      await jump.stop();
    }
  });

  it("by ssh carry a connection by ssh2 as well, and say when they refuse", async () => {
    const jump = await startSshd({ transport: "openssh" });
    try {
      const { transport: _openssh, ...target } = over;
      await expect(openHost({ ...target, jump: jump.connection }).identity()).resolves.toHaveProperty("machineId");
      const nobody = await failure({ ...target, port: await freeTcpPort(), jump: jump.connection });
      expect(nobody).toBeInstanceOf(ConnectError);
      expect(nobody.message).toContain("Connection refused");
    } finally {
      await closeHosts();
      await jump.stop();
    }
  });
});

describe("a host that does not answer ssh", () => {
  it("fails in bounded time, as ConnectError with ssh's words and a remedy", async () => {
    const error = await failure({ ...over, port: await freeTcpPort() });
    expect(error).toBeInstanceOf(ConnectError);
    expect(error.message).toMatch(/Connection refused.*\nSee that the host runs/s);
  });

  it("fails at once where there is no program ssh", async () => {
    process.env["PATH"] = join(sshd.folder, "empty");
    const error = await failure(over);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.message).toContain("Install the OpenSSH client");
  });
});

describe("a command by ssh", () => {
  it("that ends with 255 of its own is no lost connection", async () => {
    const host = openHost(over);
    const asked = host.ask({ about: "the odd one", script: sh`exit 255`, read: () => undefined });
    await expect(asked).rejects.toThrow(CommandError);
    await expect(asked).rejects.toThrow("exit code 255");
  });

  it("that is killed ends on the host with what it started, and its channel ends without an exit code", async () => {
    const wire = await startOpenssh(over);
    try {
      const pidFile = join(sshd.folder, "pid");
      const channel = await wire.open(sh`trap '' PIPE HUP; sleep 60 & echo $! >${pidFile}; wait`.text);
      if (channel === "refused") throw new Error("sshd refused a channel");
      await until("it works", () => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "");
      const pid = readFileSync(pidFile, "utf8").trim();
      channel.kill();
      expect(await channel.ended).toBeUndefined();
      await until("what it started has ended", () => !existsSync(`/proc/${pid}`), 20_000);
    } finally {
      wire.end();
      await wire.ended;
    }
  });

  it("is asked again when the master was killed under it, since reading may be repeated", async () => {
    const host = openHost(over);
    await host.identity();
    const begun = join(sshd.folder, "begun");
    const answer = host.ask({
      about: "x",
      script: sh`if [ ! -e ${begun} ]; then : >${begun}; sleep 30; fi; say value again`,
      read: (said) => said.need("value"),
    });
    await until("it has begun", () => existsSync(begun));
    process.kill(master().pid, "SIGKILL");
    expect(await answer).toBe("again");
  });
});

describe("what is left of ssh on this machine", () => {
  it("is nothing after the end", async () => {
    await openHost(over).identity();
    const { folder } = master();
    await closeHosts();
    await nothingIsLeft(folder);
  });

  it("is nothing after our process was killed, at work or at rest", async () => {
    for (const script of ["echo begun; sleep 2", "echo begun"]) {
      const child = perform(script);
      let said = "";
      child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString("utf8")));
      await until("it works", () => said.includes("begun"));
      const { folder } = master();
      child.kill("SIGKILL");
      await nothingIsLeft(folder);
    }
  });

  it("is nothing after a program that asked and then just ended", async () => {
    const program = `require("./provider/remote").openHost(${JSON.stringify(over)}).identity().then((who) => console.log(Object.keys(who).join()))`;
    const said = execFileSync(process.execPath, ["-r", "./test/support/typescript-loader.cjs", "-e", program], {
      encoding: "utf8",
      timeout: 30_000,
      env: { ...process.env, TMPDIR: sshd.folder },
    });
    expect(said.trim()).toBe("machineId,bootId");
    await nothingIsLeft(join(sshd.folder, "px-"));
    expect(readdirSync(sshd.folder).filter((name) => name.startsWith("px-"))).toEqual([]);
  });

  it("is nothing where the configuration sends ssh into the background", async () => {
    useConfig(["Host *", "  ForkAfterAuthentication yes"]);
    await failure(over);
    await until("nothing is left", () => processesWith(join(sshd.folder, "client")).length === 0, 10_000);
  });

  it("is nothing after a login that failed", async () => {
    const key = newKey("client-not-known");
    await failure({ ...over, privateKeyFile: key });
    expect(processesWith(key)).toEqual([]);
  });
});

function perform(script: string): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [
    "-r",
    "./test/support/typescript-loader.cjs",
    "test/support/programs/perform.ts",
    JSON.stringify(over),
    JSON.stringify({ script, files: [] }),
  ]);
}
