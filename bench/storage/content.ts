/** A file with holes, as images of the field have them, and a server on loopback that hands it out. */
import { createHash, randomBytes } from "node:crypto";
import { closeSync, createReadStream, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const MIB = 1024 ** 2;

/** Of each 8 MiB the first two are random bytes, the rest is a hole. */
const PIECE_MIB = 8;
const FILLED_MIB = 2;

/** @returns its SHA-256. */
export async function fileWithHoles(path: string, sizeMiB: number): Promise<string> {
  const file = openSync(path, "w");
  ftruncateSync(file, sizeMiB * MIB);
  for (let at = 0; at < sizeMiB; at += PIECE_MIB)
    writeSync(file, randomBytes(FILLED_MIB * MIB), 0, FILLED_MIB * MIB, at * MIB);
  closeSync(file);
  return sumOf(path);
}

export async function sumOf(path: string): Promise<string> {
  const sum = createHash("sha256");
  for await (const bytes of createReadStream(path, { highWaterMark: MIB })) sum.update(bytes as Buffer);
  return sum.digest("hex");
}

export interface Served {
  readonly url: string;
  readonly close: () => void;
}

export async function served(path: string): Promise<Served> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": statSync(path).size });
    createReadStream(path, { highWaterMark: MIB }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/image`, close: () => void server.close() };
}
