/** What single values of a XenHost may be. Pure. */
import { z } from "zod";
import { PCI_ADDRESS } from "../../host/boot/hidden-devices";
import { HYPERVISOR_ARGUMENT } from "../../host/boot/hypervisor-arguments";
import { KERNEL_ARGUMENT } from "../../host/boot/kernel-arguments";

export const hypervisorArgument = z
  .string()
  .regex(
    HYPERVISOR_ARGUMENT,
    "must be one argument of at most 127 printable characters without blanks, quotes and backslashes, such as ivrs_ioapic[32]=00:14.0",
  );

export const kernelArgument = z
  .string()
  .regex(
    KERNEL_ARGUMENT,
    'must be one argument of printable characters without quotes and backslashes, such as quiet or foo="a b": a value with blanks stands between double quotes',
  );

export const pciAddress = z
  .string()
  .regex(PCI_ADDRESS, "must be the address of a PCI device, such as 03:00.0 or 0000:03:00.0");

export const packageSpec = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9+.:-]*(=[A-Za-z0-9.+:~-]+)?$/,
    'must be a package such as "xen-tools" or "xen-tools=4.9.2-1"',
  );

export const repository = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/, "must be letters, digits and dashes"),
  url: z.string().regex(/^(https?|ftp|file):\S+$/, "must be an address such as http://example.org/debian"),
  suite: z
    .string()
    .regex(/^[A-Za-z0-9._/-]+$/, "must be a suite such as bookworm")
    .optional(),
  components: z.array(z.string().regex(/^[A-Za-z0-9._/-]+$/, "must be a component such as main")).optional(),
  signedBy: z
    .string()
    .regex(/^\/[\w./-]+$/, "must be an absolute path")
    .optional(),
  cost: z.int().min(1).optional(),
  checkSignatures: z.boolean().optional(),
});
