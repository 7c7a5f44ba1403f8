/**
 * An SSH server in this process whose commands run in a real shell: it counts, refuses and breaks what a real sshd
 * would not on demand. Its "host" is a temporary folder.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection as ServerConnection, type ServerChannel, Server, type Session, utils } from "ssh2";
import type { Connection } from "../../provider/remote";
import { type Transport, transportOf } from "./transport";

type Phase = "login" | "channel" | "command";

export interface SshServerOptions {
  /** What `/bin/sh` is there; default the machine's. */
  readonly shell?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** As sshd's; more are refused with reason 2. */
  readonly maxSessions?: number;
  readonly password?: string;
  /** The password is asked for by keyboard-interactive only. */
  readonly isAskedByKeyboard?: boolean;
  /** From here on the server says nothing more. */
  readonly silentAt?: Phase;
  /** Of its `connection`; one that takes a password is reached over ssh2. */
  readonly transport?: Transport;
  /** Called before each command; `true`: it was dealt with (the command does not run). */
  readonly onExec?: (command: string, channel: ServerChannel, server: SshServer) => boolean;
  /** Bytes that the client sent into a command's stdin, as they come. */
  readonly onStdin?: (bytes: Buffer, server: SshServer) => void;
}

export interface SshServer {
  readonly root: string;
  readonly port: number;
  readonly connection: Connection;
  readonly counts: {
    connections: number;
    logins: number;
    execs: number;
    scripts: number;
    refusedLogins: number;
    refusedChannels: number;
  };
  /** Ends all connections at once, as a broken network does. */
  readonly cut: () => void;
  /** From now on, until it is told otherwise, the server says nothing more from there on, and keeps its connections. */
  readonly fallSilent: (at: Phase | undefined) => void;
  /** Closes every channel without an exit status. */
  readonly closeChannels: () => void;
  readonly stop: () => Promise<void>;
}

export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const root = mkdtempSync(join(tmpdir(), "pulumi-xen-server-"));
  const keys = mkdtempSync(join(tmpdir(), "pulumi-xen-keys-"));
  const hostKey = newKeyPair();
  const clientKey = newKeyPair();
  const keyboard = options.isAskedByKeyboard === true;
  const counts = { connections: 0, logins: 0, execs: 0, scripts: 0, refusedLogins: 0, refusedChannels: 0 };
  const sockets = new Set<Socket>();
  const children = new Set<ChildProcess>();
  const channels = new Set<ServerChannel>();
  let { silentAt } = options;
  const server = new Server({ hostKeys: [hostKey.private] });
  const self: { current: SshServer | undefined } = { current: undefined };

  server.on("connection", (client) => {
    counts.connections += 1;
    const socket = socketOf(client);
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    client.on("error", () => undefined);
    client.on("authentication", (attempt) => {
      if (silentAt === "login") return;
      const method = options.password === undefined ? "publickey" : keyboard ? "keyboard-interactive" : "password";
      const judge = (isRight: boolean): void => {
        if (isRight) attempt.accept();
        else {
          if (attempt.method === method) counts.refusedLogins += 1;
          attempt.reject([method]);
        }
      };
      if (attempt.method !== method) judge(false);
      else if (attempt.method === "publickey") judge(attempt.key.data.equals(publicKeyOf(clientKey.public)));
      else if (attempt.method === "password") judge(attempt.password === options.password);
      else if (attempt.method === "keyboard-interactive") {
        attempt.prompt([{ prompt: "Password: ", echo: false }], (answers) => judge(answers[0] === options.password));
      }
    });
    client.on("request", (_accept, reject) => reject?.());
    client.on("ready", () => {
      counts.logins += 1;
      let open = 0;
      client.on("session", (accept, reject) => {
        if (silentAt === "channel") return;
        if (open >= (options.maxSessions ?? 10)) {
          counts.refusedChannels += 1;
          reject();
          return;
        }
        open += 1;
        serve(accept(), () => {
          open -= 1;
        });
      });
    });
  });

  function serve(session: Session, closed: () => void): void {
    session.on("exec", (accept, _reject, { command }) => {
      if (silentAt === "command") return;
      counts.execs += 1;
      const channel = accept();
      channels.add(channel);
      channel.once("close", () => channels.delete(channel));
      channel.once("close", closed);
      if (self.current !== undefined && options.onExec?.(command, channel, self.current) === true) return;
      const shell = options.shell ?? "/bin/sh";
      const child = spawn("/bin/sh", ["-c", command.replaceAll("/bin/sh", shell)], {
        env: {
          PATH: process.env["PATH"],
          HOME: root,
          PULUMI_XEN_ROOT: root,
          PULUMI_XEN_SHELL: shell,
          ...options.environment,
        },
        detached: true,
      });
      children.add(child);
      let hasScript = false;
      channel.on("data", (bytes: Buffer) => {
        if (!hasScript) counts.scripts += 1;
        hasScript = true;
        if (self.current !== undefined) options.onStdin?.(bytes, self.current);
        child.stdin.write(bytes);
      });
      channel.on("end", () => child.stdin.end());
      channel.on("error", () => undefined);
      child.stdin.on("error", () => undefined);
      child.stdout.on("data", (bytes: Buffer) => channel.write(bytes));
      child.stderr.on("data", (bytes: Buffer) => channel.stderr.write(bytes));
      // As sshd does when the connection is gone: the pipes close, the command itself lives on.
      channel.once("close", () => {
        child.stdin.destroy();
        child.stdout.destroy();
        child.stderr.destroy();
      });
      session.on("signal", (acceptSignal, _rejectSignal, info) => {
        acceptSignal?.();
        kill(child, `SIG${info.name}` as NodeJS.Signals);
      });
      child.once("close", (code, signal) => {
        children.delete(child);
        if (code === null) channel.exit((signal ?? "SIGKILL").slice(3), false, "");
        else channel.exit(code);
        channel.end();
      });
    });
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  self.current = {
    root,
    port,
    counts,
    connection: {
      host: "127.0.0.1",
      port,
      hostKey: hostKey.public.split(" ").slice(0, 2).join(" ").trim(),
      ...(options.password !== undefined
        ? { password: options.password }
        : transportOf(options) === "openssh"
          ? { transport: "openssh", user: "root", privateKeyFile: keyFile(keys, clientKey.private) }
          : { privateKey: clientKey.private }),
    },
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    fallSilent: (at) => {
      silentAt = at;
    },
    closeChannels: () => {
      for (const channel of channels) channel.close();
    },
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      });
      for (const child of children) kill(child, "SIGKILL");
      for (const folder of [root, keys])
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  return self.current;
}

/** ssh2 now and then writes a key that it cannot read itself (a leading zero byte is lost). */
function newKeyPair(): { public: string; private: string } {
  for (;;) {
    const pair = utils.generateKeyPairSync("ed25519");
    if (!(utils.parseKey(pair.private) instanceof Error) && !(utils.parseKey(pair.public) instanceof Error))
      return pair;
  }
}

function keyFile(folder: string, key: string): string {
  const path = join(folder, "client");
  writeFileSync(path, key, { mode: 0o600 });
  return path;
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

function publicKeyOf(text: string): Buffer {
  return Buffer.from(text.split(" ")[1] ?? "", "base64");
}

/** The server side of ssh2 does not hand out its socket; without it no link can be cut. */
function socketOf(client: ServerConnection): Socket {
  const socket: unknown = Reflect.get(client, "_sock");
  return socket as Socket;
}
