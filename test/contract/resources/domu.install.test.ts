/** Installing a guest on a pretended host: how the job ends with each end of an installer, and what it never writes over. */
import { xl } from "../../../provider/toolstack/xl/xl";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { cancelJob, creationJob, removalJob } from "../../../provider/resources/domu/domu.jobs";
import { guestPlan } from "../../../provider/resources/domu/domu.plan";
import { guestFolder } from "../../../provider/resources/domu/domu.place";
import { until } from "../../support/eventually";
import { complete, look, media, pretendHost } from "../../support/pretend-guest";
import type { PretendXen } from "../../support/pretend-xen";

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(300_000);

describe("a guest that is installed", () => {
  let xen: PretendXen;
  beforeEach(() => {
    xen = pretendHost();
    xen.write("/xen/vm/guest1.img", "");
    xen.set("installer.seconds", "1");
  });
  afterEach(() => {
    xen.remove();
  });

  const guest = (more: Partial<DomUInputs> = {}): DomUInputs =>
    complete({ install: { media, extra: "console=hvc0", timeoutMinutes: 1 }, autostart: true, ...more });
  const job = (inputs: DomUInputs, phase?: string) =>
    creationJob(xl, inputs, phase, { seen: undefined, renews: false, isKnown: false, nameNow: inputs.name });
  const again = async (inputs: DomUInputs) => {
    const { phase, claim } = await look(xen, inputs);
    return creationJob(xl, inputs, phase, { seen: claim, renews: false, isKnown: true, nameNow: inputs.name });
  };
  const phaseOf = (inputs: DomUInputs): string | undefined => xen.read(`${guestFolder(inputs.uuid)}/phase`)?.trim();
  const commands = (): (string | undefined)[] => xen.calls().map((call) => call.split(" ")[0]);

  it("is switched to its final configuration by the host itself", async () => {
    const inputs = guest();
    expect(await xen.perform(job(inputs))).toMatchObject({ exitCode: 0 });
    const { guest: seen, phase, claim } = await look(xen, inputs);
    expect(seen.domain).toMatchObject({ domid: 2, bootloader: "pygrub", memoryMiB: 256, name: "guest1" });
    expect(seen.isAutostarted).toBe(true);
    expect(phase).toBe("done");
    expect(claim).toMatchObject({ owner: inputs.owner, of: "guest1" });
    expect(guestPlan(seen, inputs)).toEqual([]);
    expect(commands()).toEqual(["create", "config-update", "unpause"]);
    for (const left of ["install.cfg", "install.disk", "install.name", "install.run", "install.boot"]) {
      expect([left, xen.has(`${guestFolder(inputs.uuid)}/${left}`)]).toEqual([left, false]);
    }
  });

  it("is booted by us after an installer that powers off", async () => {
    xen.set("installer", "poweroff");
    const inputs = guest();
    expect(await xen.perform(job(inputs))).toMatchObject({ exitCode: 0 });
    expect((await look(xen, inputs)).guest.domain).toMatchObject({ domid: 2, bootloader: "pygrub" });
    expect(commands()).toEqual(["create", "config-update", "unpause", "create"]);
  });

  it("is booted by us after an installer whose monitor did not live to see its reboot", async () => {
    xen.set("installer", "deserted");
    const inputs = guest();
    expect(await xen.perform(job(inputs))).toMatchObject({ exitCode: 0 });
    expect((await look(xen, inputs)).guest.domain).toMatchObject({ domid: 2, bootloader: "pygrub" });
    expect(commands()).toEqual(["create", "config-update", "unpause", "destroy", "create"]);
  });

  it.each([
    [undefined, "pulumi-xen-pygrub"],
    ["17", "pulumi-xen-pygrub"],
    ["18", "none"],
  ])("tells libxl of Xen 4.%s by the environment who pygrub is: %s", async (minor, user) => {
    if (minor !== undefined) {
      xen.write("/sys/hypervisor/version/major", "4\n");
      xen.write("/sys/hypervisor/version/minor", `${minor}\n`);
    }
    process.env["LIBXL_BOOTLOADER_USER"] = "somebody";
    try {
      expect(await xen.perform(job(guest()))).toMatchObject({ exitCode: 0 });
    } finally {
      delete process.env["LIBXL_BOOTLOADER_USER"];
    }
    expect(xen.read("/state/bootloader-user")).toBe(user);
  });

  it.each([
    [
      "poweroff",
      "nothing",
      "pygrub finds no kernel to boot on /xen/vm/guest1.img: RuntimeError: Unable to find partition",
    ],
    ["crash", "half a system", "The installer of guest1 crashed."],
  ])(
    "tells why its installer failed (%s), and is installed from the beginning the next time",
    async (how, writes, sentence) => {
      const inputs = guest();
      xen.set("installer", how);
      xen.set("installer.writes", writes);
      expect((await xen.perform(job(inputs))).exitCode).toBe(1);
      const seen = await look(xen, inputs);
      expect(seen.failure).toContain(sentence);
      expect(seen.phase).toBe("disk-ready");
      xen.set("installer", "reboot");
      xen.set("installer.writes", "");
      // What the failed one left on the disk is its own.
      expect(await xen.perform(await again(inputs))).toMatchObject({ exitCode: 0 });
      expect(phaseOf(inputs)).toBe("done");
    },
  );

  it("goes on with the same install when its job was killed in the middle", async () => {
    const inputs = guest();
    xen.set("installer.seconds", "6");
    let isCut = false;
    void xen.perform(job(inputs)).then(() => (isCut = true));
    await until("the installer runs", () => phaseOf(inputs) === "installing");
    // A step that has just ended can still be killed, and the next one goes on.
    await until("the job was cut", () => {
      xen.kill();
      return isCut;
    });
    expect(phaseOf(inputs)).toBe("installing");
    expect(await xen.perform(await again(inputs))).toMatchObject({ exitCode: 0 });
    expect(commands().filter((command) => command === "create")).toHaveLength(1);
    expect(phaseOf(inputs)).toBe("done");
  });

  it("is ended when its installer reboots into itself", async () => {
    const inputs = guest();
    xen.set("installer.seconds", "5");
    const run = xen.perform(job(inputs));
    await until("the installer runs", () => phaseOf(inputs) === "installing");
    // As after a save and restore by the host: the stored configuration is gone.
    xen.set("userdata.1", "");
    expect((await run).exitCode).toBe(1);
    const seen = await look(xen, inputs);
    expect(seen.failure).toContain("rebooted into itself");
    expect(seen.guest.domain).toBeUndefined();
  });

  it("is given up when its job is told to, and removed whole", async () => {
    const inputs = guest();
    xen.set("installer", "hang");
    const run = xen.perform(job(inputs));
    await until("the installer runs", () => phaseOf(inputs) === "installing");
    await xen.perform(cancelJob(inputs));
    expect((await run).exitCode).toBe(1);
    const seen = await look(xen, inputs);
    expect(await xen.perform(removalJob(inputs, seen.guest, seen.claim?.id))).toMatchObject({ exitCode: 0 });
    const after = await look(xen, inputs);
    expect(after).toMatchObject({ claim: undefined, guest: { domain: undefined, file: undefined } });
  });

  it("takes a new name while its install is unfinished, and leaves nothing under the old one", async () => {
    const inputs = guest();
    xen.set("installer", "crash");
    expect((await xen.perform(job(inputs))).exitCode).toBe(1);
    xen.set("installer", "poweroff");
    const renamed = complete({ ...guest(), name: "guest2" }, inputs);
    const { phase, claim, guest: seen } = await look(xen, renamed);
    const next = creationJob(xl, renamed, phase, {
      seen: claim,
      renews: false,
      isKnown: true,
      nameNow: seen.name ?? "",
    });
    expect(await xen.perform(next)).toMatchObject({ exitCode: 0 });
    const after = await look(xen, renamed);
    expect(after.guest.domain).toMatchObject({ name: "guest2" });
    expect(after.claim).toMatchObject({ of: "guest2" });
    expect(guestPlan(after.guest, renamed)).toEqual([]);
    expect(xen.has("/etc/xen/guest1.cfg")).toBe(false);
  });

  it("is not written over a disk that holds something, unless allow says that it may be lost", async () => {
    const inputs = guest();
    xen.write("/xen/vm/guest1.img", "what somebody wrote");
    const refused = await xen.perform(job(inputs));
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      "The first disk, /xen/vm/guest1.img, holds data, and an installer would write over it.",
    );
    expect(xen.read("/xen/vm/guest1.img")).toBe("what somebody wrote");
    const consents = guest({ allow: ["restart", "dataLoss"] });
    expect(await xen.perform(await again(consents))).toMatchObject({ exitCode: 0 });
    expect(phaseOf(inputs)).toBe("done");
  });
});
