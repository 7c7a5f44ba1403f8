/**
 * What jobs have left on a host for an object that no state will know of: of a create that was refused, or of a removal whose
 * asker died before its end. Whoever finds nothing else of the object clears it away.
 */
import type { Claim } from "../host/claim";
import type { RemoteHost } from "../remote";

/** Touches nothing of an object that is claimed, and no job that still runs. */
export async function forgetLeft(
  host: RemoteHost,
  claim: Claim | undefined,
  ...objects: readonly string[]
): Promise<undefined> {
  if (claim !== undefined) return;
  for (const object of objects) await host.forget(object).catch(() => undefined);
}
