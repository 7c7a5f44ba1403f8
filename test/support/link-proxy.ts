/**
 * A bad network in front of a server on loopback: it cuts after so many bytes, goes dark (keeps its sockets and passes
 * nothing), delays, is narrow, or is not there at all. What it does can be changed while connections run through it.
 */
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { until } from "./eventually";

export type CutKind = "fin" | "rst";

/** What happens to a connection once so many bytes of one direction have passed: the last of them is passed on. */
interface Trigger {
  readonly from: "client" | "host";
  readonly bytes: number;
  readonly act: CutKind | "dark";
}

export interface LinkProxy {
  readonly port: number;
  /** Connections that were ever made through it. */
  readonly connections: () => number;
  readonly bytes: () => { readonly client: number; readonly host: number };
  /** Ends every connection there is, towards both sides. */
  readonly cut: (kind: CutKind) => void;
  /** Nothing passes any more on the connections there are, for ever; later ones pass. */
  readonly goDark: () => void;
  /** For the next connection only, or for each from now on; `undefined`: for none. */
  readonly trigger: (trigger: Trigger | undefined, how?: { readonly each: boolean }) => void;
  /** For the connections there are; its bytes are counted from now on. */
  readonly triggerNow: (trigger: Trigger) => void;
  /** What is sent arrives so much later, each way. */
  readonly delay: (ms: number) => void;
  /** Bytes in a second, each way; `undefined`: no bound. */
  readonly narrow: (bytesPerSecond: number | undefined) => void;
  /** Not there: connections are refused, until `appear`. */
  readonly vanish: () => Promise<void>;
  readonly appear: () => Promise<void>;
  /** Leads new connections elsewhere: another machine under the same address. */
  readonly leadTo: (port: number) => void;
  readonly stop: () => Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly host: Socket;
  isDark: boolean;
  trigger: Trigger | undefined;
  /** Bytes that passed since the trigger was set. */
  readonly since: { client: number; host: number };
}

export async function startLinkProxy(targetPort: number): Promise<LinkProxy> {
  const pairs = new Set<Pair>();
  const passed = { client: 0, host: 0 };
  let target = targetPort;
  let connections = 0;
  let delayMs = 0;
  let bytesPerSecond: number | undefined;
  let armed: Trigger | undefined;
  let isLasting = false;
  let server: Server | undefined;

  function end(pair: Pair, kind: CutKind): void {
    for (const socket of [pair.client, pair.host]) {
      if (kind === "rst") socket.resetAndDestroy();
      else socket.destroy();
    }
    pairs.delete(pair);
  }

  function serve(client: Socket): void {
    connections += 1;
    const host = connect({ host: "127.0.0.1", port: target });
    const pair: Pair = { client, host, isDark: false, trigger: armed, since: { client: 0, host: 0 } };
    if (!isLasting) armed = undefined;
    pairs.add(pair);
    for (const socket of [client, host]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
    }
    pass(pair, "client");
    pass(pair, "host");
  }

  function pass(pair: Pair, from: Trigger["from"]): void {
    const source = pair[from];
    const sink = from === "client" ? pair.host : pair.client;
    let busyUntil = 0;
    // Pieces wait in this line, so that they arrive in their order.
    let last = Promise.resolve();
    const later = (act: () => void, bytes: number): void => {
      const now = Date.now();
      const transfer = bytesPerSecond === undefined ? 0 : (bytes / bytesPerSecond) * 1000;
      busyUntil = Math.max(busyUntil, now) + transfer;
      const dueMs = busyUntil + delayMs - now;
      if (dueMs <= 0) {
        last = last.then(act);
        return;
      }
      last = last
        .then(() => new Promise((resolve) => setTimeout(resolve, Math.max(0, now + dueMs - Date.now()))))
        .then(act);
    };
    source.on("data", (bytes: Buffer) => {
      if (pair.isDark) return;
      const { trigger, since } = pair;
      const isTriggering = trigger?.from === from && since[from] + bytes.length >= trigger.bytes;
      const part = isTriggering ? bytes.subarray(0, trigger.bytes - since[from]) : bytes;
      if (isTriggering) pair.trigger = undefined;
      since[from] += part.length;
      passed[from] += part.length;
      // A narrow way that is full holds back the sender, as a real one does.
      if (bytesPerSecond !== undefined) source.pause();
      later(() => {
        if (!pair.isDark && sink.writable) sink.write(part);
        source.resume();
        if (!isTriggering) return;
        if (trigger.act === "dark") pair.isDark = true;
        // What was written must be on its way before the socket goes.
        else setImmediate(() => end(pair, trigger.act === "rst" ? "rst" : "fin"));
      }, part.length);
    });
    source.once("close", () => {
      if (pair.isDark) return;
      later(() => {
        if (!pair.isDark) sink.end();
        pairs.delete(pair);
      }, 0);
    });
  }

  async function listen(port: number): Promise<Server> {
    const listening = createServer(serve);
    await new Promise<void>((resolve, reject) => {
      listening.once("error", reject);
      listening.listen(port, "127.0.0.1", resolve);
    });
    return listening;
  }

  server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const vanish = async (): Promise<void> => {
    const old = server;
    server = undefined;
    if (old === undefined) return;
    const closed = new Promise<void>((resolve) => {
      old.close(() => {
        resolve();
      });
    });
    for (const pair of [...pairs]) end(pair, "rst");
    await closed;
  };
  return {
    port,
    connections: () => connections,
    bytes: () => ({ ...passed }),
    cut: (kind) => {
      for (const pair of [...pairs]) end(pair, kind);
    },
    goDark: () => {
      for (const pair of pairs) pair.isDark = true;
    },
    trigger: (trigger, how) => {
      armed = trigger;
      isLasting = how?.each === true;
    },
    triggerNow: (trigger) => {
      for (const pair of pairs) {
        pair.trigger = trigger;
        pair.since.client = 0;
        pair.since.host = 0;
      }
    },
    delay: (ms) => {
      delayMs = ms;
    },
    narrow: (rate) => {
      bytesPerSecond = rate;
    },
    vanish,
    appear: async () => {
      await until("the port is free again", () => server === undefined);
      server = await listen(port);
    },
    leadTo: (other) => {
      target = other;
    },
    stop: vanish,
  };
}
