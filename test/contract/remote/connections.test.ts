import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freeTcpPort } from "../../../lab/host/ports";
import { AuthenticationError, ConnectError, HostKeyError } from "../../../provider/errors";
import { type Connection, closeHosts, openHost } from "../../../provider/remote";
import { startSshServer } from "../../support/ssh-server";
import { type Sshd, startSshd } from "../../support/sshd";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(30_000);

let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(closeHosts);
afterAll(async () => {
  await sshd.stop();
});

function withoutPin(more: Partial<Connection>): Connection {
  const { hostKey: _pinned, ...rest } = sshd.connection;
  return { ...rest, ...more };
}

function attempts(): number {
  return (sshd.log().match(/Connection from 127/g) ?? []).length;
}

describe("the host's key", () => {
  it("unknown: is refused with its fingerprint and the very line to add, which then works", async () => {
    const known = join(sshd.folder, "known-empty");
    writeFileSync(known, "");
    const error: unknown = await openHost(withoutPin({ knownHostsFile: known }))
      .identity()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HostKeyError);
    const { message } = error as HostKeyError;
    const fingerprint = execFileSync("ssh-keygen", ["-lf", join(sshd.folder, "host.pub")], { encoding: "utf8" }).split(
      " ",
    )[1];
    expect(message).toContain(fingerprint);
    const line = message.split("\n").find((text) => text.startsWith("[127.0.0.1]"));
    writeFileSync(known, `${String(line)}\n`);
    await expect(openHost(withoutPin({ knownHostsFile: known })).identity()).resolves.toHaveProperty("machineId");
  });

  it("hashed in known_hosts is found", async () => {
    const known = join(sshd.folder, "known-hashed");
    writeFileSync(known, `[127.0.0.1]:${String(sshd.port)} ${String(sshd.connection.hostKey)}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", known], { stdio: "ignore" });
    expect(readFileSync(known, "utf8")).toMatch(/^\|1\|/);
    await expect(openHost(withoutPin({ knownHostsFile: known })).identity()).resolves.toHaveProperty("bootId");
  });

  it("changed: is refused at once, with both fingerprints, the file and the line", async () => {
    const known = join(sshd.folder, "known-changed");
    const client = readFileSync(join(sshd.folder, "client.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    writeFileSync(known, `# comment\n[127.0.0.1]:${String(sshd.port)} ${client}\n`);
    const before = attempts();
    const refused = openHost(withoutPin({ knownHostsFile: known })).identity();
    await expect(refused).rejects.toThrow(new RegExp(`SHA256:\\S+, expected ssh-ed25519 SHA256:\\S+ \\(${known}:2\\)`));
    expect(attempts() - before).toBe(1);
  });

  it("revoked: is refused though it is known", async () => {
    const known = join(sshd.folder, "known-revoked");
    const key = String(sshd.connection.hostKey);
    writeFileSync(known, `[127.0.0.1]:* ${key}\n@revoked * ${key}\n`);
    await expect(openHost(withoutPin({ knownHostsFile: known })).identity()).rejects.toThrow("revoked");
  });

  it("pinned and another: is refused", async () => {
    const other = readFileSync(join(sshd.folder, "client.pub"), "utf8").trim();
    await expect(openHost({ ...sshd.connection, hostKey: other }).identity()).rejects.toThrow(HostKeyError);
  });
});

describe("a login", () => {
  it("that is refused is tried once", async () => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(sshd.folder, "stranger")]);
    const before = attempts();
    const refused = openHost({ ...sshd.connection, privateKeyFile: join(sshd.folder, "stranger") }).identity();
    await expect(refused).rejects.toThrow(AuthenticationError);
    expect(attempts() - before).toBe(1);
  });

  it("with an encrypted key needs its passphrase, and says so without telling it", async () => {
    const file = join(sshd.folder, "locked");
    execFileSync("ssh-keygen", ["-q", "-a", "1", "-t", "ed25519", "-N", "open sesame", "-f", file]);
    writeFileSync(join(sshd.folder, "authorized_keys"), readFileSync(`${file}.pub`), { flag: "a" });
    const connection = { ...sshd.connection, privateKeyFile: file };
    await expect(openHost(connection).identity()).rejects.toThrow(/not usable.*\n.*passphrase/);
    const wrong = openHost({ ...connection, passphrase: "canary-wrong" }).identity();
    await expect(wrong).rejects.toThrow(AuthenticationError);
    await expect(wrong).rejects.not.toThrow("canary-wrong");
    await expect(openHost({ ...connection, passphrase: "open sesame" }).identity()).resolves.toHaveProperty(
      "machineId",
    );
  });

  it("by password works, and a wrong one counts as one failed login", async () => {
    const server = await startSshServer({ password: "right" });
    try {
      await expect(openHost(server.connection).identity()).resolves.toHaveProperty("machineId");
      const wrong = openHost({ ...server.connection, password: "canary-wrong" }).identity();
      await expect(wrong).rejects.toThrow("refuses the login with the password");
      expect(server.counts.refusedLogins).toBe(1);
    } finally {
      await closeHosts();
      await server.stop();
    }
  });

  it("goes through a jump host, which is verified on its own", async () => {
    const inner = await startSshServer();
    try {
      const connection = { ...inner.connection, jump: sshd.connection };
      await expect(openHost(connection).identity()).resolves.toHaveProperty("machineId");
      const bad = { ...connection, jump: { ...sshd.connection, hostKey: String(inner.connection.hostKey) } };
      await expect(openHost(bad).identity()).rejects.toThrow(HostKeyError);
    } finally {
      await closeHosts();
      await inner.stop();
    }
  });

  it("to a host that does not listen fails in bounded time, as ConnectError with a remedy", async () => {
    const nobody = openHost({ ...sshd.connection, port: await freeTcpPort() }).identity();
    await expect(nobody).rejects.toThrow(ConnectError);
    await expect(nobody).rejects.toThrow("See that the host runs");
  });
});

describe("coming back", () => {
  it("waits for another boot over new connections, in bounded time", async () => {
    const host = openHost(sshd.connection);
    const { bootId } = await host.identity();
    await expect(host.reconnect({ timeoutSeconds: 5 })).resolves.toEqual({ bootId });
    const before = attempts();
    await expect(host.reconnect({ timeoutSeconds: 3, notBootId: bootId })).rejects.toThrow(
      "did not come back restarted within 3 s",
    );
    expect(attempts()).toBeGreaterThan(before);
  });
});
