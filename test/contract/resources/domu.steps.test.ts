import { completeDomU } from "../../../provider/resources/domu/domu.complete";
import { inputsOnHost, mismatches } from "../../../provider/resources/domu/domu.drift";
import { cancelJob, creationJob, removalJob, updateJob } from "../../../provider/resources/domu/domu.jobs";
import { type ObservedDomU, observeDomU, ownDomain } from "../../../provider/resources/domu/domu.observe";
import { preflightFaults } from "../../../provider/resources/domu/domu.preflight";
import type { DomUInputs } from "../../../provider/resources/domu/domu.schema";
import { PretendXen } from "../../support/pretend-xen";
import { until } from "../../support/eventually";

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(300_000);

describe("a guest's jobs on a pretended Xen", () => {
  let xen: PretendXen;
  const prepare = (shell: string): void => {
    xen = new PretendXen(shell.split(" "));
    xen.write("/xen/vm/guest1.img", "");
    xen.write("/xen/vm/vmlinuz", "installer");
    xen.write("/xen/vm/initrd.gz", "installer");
  };
  beforeEach(() => {
    prepare("dash");
  });
  afterEach(() => {
    xen.remove();
  });

  const guest = (more: Partial<DomUInputs> = {}): DomUInputs =>
    completeDomU({
      connection: { host: "198.51.100.7" },
      name: "guest1",
      memoryMiB: 256,
      maxMemoryMiB: 512,
      maxVcpus: 2,
      disks: [{ path: "/xen/vm/guest1.img" }],
      vifs: [{ bridge: "br0" }],
      install: {
        media: { name: "m", directory: "/xen/vm", kernelPath: "/xen/vm/vmlinuz", ramdiskPath: "/xen/vm/initrd.gz" },
        extra: "console=hvc0",
        timeoutMinutes: 1,
      },
      autostart: true,
      ...more,
    });
  const look = (inputs: DomUInputs): Promise<ObservedDomU> => xen.ask(observeDomU(inputs));
  const installed = async (inputs = guest()): Promise<DomUInputs> => {
    xen.write("/xen/vm/guest1.img", "kernel");
    expect(await xen.perform(creationJob(inputs, undefined))).toMatchObject({ exitCode: 0 });
    return inputs;
  };

  it("install it, and the host switches to the final configuration by itself", async () => {
    const inputs = guest();
    const before = await look(inputs);
    expect(preflightFaults(inputs, before)).toEqual([]);
    await installed(inputs);
    const after = await look(inputs);
    expect(ownDomain(after, inputs)).toMatchObject({ domid: 2, bootloader: "pygrub", memoryMiB: 256 });
    expect(after).toMatchObject({ phase: "done", isAutostarted: true, ownerUuid: inputs.uuid });
    expect(mismatches(after, inputs)).toEqual([]);
    expect(inputsOnHost(after, inputs)).toBe(inputs);
    expect(xen.calls().map((call) => call.split(" ")[0])).toEqual(["create", "config-update"]);
    expect(xen.has("/var/lib/pulumi-xen/domu/guest1/install.cfg")).toBe(false);
  });

  it("boot it themselves after an installer that powers off", async () => {
    xen.set("installer", "poweroff");
    const inputs = await installed();
    expect(ownDomain(await look(inputs), inputs)).toMatchObject({ domid: 2, bootloader: "pygrub" });
    expect(xen.calls().map((call) => call.split(" ")[0])).toEqual(["create", "config-update", "create"]);
  });

  it("boot it themselves after an installer whose monitor did not live to see its reboot", async () => {
    xen.set("installer", "deserted");
    const inputs = await installed();
    expect(ownDomain(await look(inputs), inputs)).toMatchObject({ domid: 2, bootloader: "pygrub" });
    expect(xen.calls().map((call) => call.split(" ")[0])).toEqual(["create", "config-update", "destroy", "create"]);
  });

  it.each([
    [undefined, "pulumi-xen-pygrub"],
    ["17", "pulumi-xen-pygrub"],
    ["18", "none"],
  ])("tell libxl of Xen 4.%s by the environment who pygrub is: %s", async (minor, user) => {
    if (minor !== undefined) {
      xen.write("/sys/hypervisor/version/major", "4\n");
      xen.write("/sys/hypervisor/version/minor", `${minor}\n`);
    }
    process.env["LIBXL_BOOTLOADER_USER"] = "somebody";
    try {
      await installed();
    } finally {
      delete process.env["LIBXL_BOOTLOADER_USER"];
    }
    expect(xen.read("/state/bootloader-user")).toBe(user);
  });

  it.each([
    ["poweroff", "pygrub finds no kernel to boot on /xen/vm/guest1.img: RuntimeError: Unable to find partition"],
    ["crash", "The installer of guest1 crashed."],
  ])("tell why an installer failed (%s), and install anew the next time", async (how, sentence) => {
    const inputs = guest();
    xen.set("installer", how);
    const ran = await xen.perform(creationJob(inputs, undefined));
    expect(ran.exitCode).toBe(1);
    const seen = await look(inputs);
    expect(seen.failure).toContain(sentence);
    expect(seen.phase).toBe("disk-ready");
    xen.set("installer", "reboot");
    await installed(inputs);
    expect((await look(inputs)).phase).toBe("done");
  });

  it("go on with the same install when they were killed in the middle", async () => {
    const inputs = guest();
    xen.write("/xen/vm/guest1.img", "kernel");
    xen.set("installer.seconds", "10");
    let isCut = false;
    void xen.perform(creationJob(inputs, undefined)).then(() => (isCut = true));
    await until("the installer runs", () => xen.read("/var/lib/pulumi-xen/domu/guest1/phase")?.trim() === "installing");
    // A step that has just ended can still be killed, and the next one goes on.
    await until("the job was cut", () => {
      xen.kill();
      return isCut;
    });
    const between = await look(inputs);
    expect(between.phase).toBe("installing");
    expect(await xen.perform(creationJob(inputs, between.phase))).toMatchObject({ exitCode: 0 });
    expect(xen.calls().filter((call) => call.startsWith("create"))).toHaveLength(1);
    expect((await look(inputs)).phase).toBe("done");
  });

  it("end an installer that reboots into itself", async () => {
    const inputs = guest();
    xen.write("/xen/vm/guest1.img", "kernel");
    xen.set("installer.seconds", "8");
    const run = xen.perform(creationJob(inputs, undefined));
    await until("the installer runs", () => xen.read("/var/lib/pulumi-xen/domu/guest1/phase")?.trim() === "installing");
    // As after a save and restore by the host: the stored configuration is gone.
    xen.set("userdata.1", "");
    expect((await run).exitCode).toBe(1);
    const seen = await look(inputs);
    expect(seen.failure).toContain("rebooted into itself");
    expect(ownDomain(seen, inputs)).toBeUndefined();
  });

  it("give an install up when they are told to, and remove all of it", async () => {
    const inputs = guest();
    xen.set("installer", "hang");
    const run = xen.perform(creationJob(inputs, undefined));
    await until("the installer runs", () => xen.read("/var/lib/pulumi-xen/domu/guest1/phase")?.trim() === "installing");
    await xen.perform(cancelJob("guest1"));
    expect((await run).exitCode).toBe(1);
    const seen = await look(inputs);
    expect(await xen.perform(removalJob(inputs, ownDomain(seen, inputs)))).toMatchObject({ exitCode: 0 });
    const after = await look(inputs);
    expect(after).toMatchObject({ domains: [], ownerUuid: undefined, config: undefined });
  });

  it("try a build again when xl ran out of its own time, and not when it failed otherwise", async () => {
    const { install: _, ...inputs } = guest();
    xen.write("/xen/vm/guest1.img", "kernel");
    xen.set("create.fails", "libxl: error: killing execution of /etc/xen/scripts/block add because of timeout");
    expect((await xen.perform(creationJob(inputs, undefined))).exitCode).toBe(0);
    expect(xen.calls().filter((call) => call.startsWith("create"))).toHaveLength(2);
    await xen.perform(removalJob(inputs, { name: "guest1" }));
    xen.set("create.fails", "libxl: error: can't allocate low memory for domain: Out of memory");
    expect((await xen.perform(creationJob(inputs, undefined))).exitCode).toBe(1);
    expect((await look(inputs)).failure).toContain("Out of memory");
  });

  it("change memory, vcpus, disks and interfaces without a restart", async () => {
    const olds = await installed();
    xen.write("/xen/vm/data.img", "");
    const news = guest({
      memoryMiB: 384,
      vcpus: 2,
      cpus: "0-1",
      disks: [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img" }],
      vifs: [{ bridge: "br0" }, { bridge: "br0" }],
      autostart: false,
    });
    const job = updateJob(await look(news), olds, news, { isUnfinished: false });
    expect(await xen.perform(job)).toMatchObject({ exitCode: 0 });
    const seen = await look(news);
    expect(ownDomain(seen, news)?.domid).toBe(2);
    expect(mismatches(seen, news)).toEqual([]);
    expect(inputsOnHost(seen, news)).toBe(news);
    expect(updateJob(seen, news, news, { isUnfinished: false }).steps.map(({ effect }) => effect)).not.toContain(
      "live",
    );
  });

  it("unplug a disk again that the guest does not take, and say so", async () => {
    const olds = await installed();
    xen.write("/xen/vm/more.img", "data");
    const news = guest({ disks: [...(olds.disks ?? []), { path: "/xen/vm/more.img" }] });
    xen.set("disk.state", "2");
    const job = updateJob(await look(news), olds, news, { isUnfinished: false });
    expect((await xen.perform(job)).exitCode).toBe(1);
    const seen = await look(news);
    expect(seen.failure).toContain("did not take the disk xvdb within half a minute; it was unplugged again");
    expect(ownDomain(seen, news)?.disks).toHaveLength(1);
  });

  it("restart it where that is needed", async () => {
    const olds = await installed();
    const news = guest({ extra: "quiet" });
    const job = updateJob(await look(news), olds, news, { isUnfinished: false });
    expect(await xen.perform(job)).toMatchObject({ exitCode: 0 });
    const seen = await look(news);
    expect(ownDomain(seen, news)?.domid).toBe(3);
    expect(mismatches(seen, news)).toEqual([]);
    expect(seen.bootConfig).toContain('extra = "quiet"');
  });

  it("rename it", async () => {
    const olds = await installed();
    const news = completeDomU({ ...guest(), name: "guest2" }, olds);
    const job = updateJob(await look({ ...news, name: "guest1" }), olds, news, { isUnfinished: false });
    expect(await xen.perform(job)).toMatchObject({ exitCode: 0 });
    const seen = await look(news);
    expect(ownDomain(seen, news)?.name).toBe("guest2");
    expect(mismatches(seen, news)).toEqual([]);
    expect(xen.has("/etc/xen/guest1.cfg")).toBe(false);
    expect(xen.has("/var/lib/pulumi-xen/domu/guest1")).toBe(false);
  });

  it("never touch a guest that is not ours, and remove ours without a trace", async () => {
    const inputs = await installed();
    const stranger = completeDomU({ ...guest(), uuid: "00000000-0000-4000-8000-000000000009" });
    expect(preflightFaults(stranger, await look(stranger)).join()).toContain("Another guest that pulumi-xen made");
    expect(await xen.perform(removalJob(stranger, undefined))).toMatchObject({ exitCode: 0 });
    expect((await look(inputs)).ownerUuid).toBe(inputs.uuid);
    expect(await xen.perform(removalJob(inputs, { name: "guest1" }))).toMatchObject({ exitCode: 0 });
    for (const path of ["/etc/xen/guest1.cfg", "/etc/xen/auto", "/var/lib/pulumi-xen"]) {
      expect([path, xen.has(path)]).toEqual([path, false]);
    }
    expect((await look(inputs)).domains).toEqual([]);
  });

  it("never take an xl that does not answer for a guest that is gone", async () => {
    const inputs = await installed();
    xen.set("broken", "xencall: error: Could not obtain handle on privileged command interface");
    await expect(look(inputs)).rejects.toThrow("xl does not work on this host: xencall: error");
  });

  // Not under busybox, which takes its own `id` and not the pretended one; a dom0 with busybox comes with its family.
  it.each(["bash"])("do the same under %s: install, change live, restart, remove", async (shell) => {
    xen.remove();
    prepare(shell);
    const olds = await installed();
    const live = guest({ memoryMiB: 384 });
    expect(await xen.perform(updateJob(await look(live), olds, live, { isUnfinished: false }))).toMatchObject({
      exitCode: 0,
    });
    const anew = guest({ memoryMiB: 384, extra: "quiet" });
    expect(await xen.perform(updateJob(await look(anew), live, anew, { isUnfinished: false }))).toMatchObject({
      exitCode: 0,
    });
    expect(mismatches(await look(anew), anew)).toEqual([]);
    expect(await xen.perform(removalJob(anew, { name: "guest1" }))).toMatchObject({ exitCode: 0 });
    expect((await look(anew)).domains).toEqual([]);
  });
});
