/** Answers the programs of a pretended host (tools/ask.pl): who asked, which program, with which words. */
import { rmSync } from "node:fs";
import { type Server, type Socket, createServer } from "node:net";

export interface Asked {
  readonly tool: string;
  readonly args: readonly string[];
  /** Our login; else an operator of the host. */
  readonly isOurs: boolean;
  /** What came by standard input, of programs that read it. */
  readonly input: string;
  /** LIBXL_BOOTLOADER_USER of its environment. */
  readonly bootloaderUser: string;
}

export interface Answered {
  readonly code: number;
  readonly out?: string;
  readonly err?: string;
  /** The program writes this file. */
  readonly file?: { readonly path: string; readonly content: Buffer };
  /** The program stays, as xl's monitor, until `end` is called on what it gets here. */
  readonly stays?: (monitor: MonitorProcess) => void;
}

/** An xl that watches a domain. */
export interface MonitorProcess {
  isAlive(): boolean;
  end(): void;
}

export async function serveTools(path: string, answer: (asked: Asked) => Promise<Answered>): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < 4 || received.length < 4 + received.readUInt32BE(0)) return;
      socket.removeAllListeners("data");
      socket.resume();
      const [tool = "", login = "", bootloaderUser = "", input = "", ...args] = fields(received.subarray(4));
      void answer({ tool, args, isOurs: login === "pulumi-xen", bootloaderUser, input }).then((answered) => {
        reply(socket, answered);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}

function fields(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    found.push(bytes.subarray(at + 4, at + 4 + length).toString());
    at += 4 + length;
  }
  return found;
}

function reply(socket: Socket, { code, out = "", err = "", file, stays }: Answered): void {
  const texts = [out, err, file?.path ?? "", file?.content ?? ""].flatMap((text) => {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    return [number(bytes.length), bytes];
  });
  const whole = Buffer.concat([number(code), number(stays === undefined ? 0 : 1), ...texts]);
  if (stays !== undefined) {
    let isAlive = true;
    socket.once("close", () => {
      isAlive = false;
    });
    stays({
      isAlive: () => isAlive,
      end: () => {
        isAlive = false;
        socket.destroy();
      },
    });
  }
  socket.write(Buffer.concat([number(whole.length), whole]));
  if (stays === undefined) socket.end();
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
