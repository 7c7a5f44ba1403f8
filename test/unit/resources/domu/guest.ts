/** A plain guest for the tests of this folder. */
import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";

export function guest(more: Partial<DomUInputs> = {}): DomUInputs {
  return {
    owner: "shop/prod::DomU::guest1",
    connection: { host: "198.51.100.7" },
    name: "guest1",
    disks: [{ path: "/xen/vm/guest1.img" }],
    vifs: [{ bridge: "br0" }],
    ...more,
  };
}
