/** Does one work after the other without a fault, or with one, as main.ts says, and says how each ended. */
import type { Transport } from "../../support/transport";
import type { StorageTrial } from "./main";
import { endAll, strikeAt, undisturbed } from "./trial";
import { type Work, allWorks } from "./works";

const works = allWorks();

async function answer(asked: StorageTrial | { work: number; transport: Transport }): Promise<unknown> {
  const work = works[asked.work] as Work;
  if (!("strike" in asked)) return undisturbed(work, asked.transport);
  const { place, strike, control, transport, destroysFirst } = asked;
  return strikeAt(work, place, strike, control, transport, destroysFirst);
}

process.on("message", (asked: StorageTrial) => {
  void answer(asked).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.on("disconnect", () => void endAll().finally(() => process.exit(0)));
