import { createServer } from "node:net";

import { freeTcpPort, saysPortTaken } from "../../../../lab/host/ports";

describe("the choice of a port", () => {
  it("gives ports one can listen on, and different ones", async () => {
    const ports = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
    expect(new Set(ports).size).toBe(3);
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(ports[0], "127.0.0.1", resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it("knows QEMU's words for a port somebody else was faster to take, and no others", () => {
    expect(
      saysPortTaken(
        "qemu-system-x86_64: -netdev user,id=n0: Could not set up host forwarding rule 'tcp:127.0.0.1:22-:22'",
      ),
    ).toBe(true);
    expect(saysPortTaken("qemu-system-x86_64: can't bind ip=127.0.0.1 to socket: Address already in use")).toBe(true);
    expect(saysPortTaken("qemu-system-x86_64: -drive file=disk.qcow2: Could not open 'disk.qcow2'")).toBe(false);
  });
});
