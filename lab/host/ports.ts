/**
 * Free ports of this machine's loopback.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** A TCP port of 127.0.0.1 nobody listens on right now; the kernel chooses, so two callers get different ones. */
export function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("The system gave no port."));
      });
    });
  });
}

export function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.on("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** QEMU's words when somebody took the port between the choice and the start (7.2: net/slirp.c). */
export function saysPortTaken(qemuLog: string): boolean {
  return /Could not set up host forwarding rule|Address already in use/i.test(qemuLog);
}
