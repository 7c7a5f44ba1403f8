import { strongest } from "../../../../provider/effect";
import { completeDomU } from "../../../../provider/resources/domu/domu.complete";
import { inputsOnHost, mismatches } from "../../../../provider/resources/domu/domu.drift";
import { domuChanges } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.schema";
import { updateSteps } from "../../../../provider/resources/domu/domu.update";
import { guest } from "./guest";
import { hostWith, runningAs } from "./observed";

const before: Partial<DomUInputs> = { memoryMiB: 512, maxMemoryMiB: 1024, maxVcpus: 2 };
const olds = completeDomU(guest(before));

function names(after: Partial<DomUInputs>, host = hostWith(olds)): string[] {
  return updateSteps(host, olds, completeDomU(guest({ ...before, ...after }), olds)).map(({ name }) => name);
}

describe("what an update does, decided from what the host shows", () => {
  it("is nothing where the host is as declared", () => {
    expect(names({})).toEqual([]);
  });

  it.each<[Partial<DomUInputs>, string[]]>([
    [{ memoryMiB: 768 }, ["set-memory", "keep-config"]],
    [{ vcpus: 2 }, ["set-vcpus", "keep-config"]],
    [{ cpus: "0-1" }, ["pin-vcpus", "keep-config"]],
    [{ disks: [{ path: "/xen/vm/guest1.img" }, { path: "/b.img" }] }, ["attach-xvdb", "keep-config"]],
    [{ disks: [{ path: "/xen/vm/guest1.img" }, { path: "/b.img", format: "qcow2" }] }, ["stop", "boot"]],
    [{ memoryMiB: 2048, maxMemoryMiB: 2048 }, ["stop", "boot"]],
    [{ extra: "quiet" }, ["stop", "boot"]],
    [{ vfb: {} }, ["stop", "boot"]],
    [{ vifs: [{ bridge: "br1" }] }, ["stop", "boot"]],
    [{ extraConfig: { cpu_weight: 512 } }, ["stop", "boot"]],
    [{ powerState: "stopped" }, ["stop"]],
  ])("is for %j: %j", (after, expected) => {
    expect(names(after)).toEqual(expected);
  });

  it("starts a guest that is down, and nothing else", () => {
    expect(names({ memoryMiB: 768 }, hostWith(olds, { domains: [] }))).toEqual(["boot"]);
  });

  it("is a restart where the guest has crashed and was kept", () => {
    expect(names({}, hostWith(olds, { domains: [runningAs(olds, { state: "crashed" })] }))).toEqual(["stop", "boot"]);
  });

  it("never does more than the preview says, whatever is declared, on a host that is as it was", () => {
    for (const after of [
      { memoryMiB: 1024 },
      { memoryMiB: 64 },
      { vcpus: 2 },
      { maxVcpus: 3 },
      { vifs: [] },
      { vifs: [{ bridge: "br0" }, { bridge: "br1" }] },
      { disks: [{ path: "/c.img" }] },
      { disks: [{ path: "/xen/vm/guest1.img" }, { path: "/b.img", format: "qcow2" as const }] },
      { onReboot: "destroy" as const },
      { autostart: true },
    ]) {
      const news = completeDomU(guest({ ...before, ...after }), olds);
      const announced = strongest(domuChanges(olds, news).map(({ effect }) => effect));
      const needed = strongest(updateSteps(hostWith(olds), olds, news).map(({ effect }) => effect));
      expect([after, strongest([announced, needed])]).toEqual([after, announced]);
    }
  });
});

describe("drift", () => {
  it("is none where the host is as declared, and after an update", () => {
    expect(inputsOnHost(hostWith(olds), olds)).toBe(olds);
    expect(mismatches(hostWith(olds), olds)).toEqual([]);
  });

  it("is exactly what differs", () => {
    const host = hostWith(olds, {
      domains: [runningAs(olds, { memoryMiB: 600, vcpus: 2 })],
      isAutostarted: true,
    });
    expect(inputsOnHost(host, olds)).toMatchObject({ memoryMiB: 600, vcpus: 2, autostart: true });
    expect(inputsOnHost(host, olds).config).toContain("memory = 600");
    expect(mismatches(host, olds)).toEqual([
      "guest1 has 600 MiB, not 512.",
      "guest1 has 2 vcpus, not 1.",
      "guest1 starts with the host.",
    ]);
  });

  it("is a stopped guest, not a missing one", () => {
    expect(inputsOnHost(hostWith(olds, { domains: [] }), olds).powerState).toBe("stopped");
  });

  it("is what somebody wrote into the configuration file", () => {
    const config = (hostWith(olds).config ?? "").replace('on_crash = "destroy"', 'on_crash = "restart"');
    const host = hostWith(olds, { config: `${config}cpu_weight = 512\nextra = "quiet"\n` });
    expect(inputsOnHost(host, olds)).toMatchObject({
      onCrash: "restart",
      extra: "quiet",
      extraConfig: { cpu_weight: 512 },
    });
  });

  it("is a disk and an interface that were plugged in by hand", () => {
    const extra = runningAs(olds, {
      disks: [...runningAs(olds).disks, { target: "/by/hand.img", format: "raw", device: "xvdz", mode: "w", more: [] }],
      vifs: [],
    });
    const seen = inputsOnHost(hostWith(olds, { domains: [extra] }), olds);
    expect(seen.disks?.[1]).toEqual({ path: "/by/hand.img", format: "raw", device: "xvdz", mode: "w" });
    expect(seen.vifs).toEqual([]);
  });

  it("is not the limit that an undeclared maximum left behind after a live change", () => {
    const plain = completeDomU(guest({ memoryMiB: 512 }));
    const lower = completeDomU(guest({ memoryMiB: 256 }), plain);
    const host = hostWith(lower, { domains: [runningAs(lower, { maxMemoryMiB: 512 })] });
    expect(inputsOnHost(host, lower)).toBe(lower);
  });
});
