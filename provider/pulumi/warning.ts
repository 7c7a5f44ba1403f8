/** Warnings of a program's run, each shown once, however many resources give cause for it. */
import * as pulumi from "@pulumi/pulumi";
import { perRun } from "./per-run";

const shownInRun = perRun(() => new Set<string>());

export function warnOnce(sentence: string, resource: pulumi.Resource): void {
  const said = shownInRun();
  if (said.has(sentence)) return;
  said.add(sentence);
  // Told or not, the run goes on.
  void pulumi.log.warn(sentence, resource).catch(() => undefined);
}

/** Warns of what a host showed: known from the state or after the update. */
export function warnOf(sentences: pulumi.Output<readonly string[]>, resource: pulumi.Resource): void {
  sentences.apply((told: unknown) => {
    // In a preview of a change it is not known; an older state has none.
    if (Array.isArray(told)) for (const sentence of told as string[]) warnOnce(sentence, resource);
  });
}

/** Warns in a preview that would create the resource: of one that exists already, its id is known. */
export function warnBeforeCreation(sentence: string, resource: pulumi.CustomResource): void {
  if (!pulumi.runtime.isDryRun()) return;
  let exists = false;
  resource.id.apply(() => {
    exists = true;
  });
  resource.urn.apply(async () => {
    // Both become known in one turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (!exists) warnOnce(sentence, resource);
  });
}
