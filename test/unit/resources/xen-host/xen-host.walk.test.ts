import { ConnectError, JobError } from "../../../../provider/errors";
import { dynamicProvider } from "../../../../provider/pulumi";
import { lookedAt } from "../../../../provider/resources/xen-host/xen-host.findings";
import { xenHostKind } from "../../../../provider/resources/xen-host/xen-host.lifecycle";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { walkToXen } from "../../../../provider/resources/xen-host/xen-host.walk";
import { FakeHost } from "../../../support/fake-host";
import { CLAIM_ID, OWNER, inputs, plainHost, xenHost } from "./observed";

const machineId = "machine-1";
const kept = { owner: OWNER, claimId: CLAIM_ID, isFinished: true };
const failedJob = new JobError("step install-packages failed", {
  jobId: "1",
  step: "install-packages",
  exitCode: 100,
  logTail: "",
});

describe("a host that is to run Xen", () => {
  it("looks at the host when the job of an earlier run has failed: only the host tells what it left", async () => {
    const host = new FakeHost({ looks: [xenHost], former: failedJob });
    await expect(walkToXen({ host, kept, inputs, machineId, announced: "none" })).resolves.toMatchObject({
      phase: "ready",
    });
    expect(host.did).toEqual(["follow host/self", "ask the host"]);
  });

  it("stops where the host could not be asked for the job of an earlier run: it may still be at work", async () => {
    const host = new FakeHost({ looks: [xenHost], former: new ConnectError("no route to the host") });
    await expect(walkToXen({ host, kept, inputs, machineId, announced: "none" })).rejects.toThrow(
      "no route to the host",
    );
    expect(host.did).toEqual(["follow host/self"]);
  });

  it("does not reboot where the preview did not say so, however unfinished the host is", async () => {
    const host = new FakeHost({ looks: [plainHost] });
    const walk = walkToXen({ host, kept, inputs: { ...inputs, allow: ["reboot"] }, machineId, announced: "none" });
    await expect(walk).rejects.toThrow('announced "none", but as the host is now this needs "reboot"');
    expect(host.did).toEqual(["follow host/self", "ask the host"]);
  });

  it("does not reboot where that is not allowed, whatever was announced", async () => {
    const host = new FakeHost({ looks: [plainHost] });
    await expect(walkToXen({ host, kept, inputs, machineId, announced: "reboot" })).rejects.toThrow("not allowed");
    expect(host.did).toEqual(["follow host/self", "ask the host"]);
  });

  it("boots Xen where that was announced and is allowed, and keeps it once it is proven", async () => {
    const host = new FakeHost({ looks: [plainHost, undefined, xenHost] });
    const walk = walkToXen({ host, kept, inputs: { ...inputs, allow: ["reboot"] }, machineId, announced: "reboot" });
    await expect(walk).resolves.toMatchObject({ phase: "ready" });
    expect(host.did.filter((deed) => !deed.startsWith("ask"))).toEqual([
      "follow host/self",
      "perform boot Xen on trial",
      "reconnect",
    ]);
  });

  it("arms the trial for somebody else's reboot without announcing one", async () => {
    const host = new FakeHost({ looks: [plainHost] });
    const walk = walkToXen({ host, kept, inputs: { ...inputs, reboot: "never" }, machineId, announced: "none" });
    await expect(walk).rejects.toThrow("Reboot it, then run");
    expect(host.did).toContain("perform boot Xen on trial");
  });
});

describe("a refresh of a host that has come back as plain Linux", () => {
  const provider = dynamicProvider(xenHostKind);
  const linux = { ...xenHost, role: "plain" as const, xen: undefined, kernelArgs: plainHost.kernelArgs };
  const declared = { ...inputs, allow: ["reboot"] };

  it("makes the next preview say that the update reboots, though no input has changed", async () => {
    const created = (await provider.check({}, { ...declared, packages: [] })).inputs;
    const quiet = (await provider.check(created, { ...declared, packages: ["htop"] })).inputs;
    expect(quiet).toMatchObject({ effect: "none" });

    const { unfinished, outputs } = lookedAt(linux, quiet as unknown as XenHostInputs, machineId);
    expect(outputs.phase).toBe("drifted");
    const { inputs: next, failures } = await provider.check(
      { ...quiet, unfinished },
      { ...declared, packages: ["htop"] },
    );
    expect(failures).toEqual([]);
    expect(next).toMatchObject({
      effect: "reboot",
      plan: expect.stringContaining("the host runs plain Linux, not Xen") as string,
    });
  });

  it("is refused by the preview where reboots are not allowed, and goes through where they are left to others", async () => {
    const created = (await provider.check({}, { ...inputs })).inputs;
    const { unfinished } = lookedAt(linux, created as unknown as XenHostInputs, machineId);
    const { failures } = await provider.check({ ...created, unfinished }, { ...inputs });
    expect(failures).toEqual([{ property: "allow", reason: expect.stringContaining('lacks "reboot"') as string }]);
    const never = await provider.check({ ...created, unfinished }, { ...inputs, reboot: "never" });
    expect(never).toMatchObject({ failures: [], inputs: { effect: "none" } });
  });

  it("announces the reboot to a program that takes it back from others", async () => {
    const others = (await provider.check({}, { ...declared, reboot: "never" })).inputs;
    const { unfinished } = lookedAt(linux, others as unknown as XenHostInputs, machineId);
    const again = await provider.check({ ...others, unfinished }, { ...declared, reboot: "never" });
    expect(again.inputs).toMatchObject({ effect: "none" });
    const ours = await provider.check({ ...others, unfinished }, { ...declared });
    expect(ours).toMatchObject({ failures: [], inputs: { effect: "reboot" } });
  });

  it("names what the host is, also where the claim is not on it", () => {
    const { unfinished } = lookedAt(plainHost, declared, machineId);
    expect(unfinished.map(({ text, effect }) => `${text}: ${effect}`)).toEqual([
      "the host runs plain Linux, not Xen: reboot",
      "GRUB's settings are not those of this program: none",
      "plain Linux is the default boot: none",
      expect.stringContaining("the host lacks the packages xen-system-amd64"),
      "pygrub runs with all privileges: none",
      "the claim on the host is missing: none",
    ]);
  });

  it("finds nothing left to do on a host that is as declared", () => {
    expect(lookedAt(xenHost, inputs, machineId)).toMatchObject({ unfinished: [], outputs: { phase: "ready" } });
  });
});
