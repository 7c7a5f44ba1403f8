/** How programs name VLANs. Pure. */
import { z } from "zod";
import { OWN_VLAN, type VlanRange, isVlanRange, vlanIds } from "../host/network/vlans";

const HIGHEST = 4094;
const SAYS = `must be a VLAN's number, ${OWN_VLAN + 1} to ${HIGHEST}, or a range such as "100-199"`;

/** Of a tag. VLAN 1 is the bridge's own, which has none. */
export const vlanRange: z.ZodType<VlanRange> = z.union(
  [
    z
      .int({ error: SAYS })
      .min(OWN_VLAN + 1, SAYS)
      .max(HIGHEST, SAYS),
    z
      .string()
      .regex(/^[1-9]\d{0,3}-[1-9]\d{0,3}$/, SAYS)
      .refine((text) => isVlanRange(text) && vlanIds([text]).every((id) => id > OWN_VLAN && id <= HIGHEST), SAYS),
  ],
  { error: SAYS },
);
