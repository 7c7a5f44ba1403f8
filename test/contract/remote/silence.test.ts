/** A host, or what stands before it, that says nothing: each waiting has a bound, and its error names what did not come. */
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { XenProviderError } from "../../../provider/errors";
import { closeHosts, openHost } from "../../../provider/remote";
import { type SshServer, startSshServer } from "../../support/ssh-server";
import { startSshd } from "../../support/sshd";

// The bounds themselves are up to 35 s, twice; the machine that runs this may be busy with emulated hosts.
jest.setTimeout(180_000);

let stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  await closeHosts();
  for (const stop of stops) await stop();
  stops = [];
});

async function mute(greeting: string): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write(greeting);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function serve(options: Parameters<typeof startSshServer>[0]): Promise<SshServer> {
  const server = await startSshServer(options);
  stops.push(server.stop);
  return server;
}

describe.each(["ssh2", "openssh"] as const)("over %s", (transport) => {
  it("a server that falls silent is given up in bounded time, at greeting, key exchange, login, channel and command", async () => {
    const login = await serve({ transport, silentAt: "login" });
    const channel = await serve({ transport, silentAt: "channel" });
    const command = await serve({ transport, silentAt: "command" });
    const connections = [
      { ...login.connection, port: await mute("") },
      { ...login.connection, port: await mute("SSH-2.0-mute\r\n") },
      login.connection,
      channel.connection,
      command.connection,
    ];
    const told = await Promise.all(
      connections.map(async (connection) => {
        const started = Date.now();
        const error: unknown = await openHost(connection)
          .identity()
          .catch((thrown: unknown) => thrown);
        return { error, seconds: (Date.now() - started) / 1000 };
      }),
    );
    const own = transport === "ssh2";
    const words = [
      own ? "no greeting of an SSH server within 20 s" : "timed out during banner exchange",
      own ? "no end of the key exchange within 20 s" : /timed out|did not log in|Connection/,
      own ? "no answer to the login within 20 s" : /timed out|did not log in|Connection/,
      "no answer to the opening of a channel within 20 s",
      "no answer to the opening of a channel within 20 s",
    ];
    told.forEach(({ error, seconds }, index) => {
      expect(error).toBeInstanceOf(XenProviderError);
      expect(error).toMatchObject({ code: "connect", hint: expect.any(String) as unknown });
      const word = words[index] ?? "";
      expect((error as Error).message).toEqual(
        typeof word === "string" ? expect.stringContaining(word) : expect.stringMatching(word),
      );
      expect(seconds).toBeLessThan(75);
    });
  });

  it("a link that goes dark is noticed after 20 s, and the question is asked again over another", async () => {
    const sshd = await startSshd({ transport });
    stops.push(sshd.stop);
    const host = openHost(sshd.connection);
    await host.identity();
    const thaw = sshd.freeze();
    const started = Date.now();
    try {
      await expect(host.identity()).resolves.toHaveProperty("machineId");
      const seconds = (Date.now() - started) / 1000;
      expect(seconds).toBeGreaterThan(5);
      expect(seconds).toBeLessThan(40);
    } finally {
      thaw();
    }
  });
});
