/** A guest for the stories on a pretended host: what its program says, and the host with its disks and media. */
import type { DomUInputs } from "../../provider/resources/domu/domu.properties";
import { observeDomU, type ObservedDomU } from "../../provider/resources/domu/domu.observe";
import { completeDomU } from "../../provider/resources/domu/domu.rules";
import { PretendXen } from "./pretend-xen";

export const OWNER = "shop/prod::DomU::guest1";

export const media = {
  name: "m",
  directory: "/xen/vm",
  kernelPath: "/xen/vm/vmlinuz",
  ramdiskPath: "/xen/vm/initrd.gz",
};

/** A disk that has a system on it: what the pretended pygrub looks for. */
const SYSTEM = "a system with its kernel";

export function pretendHost(shell = "dash", toolstack: "xl" | "xm" = "xl"): PretendXen {
  const xen = new PretendXen(shell.split(" "), toolstack);
  xen.write("/xen/vm/guest1.img", SYSTEM);
  xen.write("/xen/vm/data.img", "");
  xen.write("/xen/vm/vmlinuz", "installer");
  xen.write("/xen/vm/initrd.gz", "installer");
  return xen;
}

export function declared(more: Partial<DomUInputs> = {}): DomUInputs {
  return {
    connection: { host: "198.51.100.7" },
    name: "guest1",
    memoryMiB: 256,
    maxMemoryMiB: 512,
    maxVcpus: 2,
    disks: [{ path: "/xen/vm/guest1.img" }],
    vifs: [{ bridge: "br0" }],
    ...more,
  };
}

/** With an owner, and all that check fills in. */
export function complete(more: Partial<DomUInputs> = {}, olds?: DomUInputs): DomUInputs {
  return completeDomU({ owner: OWNER, ...declared(more) }, olds);
}

export function look(xen: PretendXen, inputs: DomUInputs): Promise<ObservedDomU> {
  return xen.ask(observeDomU(inputs));
}

/** Each domain but dom0, as `xl list` shows it. */
export function listed(xen: PretendXen): { readonly id: string; readonly name: string; readonly state: string }[] {
  return xen
    .operate("list")
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => line.trim().split(/\s+/))
    .map(([name = "", id = "", , , state = ""]) => ({ id, name, state }));
}
