/** Of the guest's table: its name, its identity, and how it is virtualised. Pure. */
import { z } from "zod";
import { UNSEEN } from "../../property";
import { DOMAIN_TYPES, type DomainType, UUID_PATTERN } from "../../xen";
import { property, restart, shownBy } from "./domu.property";

export const guestIdentity = {
  /** The domain's name, its own on the host: letters, digits, dots, dashes and underscores, at most 63. */
  name: property({
    defaultSays: "the resource's name",
    type: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
        "must be letters, digits, dots, dashes and underscores, at most 63, and begin with a letter or digit",
      )
      .refine((name) => !/^\d+$/.test(name), "must hold a letter: xl reads a bare number as a domain id")
      .refine((name) => name !== "Domain-0", "is the host itself"),
    key: "name",
    // What its files are called is no other value of it: the job that renames looks at both (domu.jobs.ts).
    is: ({ domain, name }) => domain?.name ?? name ?? UNSEEN,
    change: { says: "live", outcome: () => ({ effect: "live" }) },
  }),
  /** Its identity (a uuid in lower case), by which it is found whatever it is called. */
  uuid: property({
    type: z.string().regex(UUID_PATTERN, "must be a uuid such as 5b0a5f6e-6c5e-4f0e-9d7c-0e6d7f1a2b3c, in lower case"),
    defaultSays: "derived from the host and the resource, the same for ever",
    key: "uuid",
    is: ({ uuid }) => uuid ?? UNSEEN,
    change: {
      says: "replace",
      outcome: ({ shall }) => ({ effect: "replace", losesData: shall.install !== undefined }),
    },
  }),
  /** How it is virtualised: `pv`, `pvh` or `hvm`. `pvh` and `hvm` need a CPU with hardware virtualisation. */
  type: property<DomainType>({
    type: z.enum(DOMAIN_TYPES),
    default: "pv",
    key: "type",
    is: shownBy(
      ({ type }) => type as DomainType | undefined,
      (file) => file.type as DomainType | undefined,
    ),
    change: restart,
  }),
} as const;
