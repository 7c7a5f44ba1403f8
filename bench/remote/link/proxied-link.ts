/** The slow link by a proxy on loopback: works everywhere, but hides what TCP itself does on a long way (Nagle, slow start). */
import { type Socket, connect, createServer } from "node:net";
import { startSshd } from "../server/sshd";
import { type DelayProxy, startDelayProxy } from "./delay-proxy";
import { ROUND_TRIP_MS, type SlowLink } from "./slow-link";

export function proxiedLink(folder: string, why: string): SlowLink {
  const proxies: DelayProxy[] = [];
  return {
    folder,
    description: `a delay proxy on loopback, ${String(ROUND_TRIP_MS / 2)} ms each way (${why})`,
    async serve(options = {}) {
      const sshd = await startSshd({ ...options, place: folder });
      const proxy = await startDelayProxy(sshd.port, ROUND_TRIP_MS / 2);
      proxies.push(proxy);
      return {
        ...sshd.reachedAt(proxy.port),
        stop: async () => {
          await proxy.close();
          await sshd.stop();
        },
      };
    },
    flights: () => Promise.resolve(proxies.reduce((sum, proxy) => sum + proxy.flights.take(), 0)),
    roundTripMs: echoTime,
    close: () => Promise.resolve(),
  };
}

/** Through a proxy of its own, to a server that says what it hears. */
async function echoTime(): Promise<number> {
  const echo = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const address = echo.address();
  const proxy = await startDelayProxy(typeof address === "object" ? (address?.port ?? 0) : 0, ROUND_TRIP_MS / 2);
  const socket = connect({ port: proxy.port, host: "127.0.0.1", noDelay: true });
  try {
    await exchange(socket); // pays for the connection
    const begun = performance.now();
    await exchange(socket);
    return performance.now() - begun;
  } finally {
    socket.destroy();
    await proxy.close();
    await new Promise((resolve) => echo.close(resolve));
  }
}

function exchange(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("data", () => {
      resolve();
    });
    socket.write("x");
  });
}
