import { completeDomU } from "../../../../provider/resources/domu/domu.complete";
import { preflightFaults } from "../../../../provider/resources/domu/domu.preflight";
import { guest } from "./guest";
import { emptyHost, hostWith, runningAs, xenInfo } from "./observed";

const inputs = completeDomU(guest());

describe("what speaks against a guest, before anything is touched", () => {
  it("is nothing on a host with all that is needed, nor for a guest of ours that is there already", () => {
    expect(preflightFaults(inputs, emptyHost(inputs))).toEqual([]);
    expect(preflightFaults(inputs, hostWith(inputs))).toEqual([]);
  });

  it("is all of it at once, each with what to do", () => {
    const host = emptyHost(inputs, {
      domains: [
        runningAs(inputs, { uuid: "another", domid: 7, disks: [] }),
        runningAs(inputs, { uuid: "third", name: "writer", domid: 8 }),
      ],
      xen: { ...xenInfo, freeMemoryMiB: 100, cpus: 0 },
      paths: new Map(),
      bridges: new Map(),
      hasPygrub: false,
    });
    expect(preflightFaults(inputs, host)).toEqual([
      "A domain called guest1 runs on this host already (id 7), and it is not ours. Choose another name.",
      "/xen/vm/guest1.img does not exist on this host. Create it with a DiskImage.",
      "/xen/vm/guest1.img is in use by the running guest writer; two writers would destroy it. Stop that guest or use another disk.",
      "There is no bridge br0 on this host. Create it with a Bridge.",
      "This host has no pygrub. Install xen-utils for the Xen it runs, or set boot to another way.",
      "guest1 wants 1 vcpus, but the host has 0 CPUs. Lower vcpus.",
      "guest1 needs 520 MiB, but only 100 MiB are free for it on this host. Lower memoryMiB or stop another guest.",
    ]);
  });

  it("is a configuration file or a mark of somebody else", () => {
    expect(preflightFaults(inputs, emptyHost(inputs, { config: 'name = "guest1"\n' }))).toEqual([
      "/etc/xen/guest1.cfg exists already and is not ours. Choose another name, or move that file away.",
    ]);
    expect(preflightFaults(inputs, emptyHost(inputs, { ownerUuid: "another" }))).toEqual([
      "Another guest that pulumi-xen made is called guest1 on this host. Choose another name.",
    ]);
  });

  it("is the uuid of another running guest, which xl would accept twice", () => {
    const twin = runningAs(inputs, { name: "twin", disks: [] });
    expect(preflightFaults(inputs, emptyHost(inputs, { domains: [twin] })).join()).toContain(
      "belongs to the running domain twin",
    );
  });

  it("is a type of guest that the host's CPU cannot run", () => {
    const pvh = completeDomU(guest({ type: "pvh" }));
    expect(preflightFaults(pvh, emptyHost(pvh)).join()).toContain("cannot run pvh guests");
  });

  it("is more memory than there will be when a running guest is built anew", () => {
    const xen = { ...xenInfo, freeMemoryMiB: 100 };
    const grown = completeDomU(guest({ memoryMiB: 700 }));
    expect(preflightFaults(grown, hostWith(inputs, { xen }))).toEqual([
      "guest1 needs 708 MiB, but only 620 MiB are free for it on this host. Lower memoryMiB or stop another guest.",
    ]);
    expect(preflightFaults(completeDomU(guest({ memoryMiB: 600 })), hostWith(inputs, { xen }))).toEqual([]);
  });

  it("is missing media only while there is something to install", () => {
    const media = { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" };
    const installs = completeDomU(guest({ install: { media } }));
    const paths = new Map([["/xen/vm/guest1.img", "file" as const]]);
    expect(preflightFaults(installs, emptyHost(installs, { paths }))).toEqual([
      "/m/vmlinuz does not exist on this host. Bring it there with an InstallMedia.",
      "/m/initrd.gz does not exist on this host. Bring it there with an InstallMedia.",
    ]);
    expect(preflightFaults(installs, hostWith(installs, { paths }))).toEqual([]);
  });
});
