/** What carries the SSH bytes of an ssh2 connection: a TCP socket, or a stream through a jump host. */
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Connection } from "../connection/connection";
import { unreachable } from "../connection/unreachable";

const TCP_TIMEOUT_MS = 15_000;

export interface Carrier {
  readonly stream: Duplex;
  /** May it keep our process alive? */
  readonly ref: (isNeeded: boolean) => void;
  /** How much was ever handed to it. A tunnel does not tell: 0. */
  readonly sentBytes: () => number;
}

/** @throws ConnectError */
export async function tcpCarrier(connection: Connection): Promise<Carrier> {
  const port = connection.port ?? 22;
  const socket = connect({ host: connection.host, port });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no answer within ${String(TCP_TIMEOUT_MS / 1000)} s`));
    }, TCP_TIMEOUT_MS);
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(unreachable(connection, error));
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      // Nagle costs 1.9 times per command at 50 ms and 11 times on a LAN; ssh2 leaves it on.
      socket.setNoDelay(true);
      socket.removeAllListeners("error");
      resolve({
        stream: socket,
        sentBytes: () => socket.bytesWritten,
        ref: (isNeeded) => {
          if (isNeeded) socket.ref();
          else socket.unref();
        },
      });
    });
  });
}
