/** An update never does more than its preview said: the rule, for every kind. Pure. */
import { type Effect, isStronger, strongest } from "../effect";
import { DriftError } from "../errors";
import type { Step } from "../shell";

/**
 * Before anything is touched.
 * @throws DriftError where `steps` do more to what runs than `announced`, the word of the preview.
 */
export function assertAnnounced(steps: readonly Step[], announced: Effect): void {
  const needed = strongest(steps.map(({ effect }) => effect));
  if (!isStronger(needed, announced)) return;
  const culprits = steps.filter(({ effect }) => isStronger(effect, announced)).map(({ title }) => title);
  throw new DriftError(
    `the preview announced "${announced}", but as the host is now this needs "${needed}": ${culprits.join("; ")}. Nothing was touched.`,
    { hint: "The host has changed since the last refresh. Run refresh, look at the preview, and run up again." },
  );
}
