/** The kinds that the laws are tried on. Another kind is a line here and a folder like `domu`. */
import { domuLaw } from "./domu/kind";
import type { AnyLawKind } from "./kind";

export const KINDS: readonly AnyLawKind[] = [domuLaw];
