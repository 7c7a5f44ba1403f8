/** Tries one trial after the other, as main.ts says by its number, and says how each ended: worker.ts TRANSPORT */
import { runOver } from "../support/transport";
import { allTrials } from "./trials";

runOver(process.argv[2] === "openssh" ? "openssh" : "ssh2");

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
