/** Tries one trial after the other, as main.ts says by its number, and says how each ended. */
import { allTrials } from "./trials";

process.on("message", ({ index }: { index: number }) => {
  const begun = Date.now();
  const trial = allTrials[index];
  void (trial === undefined ? Promise.reject(new Error("no such trial")) : trial.run())
    .then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    .then((fault) => process.send?.({ index, seconds: (Date.now() - begun) / 1000, fault }));
});
process.on("disconnect", () => process.exit(0));
