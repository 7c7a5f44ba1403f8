/** Of an image's table: what becomes of one that is there already, or that is deleted. Pure. */
import { z } from "zod";
import { type Table, UNSEEN, whenKnown } from "../../property";
import type { Step } from "../../shell";
import type { DiskImageShall, Image } from "./disk-image.shall";

export const imageKeeping = {
  /** The image stays on the host when the resource is deleted. */
  keepOnDelete: {
    type: z.boolean(),
    default: ({ format }: DiskImageShall) => whenKnown([format], (known) => known === "block"),
    defaultSays: "`false`; `true` of a block device",
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.keepOnDelete),
    change: { says: "none", outcome: () => ({ effect: "none" }) },
  },

  /**
   * A deleted image stays in the trash of its host for this number of days, 1 to 365; one command on the host brings it back until then. It takes
   * its space meanwhile.
   */
  deleteAfterDays: {
    defaultSays: "none: a deleted image is removed at once",
    type: z.number().int("must be whole days").min(1).max(365),
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.deleteAfterDays),
    change: { says: "none: it counts when the resource is deleted", outcome: () => ({ effect: "none" }) },
  },

  /** An image that exists already is taken over where format and size fit. Otherwise that is an error. */
  adopt: {
    defaultSays: "`false`",
    type: z.boolean(),
    is: ({ declared }) => (declared === undefined ? UNSEEN : declared.adopt),
    same: (from: unknown, to: unknown) => (from ?? false) === (to ?? false),
    change: { says: "none", outcome: () => ({ effect: "none" }) },
  },
} satisfies Table<Image, DiskImageShall, Step>;
