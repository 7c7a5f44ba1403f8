/** A file of 20 MiB from this program to a host without any distance: how much the way itself costs. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { closeHosts, hostOf } from "../ours";
import { fixed, median } from "../../figures";
import { repeated, timed } from "../../timing";
import type { Section, Setting } from "./setting";

const MIB = 1024 * 1024;
const SIZE_MIB = 20;
/** As a file is read. */
const PIECE = 64 * 1024;

export async function upload(setting: Setting): Promise<Section> {
  setting.say(`an upload of ${String(SIZE_MIB)} MiB on loopback`);
  const server = await setting.nearby();
  try {
    const host = hostOf(server);
    await host.identity();
    const content = randomBytes(SIZE_MIB * MIB);
    const sha256 = sumOf(content);
    const path = join(server.folder, "uploaded");
    const rates = await repeated(setting.isQuick ? 2 : 5, async () => {
      const target = { path, mode: "600", sha256, sizeBytes: content.length };
      const { seconds } = await timed(() => host.upload(Readable.from(pieces(content)), target));
      if (sumOf(readFileSync(path)) !== sha256) throw new Error("What was uploaded is something else.");
      return SIZE_MIB / seconds;
    });
    return {
      figures: {},
      text: `Upload of ${String(SIZE_MIB)} MiB of random bytes on loopback, length and sha256 compared on the host, synced: ${fixed(median(rates), 1)} MiB/s (${rates.map((rate) => fixed(rate, 1)).join(", ")}).`,
    };
  } finally {
    await closeHosts();
    await server.stop();
  }
}

function sumOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE);
}
