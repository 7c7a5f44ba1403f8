/** Refusing before anything is touched: all faults at once, each a whole sentence. Pure. */
import { BadInputError } from "../errors";

/** @throws BadInputError where there is any fault. */
export function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new BadInputError(faults.join("\n"));
}

/** Under a sentence that ends a line. */
export function listed(faults: readonly string[]): string {
  return faults.map((fault) => `  - ${fault}`).join("\n");
}
