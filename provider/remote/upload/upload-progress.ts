/** How far an upload has come, in the words of the host's downloads (host/library/progress.sh): a line each ten seconds. Pure but for the clock. */
import type { Progress } from "../remote-host";

const EACH_MS = 10_000;
const MEGABYTE = 1_000_000;

/** What is passed on is counted; holes are read, not sent, and count as well. */
export async function* counted(
  content: AsyncIterable<Buffer>,
  { label, sizeBytes, say }: { readonly label: string; readonly sizeBytes: number; readonly say: Progress },
  now: () => number = Date.now,
): AsyncGenerator<Buffer> {
  const began = now();
  let toldAt = began;
  let done = 0;
  for await (const chunk of content) {
    yield chunk;
    done += chunk.length;
    if (now() - toldAt < EACH_MS) continue;
    say(progressLine({ label, done, sizeBytes, seconds: (now() - began) / 1000 }));
    toldAt = now();
  }
}

/** `image: 41 % (12 of 29 MB), 3.1 MB/s, 6 s left`. */
export function progressLine({
  label,
  done,
  sizeBytes,
  seconds,
}: {
  readonly label: string;
  readonly done: number;
  readonly sizeBytes: number;
  readonly seconds: number;
}): string {
  const rate = done / Math.max(seconds, 1);
  const shown = rate >= MEGABYTE / 10 ? `${(rate / MEGABYTE).toFixed(1)} MB/s` : `${Math.floor(rate / 1000)} kB/s`;
  const left = rate > 0 && sizeBytes > done ? `, ${duration((sizeBytes - done) / rate)} left` : "";
  const percent = Math.floor((done * 100) / Math.max(sizeBytes, 1));
  return `${label}: ${percent} % (${Math.floor(done / MEGABYTE)} of ${Math.floor(sizeBytes / MEGABYTE)} MB), ${shown}${left}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.floor(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
