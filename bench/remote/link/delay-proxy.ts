/**
 * The slow link of machines without network namespaces: a TCP relay on loopback that delays each direction. A connection
 * costs its client a round trip as well, as it would on a real link: what the client says is held back for that long.
 */
import { type Socket, connect, createServer } from "node:net";
import { DelayLine } from "./delay-line";
import { Flights } from "./flights";

export interface DelayProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly flights: Flights;
  close(): Promise<void>;
}

/** @param oneWayMs delay of each direction: half of the round trip. */
export async function startDelayProxy(targetPort: number, oneWayMs: number): Promise<DelayProxy> {
  const flights = new Flights();
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    // When the client's first word may arrive: it has to hear of its connection first.
    const earliest = performance.now() + 3 * oneWayMs;
    const target = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    relay(client, target, oneWayMs, earliest, () => {
      flights.clientSent();
    });
    // The greeting of a server that hears of the connection only after its way there.
    relay(target, client, oneWayMs, performance.now() + 2 * oneWayMs, () => {
      flights.serverSent();
    });
    for (const socket of [client, target]) {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    }
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The system gave no port."));
      else resolve(address.port);
    });
  });
  return {
    port,
    flights,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

function relay(from: Socket, to: Socket, delayMs: number, earliest: number, seen: () => void): void {
  const line = new DelayLine<() => void>(delayMs, (act) => {
    act();
  });
  from.on("data", (bytes: Buffer) => {
    seen();
    line.put(() => to.write(bytes), earliest);
  });
  from.on("end", () => {
    line.put(() => to.end(), earliest);
  });
  // Also after an error, and when all has been said: nothing may hang on a half that is gone.
  from.on("error", () => undefined);
  from.on("close", () => {
    line.put(() => to.destroySoon(), earliest);
  });
}
