import {
  hostPlan,
  lookedAt,
  needsBoot,
  xenHostChanges,
} from "../../../../provider/resources/xen-host/xen-host.findings";
import { liveMemoryFaults } from "../../../../provider/resources/xen-host/xen-host.memory";
import type { ObservedHost } from "../../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { settleJob } from "../../../../provider/resources/xen-host/xen-host.steps";
import { walkToXen } from "../../../../provider/resources/xen-host/xen-host.walk";
import { renderLateDropIn } from "../../../../provider/host/boot/grub2/grub-settings";
import { parseGrubEntries } from "../../../../provider/host/boot/grub2/grub-config";
import { FakeHost } from "../../../support/fake-host";
import { CLAIM_ID, GRUB_CFG, OWNER, bootWith, inputs, xenGrub, xenHost } from "./observed";

const claiming = { owner: OWNER, renews: false };

const declared = (memoryMiB: number | undefined, more: Partial<XenHostInputs> = {}): XenHostInputs => ({
  ...inputs,
  ...more,
  dom0: { ...(memoryMiB === undefined ? {} : { memoryMiB }), maxVcpus: 2 },
});

const having = (dom0MemoryMiB: number, more: Partial<ObservedHost> = {}): ObservedHost => ({
  ...xenHost,
  xen: { ...xenHost.xen, dom0MemoryMiB } as never,
  ...more,
});

/** Booted with 1024 MiB, and told 512 MiB since. */
const shrunk = (): ObservedHost => {
  const late = renderLateDropIn(["dom0_mem=512M,max:512M", "dom0_max_vcpus=2", "xpti=no"], ["console=hvc0"]);
  const entries = parseGrubEntries(GRUB_CFG.replace("dom0_mem=1024M,max:1024M", "dom0_mem=512M,max:512M"));
  const asked = [...xenHost.asked, "xen dom0_mem=512M,max:512M"];
  return having(512, { asked, boot: bootWith({ ...xenGrub, late, entries }) });
};

const effects = (olds: XenHostInputs, news: XenHostInputs): string[] =>
  xenHostChanges(olds, news).map(({ text, effect }) => `${text}: ${effect}`);

describe("another size of dom0", () => {
  it("is live where it is no more than dom0 booted with, and takes a reboot otherwise", () => {
    expect(effects(declared(1024), declared(768))).toEqual(["dom0.memoryMiB 1024 -> 768: live"]);
    expect(effects(declared(1024), declared(1025))).toEqual(["dom0.memoryMiB 1024 -> 1025: reboot"]);
    expect(effects(declared(1024), declared(undefined))).toEqual(["dom0.memoryMiB 1024 -> unset: reboot"]);
    expect(effects(declared(undefined), declared(1024))).toEqual(["dom0.memoryMiB unset -> 1024: reboot"]);
  });

  it("is live as well where reboots are left to somebody else", () => {
    const never = { reboot: "never" as const };
    expect(effects(declared(1024, never), declared(768, never))).toEqual(["dom0.memoryMiB 1024 -> 768: live"]);
  });

  it("is written for the next boot first, and given to dom0 then", () => {
    const steps = settleJob(xenHost, declared(768), claiming)?.steps ?? [];
    const names = steps.map(({ name }) => name);
    expect(names.indexOf("set-dom0-memory")).toBeGreaterThan(names.indexOf("write-boot-settings"));
    expect(names.at(-1)).toBe("note-phase");
    expect(steps.filter(({ effect }) => effect !== "none").map(({ title, effect }) => `${title}: ${effect}`)).toEqual([
      "give dom0 768 MiB of memory: live",
    ]);
  });

  it("comes with the boot where another change takes one", () => {
    const plan = hostPlan(xenHost, { ...declared(768), hypervisorArgs: ["xpti=no", "loglvl=all"] });
    expect(needsBoot(plan)).toBe(true);
  });

  it("is not begun below what dom0 uses, or above what Xen has free: the host is as it was", async () => {
    const announced = "live" as const;
    const kept = { owner: OWNER, claimId: CLAIM_ID, isFinished: true };
    const busy = new FakeHost({ looks: [{ ...xenHost, availableMiB: 200 }] });
    const walk = walkToXen({ host: busy, kept, inputs: declared(768), machineId: "machine-1", announced });
    await expect(walk).rejects.toThrow("dom0 uses 824 of its 1024 MiB of memory: it cannot be shrunk to 768 MiB");
    expect(busy.did).toEqual(["follow host/self", "ask the host"]);
    const full = { ...shrunk(), xen: { ...shrunk().xen, freeMemoryMiB: 100 } as never };
    expect(liveMemoryFaults(full, declared(1024))).toEqual([
      expect.stringContaining("Set dom0.memoryMiB to 612 or less, or shut a guest down."),
    ]);
    expect(liveMemoryFaults(xenHost, declared(768))).toEqual([]);
  });

  it("shows no size that is a secret", () => {
    const secret = declared(768, { secretProperties: ["dom0"] });
    const titles = settleJob(xenHost, secret, claiming)?.steps.map(({ title }) => title);
    expect(titles).toContain("give dom0 [secret] MiB of memory");
  });
});

describe("a dom0 that was given another size while it ran", () => {
  it("is as declared, though Xen's command line says another size until the next boot", () => {
    expect(hostPlan(shrunk(), declared(512))).toEqual({ changes: [], findings: [] });
    expect(settleJob(shrunk(), declared(512), claiming)).toBeUndefined();
  });

  it("may grow again to what it booted with", () => {
    expect(hostPlan(shrunk(), declared(768)).changes).toMatchObject([
      { text: "dom0.memoryMiB 512 -> 768", effect: "live" },
    ]);
    const back = settleJob(shrunk(), declared(1024), claiming);
    expect(back?.steps.map(({ name }) => name)).toContain("set-dom0-memory");
  });

  it("is still seen to run with that size where the program names none any more", () => {
    expect(needsBoot(hostPlan(shrunk(), declared(undefined)))).toBe(true);
  });

  it("is given the declared size again where an operator gave it another, and the preview says so", () => {
    const { unfinished, inputs: seen } = lookedAt(having(700), declared(1024), "machine-1");
    expect(seen.dom0).toEqual(declared(1024).dom0);
    expect(unfinished).toEqual([
      {
        text: "dom0 has 700 MiB of memory, not the 1024 MiB that are declared; it booted with 1024 MiB",
        effect: "live",
      },
    ]);
    expect(settleJob(having(700), declared(1024), claiming)?.steps.map(({ name }) => name)).toContain(
      "set-dom0-memory",
    );
  });
});
