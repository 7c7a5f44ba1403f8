/** Each way to know a host and to log in, over the library ssh2, against a real sshd where one can do it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freeTcpPort } from "../../../lab/host/ports";
import { AuthenticationError, ConnectError, HostKeyError } from "../../../provider/errors";
import { type Connection, closeHosts, openHost } from "../../../provider/remote";
import { until } from "../../support/eventually";
import { note } from "../../support/notes";
import { type SshServer, startSshServer } from "../../support/ssh-server";
import { type Sshd, type SshdOptions, startSshd } from "../../support/sshd";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(60_000);

note(
  "password and keyboard-interactive logins: against an SSH server in process, since sshd would need an account's password",
);

let sshd: Sshd;
let stops: (() => Promise<void> | void)[] = [];
const agentBefore = process.env["SSH_AUTH_SOCK"];

beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(async () => {
  await closeHosts();
  for (const stop of stops.reverse()) await stop();
  stops = [];
  if (agentBefore === undefined) delete process.env["SSH_AUTH_SOCK"];
  else process.env["SSH_AUTH_SOCK"] = agentBefore;
});
afterAll(async () => {
  await sshd.stop();
});

async function further(options: SshdOptions = {}): Promise<Sshd> {
  const started = await startSshd(options);
  stops.push(started.stop);
  return started;
}

function newKey(name: string, type = "ed25519"): string {
  const file = join(sshd.folder, name);
  if (!existsSync(file)) execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", name, "-f", file]);
  return file;
}

function publicKey(file: string): string {
  return readFileSync(`${file}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
}

async function failure(connection: Connection): Promise<Error> {
  const error: unknown = await openHost(connection)
    .identity()
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error;
}

describe("known_hosts", () => {
  const here = (): string => `[127.0.0.1]:${String(sshd.port)}`;
  const key = (): string => String(sshd.connection.hostKey);

  function knowing(text: string): Connection {
    const file = join(sshd.folder, "known");
    writeFileSync(file, text);
    const { hostKey: _pinned, ...rest } = sshd.connection;
    return { ...rest, knownHostsFile: file };
  }

  it.each<[string, () => string]>([
    ["a plain name in a list", () => `elsewhere,${here()} ${key()}\n`],
    ["a pattern of names and ports", () => `[127.0.0.?]:* ${key()}\n`],
    ["a pattern that excludes another host", () => `!other,[127.*]:* ${key()}\n`],
    [
      "another key of another type before it",
      () => `${here()} ${publicKey(newKey("rsa", "rsa"))}\n${here()} ${key()}\n`,
    ],
  ])("knows the host by %s", async (_name, text) => {
    await expect(openHost(knowing(text())).identity()).resolves.toHaveProperty("machineId");
  });

  it.each<[string, () => string, string]>([
    ["a pattern that excludes it", () => `!${here()},[127.*]:* ${key()}\n`, "is not known"],
    ["the name without the port", () => `127.0.0.1 ${key()}\n`, "is not known"],
    [
      "an authority for certificates",
      () => `@cert-authority ${here()} ${key()}\n`,
      "host certificates are not supported",
    ],
    ["the key as revoked only", () => `@revoked ${here()} ${key()}\n`, "marks as revoked"],
  ])("does not know the host by %s", async (_name, text, words) => {
    const error = await failure(knowing(text()));
    expect(error).toBeInstanceOf(HostKeyError);
    expect(error.message).toContain(words);
  });
});

describe("an ssh agent", () => {
  it("logs in with the key it holds; without it, or gone, the error says what to do, after one try at most", async () => {
    const { privateKeyFile, ...byAgent } = sshd.connection;
    delete process.env["SSH_AUTH_SOCK"];
    expect((await failure(byAgent)).message).toMatch(/no ssh agent runs.*\nSet privateKeyFile/);
    const socket = join(sshd.folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    stops.push(() => void agent.kill());
    await until("the agent listens", () => existsSync(socket));
    process.env["SSH_AUTH_SOCK"] = socket;
    const empty = await failure(byAgent);
    expect(empty).toBeInstanceOf(AuthenticationError);
    expect(empty.message).toContain("ssh-add");
    execFileSync("ssh-add", ["-q", String(privateKeyFile)], { env: process.env, stdio: "ignore" });
    await closeHosts();
    await expect(openHost(byAgent).identity()).resolves.toHaveProperty("machineId");
    await closeHosts();
    agent.kill();
    await until("the agent has ended", () => agent.exitCode !== null || agent.signalCode !== null);
    expect(await failure(byAgent)).toBeInstanceOf(AuthenticationError);
  });
});

describe("a password asked for by keyboard-interactive", () => {
  async function serve(): Promise<SshServer> {
    const server = await startSshServer({ password: "right", isAskedByKeyboard: true });
    stops.push(server.stop);
    return server;
  }

  it("is answered where the host takes no plain one; a wrong one counts as one failed login and shows nowhere", async () => {
    const server = await serve();
    await expect(openHost(server.connection).identity()).resolves.toHaveProperty("machineId");
    const error = await failure({ ...server.connection, password: "canary-wrong" });
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).not.toContain("canary");
    expect(server.counts.refusedLogins).toBe(1);
  });
});

describe("jump hosts", () => {
  it("are gone through, two of them, and the wrong key of any is refused", async () => {
    const [outer, inner] = [await further(), await further()];
    const way = (target: Partial<Connection>, b: Partial<Connection>, a: Partial<Connection>): Connection => ({
      ...sshd.connection,
      ...target,
      jump: { ...inner.connection, ...b, jump: { ...outer.connection, ...a } },
    });
    await expect(openHost(way({}, {}, {})).identity()).resolves.toHaveProperty("machineId");
    for (const server of [outer, inner]) expect(server.log()).toContain("Accepted publickey");
    const wrong = publicKey(newKey("wrong"));
    for (const bad of [
      way({ hostKey: wrong }, {}, {}),
      way({}, { hostKey: wrong }, {}),
      way({}, {}, { hostKey: wrong }),
    ])
      expect(await failure(bad)).toBeInstanceOf(HostKeyError);
  });

  it("that forward nothing are named, with the setting, and not tried again", async () => {
    const jump = await further({ config: ["AllowTcpForwarding no"] });
    const error = await failure({ ...sshd.connection, jump: jump.connection });
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toMatch(/does not forward connections to .*\n.*AllowTcpForwarding/);
    expect(jump.log().match(/Accepted publickey/g)).toHaveLength(1);
  });

  it("that reach no target say who does not answer, through whom", async () => {
    const jump = await further();
    const error = await failure({ ...sshd.connection, port: await freeTcpPort(), jump: jump.connection });
    expect(error).toBeInstanceOf(ConnectError);
    expect(error.message).toContain(`through ${String(jump.connection.user)}@127.0.0.1:${String(jump.port)}`);
  });
});

describe("a host that is too busy to take a connection", () => {
  it("is asked again after growing pauses, until it takes one", async () => {
    const busy = await further({ config: ["MaxStartups 1:100:1", "LoginGraceTime 60"] });
    const holder = connect({ host: "127.0.0.1", port: busy.port });
    holder.on("error", () => undefined);
    stops.push(() => void holder.destroy());
    await new Promise((resolve) => holder.once("data", resolve));
    const answer = openHost(busy.connection).identity();
    await until("sshd has dropped a connection", () => /drop connection|beginning MaxStartups/.test(busy.log()));
    holder.destroy();
    await expect(answer).resolves.toHaveProperty("machineId");
    expect(busy.log().match(/Accepted publickey/g)).toHaveLength(1);
  });
});
