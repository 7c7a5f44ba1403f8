/** Asks a guest over HTTP until it really answers: a booting guest may take the connection and say nothing. */
import { setTimeout as sleep } from "node:timers/promises";

/** @throws Error after `timeoutSeconds`, with what was seen last. */
export async function httpText(url: string, timeoutSeconds: number): Promise<string> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let last = "nothing";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      const text = (await response.text()).trim();
      if (response.ok && text !== "") return text;
      last = `status ${response.status} with ${text.length} characters`;
    } catch (error) {
      last = error instanceof Error ? `${error.message}` : String(error);
    }
    await sleep(500);
  }
  throw new Error(`${url} gave no answer within ${timeoutSeconds} s (last: ${last}).`);
}
