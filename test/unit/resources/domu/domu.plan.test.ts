import { completeDomU } from "../../../../provider/resources/domu/domu.complete";
import { domuChanges, domuCreation } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.schema";
import { guest } from "./guest";

/** `text: effect` of each change between two guests. */
function verdicts(before: Partial<DomUInputs>, after: Partial<DomUInputs>): string[] {
  const olds = completeDomU(guest(before));
  return domuChanges(olds, completeDomU(guest(after), olds)).map(({ text, effect }) => `${text}: ${effect}`);
}

const disk = { path: "/xen/vm/guest1.img" };

describe("what a change does to a running guest", () => {
  it.each<[Partial<DomUInputs>, Partial<DomUInputs>, string[]]>([
    [{}, {}, []],
    [{ memoryMiB: 512, maxMemoryMiB: 1024 }, { memoryMiB: 768, maxMemoryMiB: 1024 }, ["memoryMiB 512 -> 768: live"]],
    [{ memoryMiB: 512 }, { memoryMiB: 768 }, ["memoryMiB 512 -> 768: restart"]],
    [{ memoryMiB: 512 }, { memoryMiB: 256 }, ["memoryMiB 512 -> 256: live"]],
    [{ memoryMiB: 512 }, { memoryMiB: 64 }, ["memoryMiB 512 -> 64: restart"]],
    [{}, { maxMemoryMiB: 1024 }, ["maxMemoryMiB unset -> 1024: restart"]],
    [{ maxVcpus: 2 }, { vcpus: 2, maxVcpus: 2 }, ["vcpus 1 -> 2: live"]],
    [{}, { vcpus: 2 }, ["vcpus 1 -> 2: restart"]],
    [{}, { cpus: "0" }, ["cpus unset -> 0: live"]],
    [{}, { boot: "pvgrub2" }, ["boot pygrub -> pvgrub2: restart"]],
    [{ extra: "a" }, { extra: "b" }, ["extra a -> b: restart"]],
    [{}, { onCrash: "restart" }, ["onCrash destroy -> restart: restart"]],
    [{}, { autostart: true }, ["autostart false -> true: live"]],
    [{}, { powerState: "stopped" }, ["powerState running -> stopped: restart"]],
    [{ powerState: "stopped" }, {}, ["powerState stopped -> running: live"]],
    [{}, { waitFor: { consoleText: "login:" } }, ['waitFor unset -> {"consoleText":"login:"}: none']],
    [{ disks: [disk] }, { disks: [{ ...disk, device: "xvdb" }] }, ["disks[0].device xvda -> xvdb: restart"]],
    [
      { disks: [disk] },
      { disks: [{ path: "/other.img" }] },
      ["disks[0].path /xen/vm/guest1.img -> /other.img: restart"],
    ],
    [{ disks: [disk] }, { disks: [disk, { path: "/b.img" }] }, ["disks[1] xvdb added (/b.img): live"]],
    [
      { disks: [disk] },
      { disks: [disk, { path: "/b.img", format: "qcow2" }] },
      ["disks[1] xvdb added (/b.img, which takes a QEMU that this guest was built without): restart"],
    ],
    [
      { disks: [disk], vfb: {} },
      { disks: [disk, { path: "/b.img", format: "qcow2" }], vfb: {} },
      ["disks[1] xvdb added (/b.img): live"],
    ],
    [
      { disks: [disk, { path: "/b.img", format: "qcow2" }] },
      { disks: [disk, { path: "/b.img", format: "qcow2" }, { path: "/c.img", format: "qcow2" }] },
      ["disks[2] xvdc added (/c.img): live"],
    ],
    [
      { disks: [disk, { path: "/b.img" }] },
      { disks: [disk] },
      ["disks[1] xvdb taken away (unmount it in the guest first): live"],
    ],
    [{}, { vifs: [{ bridge: "br0" }, { bridge: "br1" }] }, ["vifs[1] added on br1: live"]],
    [{}, { vifs: [{ bridge: "br1" }] }, ["vifs[0].bridge br0 -> br1: restart"]],
    [{}, { vfb: { vncPassword: "hunter2" } }, ["vfb [secret] -> [secret]: restart"]],
    [
      { uuid: "00000000-0000-4000-8000-000000000001" },
      { uuid: "00000000-0000-4000-8000-000000000002" },
      [
        "uuid 00000000-0000-4000-8000-000000000001 -> 00000000-0000-4000-8000-000000000002: replace",
        // The MAC is derived from it.
        expect.stringMatching(/^vifs\[0\]\.mac .*: restart$/) as string,
      ],
    ],
  ])("%j -> %j", (before, after, expected) => {
    expect(verdicts(before, after)).toEqual(expected);
  });

  it("is nothing where an installed guest's installation is described differently", () => {
    const media = { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" };
    expect(verdicts({ install: { media } }, { install: { media, timeoutMinutes: 5 } })).toEqual([
      "install (used only by a first boot): none",
    ]);
  });

  it("loses data where a guest that installs itself would be replaced", () => {
    const media = { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" };
    const olds = completeDomU(guest({ install: { media } }));
    const news = completeDomU(guest({ install: { media }, uuid: "00000000-0000-4000-8000-000000000002" }));
    expect(domuChanges(olds, news)[0]).toMatchObject({ effect: "replace", losesData: true });
  });
});

it("says in a line each what a create does", () => {
  const media = { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" };
  const inputs = guest({ install: { media }, waitFor: { tcpPort: 22 }, autostart: true });
  expect(domuCreation(completeDomU(inputs))).toEqual([
    "install guest1 (pv, 512 MiB, 1 vcpu) from /m/vmlinuz, at most 60 minutes",
    "boot it from its own disk through pygrub",
    "wait for tcp port 22",
    "start it with the host",
  ]);
});
