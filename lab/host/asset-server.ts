/**
 * Serves a folder's files over HTTP on this machine's loopback. Lab hosts reach it at 10.0.2.2, QEMU's name for us.
 */
import { createReadStream, statSync, type Stats } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";

/** This machine's loopback as seen from inside a lab host. */
const addressFromInside = "10.0.2.2";

export interface AssetServer {
  readonly port: number;
  /** `http://10.0.2.2:PORT`, for lab hosts and their guests. */
  readonly urlFromInside: string;
  /** `http://127.0.0.1:PORT`, for this machine. */
  readonly url: string;
  /** Serves `text` under `name`, as well as the files; for an installer's instructions. @returns its URL from inside. */
  publish(name: string, text: string): string;
  close(): Promise<void>;
}

/**
 * @param folder whose files (not those of folders in it) are served.
 * @param port default: a free one.
 */
export function startAssetServer(folder: string, port = 0): Promise<AssetServer> {
  const texts = new Map<string, string>();
  const server = createServer((request, response) => answer(folder, texts, request, response));
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("The system gave no port."));
      const urlFromInside = `http://${addressFromInside}:${address.port}`;
      resolve({
        port: address.port,
        urlFromInside,
        url: `http://127.0.0.1:${address.port}`,
        publish: (name, text) => {
          texts.set(name, text);
          return `${urlFromInside}/${name}`;
        },
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
      // It serves for as long as something else keeps the process busy, and never holds it open.
      server.unref();
    });
  });
}

function answer(
  folder: string,
  texts: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const name = fileName(request.url ?? "/");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405);
  if (name === undefined) return refuse(response, 404);
  const text = texts.get(name);
  if (text !== undefined) {
    response.writeHead(200, { "content-type": "text/plain", "content-length": Buffer.byteLength(text) });
    response.end(request.method === "HEAD" ? undefined : text);
    return;
  }
  const file = join(folder, name);
  const stats = statOf(file);
  if (stats?.isFile() !== true) return refuse(response, 404);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": stats.size });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

/** The plain file name a request asks for; nothing where it asks for anything but a name in the folder itself. */
export function fileName(url: string): string | undefined {
  const name = /^\/([A-Za-z0-9][A-Za-z0-9._-]*)(\?.*)?$/.exec(url)?.[1];
  return name;
}

function statOf(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false });
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(`${status}\n`);
}
