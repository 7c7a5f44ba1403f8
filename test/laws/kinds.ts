/** The kinds that the laws are tried on. Another kind is a line here and a folder like `domu`. */
import { bridgeLaw } from "./bridge/kind";
import { diskImageLaw } from "./disk-image/kind";
import { domuLaw } from "./domu/kind";
import { installMediaLaw } from "./install-media/kind";
import type { AnyLawKind } from "./kind";
import { xenHostLaw } from "./xen-host/kind";

export const KINDS: readonly AnyLawKind[] = [domuLaw, diskImageLaw, installMediaLaw, bridgeLaw, xenHostLaw];
