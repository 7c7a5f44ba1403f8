/** Pauses that grow, with jitter, so that many who were refused at once do not come back at once. */

/** Before attempt `attempt + 1`: 0.2, 0.5, 1.25, 3.1 … at most 5 s, give or take a half. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.min(200 * 2.5 ** (attempt - 1), 5_000) * (0.5 + random());
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
