/** How a file of the machine that runs Pulumi is compressed, before it is brought to a host. */
import { open } from "node:fs/promises";
import { compressionOf } from "../../host/storage/source";
import type { Compression } from "../../host/storage/storage";

/** Of a file that was read already. */
export async function localCompression(path: string): Promise<Compression> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(6);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return compressionOf(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
