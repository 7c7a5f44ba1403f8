/** Addresses and networks as programs write them, each with one sentence for both families. Pure. */
import { z } from "zod";

const EXAMPLE = "198.51.100.7";

/** An address without its prefix length. */
export const address: z.ZodType<string> = z.union([z.ipv4(), z.ipv6()], {
  error: `must be an IPv4 or IPv6 address such as ${EXAMPLE}, without its prefix length`,
});

/** An address with its prefix length. */
export const addressWithPrefix: z.ZodType<string> = z.union([z.cidrv4(), z.cidrv6()], {
  error: `must be an IPv4 or IPv6 address with its prefix length, such as ${EXAMPLE}/24`,
});

/** An IPv4 network. */
export const network4: z.ZodType<string> = z.cidrv4({
  error: "must be an IPv4 network with its prefix length, such as 198.51.100.0/24",
});
