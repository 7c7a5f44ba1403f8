/** What was begun for an object before: by a run that was killed, or whose connection broke. */
import { hasCode } from "../../errors";
import type { RemoteHost } from "../remote-host";
import { progressOf } from "./progress-sink";

/**
 * `shownAs`: what people call it in front of its progress. Waits for the job that may still run for the object. How it ended does not matter here: looking at the host tells.
 *
 * @throws ConnectError and the like, when the host could not be asked.
 */
export async function settleFormerJob(
  host: Pick<RemoteHost, "follow">,
  object: string,
  shownAs = object,
): Promise<void> {
  try {
    await host.follow(object, progressOf(shownAs));
  } catch (error) {
    if (!hasCode(error, "job")) throw error;
  }
}
