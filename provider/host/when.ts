/** A fault's sentence where there is the fault: lists of faults are made of them. Pure. */

/** The sentence where the condition holds. */
export function when(condition: boolean, sentence: string): string[] {
  return condition ? [sentence] : [];
}
