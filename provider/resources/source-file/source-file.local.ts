/** Files of the machine that runs Pulumi, on their way to a host. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { BadInputError, messageOf } from "../../errors";
import { shown } from "../../property";
import type { RemoteHost } from "../../remote";
import type { SourcePath } from "./source-file.schema";

/**
 * The size of a local file whose content is as declared.
 * @param secret - its path is not to be shown
 * @throws BadInputError when it cannot be read or is another file
 */
export async function verifiedSize(source: SourcePath, secret: boolean): Promise<number> {
  const name = shown(source.path, { secret });
  const hash = createHash("sha256");
  let size: number;
  try {
    const info = await stat(source.path);
    if (!info.isFile()) throw new Error("it is not a plain file");
    size = info.size;
    await pipeline(createReadStream(source.path), hash);
  } catch (error) {
    // The system's words hold the path: its code is enough where that is a secret.
    const why = secret ? ((error as NodeJS.ErrnoException).code ?? "it is not a plain file") : messageOf(error);
    throw new BadInputError(`${name} cannot be read on this machine: ${why}`, secret ? {} : { cause: error });
  }
  const found = hash.digest("hex");
  if (found !== source.sha256) {
    throw new BadInputError(
      `${name} is not the file that was declared: its SHA-256 is ${found}, expected ${source.sha256}.`,
      {
        hint: "Correct sha256, or find out who changed the file.",
      },
    );
  }
  return size;
}

/** Brings a file that `verifiedSize` has approved. */
export async function bring(
  host: RemoteHost,
  source: SourcePath,
  sizeBytes: number,
  target: { path: string; mode: string; shownAs: { object: string; label: string } },
): Promise<void> {
  await host.upload(createReadStream(source.path), { ...target, sha256: source.sha256, sizeBytes });
}
