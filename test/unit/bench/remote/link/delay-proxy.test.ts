import { createHash, randomBytes } from "node:crypto";
import { type Socket, connect, createServer } from "node:net";
import { type DelayProxy, startDelayProxy } from "../../../../../bench/remote/link/delay-proxy";

let closes: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closes.reverse()) await close();
  closes = [];
});

/** A proxy with no delay to speak of, before a server that does `serve`. */
async function proxied(serve: (socket: Socket) => void): Promise<{ proxy: DelayProxy; client: Socket }> {
  const server = createServer({ allowHalfOpen: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closes.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const proxy = await startDelayProxy(address.port, 1);
  closes.push(() => proxy.close());
  const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => undefined);
  closes.push(() => void client.destroy());
  return { proxy, client };
}

describe("the delay proxy", () => {
  it("brings every byte of both directions in order, and the ends of both", async () => {
    const { client } = await proxied((socket) => socket.pipe(socket));
    const sent = randomBytes(3 * 1024 * 1024);
    const hash = createHash("sha256");
    let size = 0;
    client.end(sent);
    for await (const bytes of client as AsyncIterable<Buffer>) {
      hash.update(bytes);
      size += bytes.length;
    }
    expect(size).toBe(sent.length);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(sent).digest("hex"));
  });

  it("counts a flight for each word that had to wait for an answer", async () => {
    const { proxy, client } = await proxied((socket) => socket.pipe(socket));
    for (let word = 0; word < 3; word += 1) {
      const answered = new Promise((resolve) => client.once("data", resolve));
      client.write("word");
      await answered;
    }
    expect(proxy.flights.take()).toBe(3);
  });

  it("closes the client's connection when there is no server", async () => {
    const { proxy } = await proxied(() => undefined);
    await proxy.close();
    const nowhere = await startDelayProxy(proxy.port, 1);
    closes.push(() => nowhere.close());
    const client = connect({ port: nowhere.port, host: "127.0.0.1" });
    client.on("error", () => undefined);
    await new Promise((resolve) => client.once("close", resolve));
    expect(client.destroyed).toBe(true);
  });

  it("leaves no connection open when it is closed", async () => {
    const { proxy, client } = await proxied((socket) => {
      socket.on("end", () => socket.end()).resume();
      socket.write("hello");
    });
    await new Promise((resolve) => client.once("data", resolve));
    const closed = new Promise((resolve) => client.once("close", resolve));
    await proxy.close();
    client.end();
    await closed;
    expect(client.destroyed).toBe(true);
  });
});
