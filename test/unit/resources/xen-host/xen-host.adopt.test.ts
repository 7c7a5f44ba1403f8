/** A host that runs Xen already, used as it is: what is done to it (nothing), what is refused, and what a refresh shows later. */
import { dynamicProvider } from "../../../../provider/pulumi";
import { recordOf } from "../../../../provider/resources/xen-host/xen-host.adopt";
import { lookedAt } from "../../../../provider/resources/xen-host/xen-host.findings";
import { xenHostKind } from "../../../../provider/resources/xen-host/xen-host.lifecycle";
import type { ObservedHost } from "../../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { settleJob } from "../../../../provider/resources/xen-host/xen-host.steps";
import { walkToXen } from "../../../../provider/resources/xen-host/xen-host.walk";
import { parseOsRelease } from "../../../../provider/host/os-release";
import { FakeHost } from "../../../support/fake-host";
import { CLAIM_ID, OWNER, bootWith, claim, inputs, plainGrub, plainHost, xenHost } from "./observed";

const machineId = "machine-1";
/** Somebody else's Xen host, of a system and with a boot loader that we do not know. */
const foreign: ObservedHost = {
  ...xenHost,
  family: undefined,
  release: parseOsRelease('ID=void\nPRETTY_NAME="Void Linux"\n'),
  boot: undefined,
  packages: new Map(),
  hasPygrubUser: false,
  dom0Kernels: [],
  claim: undefined,
  phase: undefined,
  asked: [],
};
const adopting: XenHostInputs = { owner: OWNER, connection: inputs.connection, adopt: true };
const adopted = (host: ObservedHost): ObservedHost => ({ ...host, claim, phase: "ready", adopted: recordOf(host) });
const walk = (host: FakeHost, declared: XenHostInputs): ReturnType<typeof walkToXen> =>
  walkToXen({ host, inputs: declared, machineId, announced: "none" });
const deeds = (host: FakeHost): string[] => host.did.filter((deed) => /^(perform|reconnect|upload)/.test(deed));

describe("a host that runs Xen and is adopted", () => {
  it("is claimed and recorded by one job, whatever system and boot loader it has", async () => {
    const host = new FakeHost({ looks: [foreign, adopted(foreign)] });
    await expect(walk(host, adopting)).resolves.toMatchObject({
      phase: "ready",
      isAdopted: true,
      rebootNeeded: false,
      drift: "none",
      defaultBoot: "unknown",
      xenVersion: "4.17.7",
    });
    expect(deeds(host)).toEqual(["perform adopt the host as it is"]);
  });

  it("is not touched by another up", async () => {
    const host = new FakeHost({ looks: [adopted(foreign)] });
    const kept = { owner: OWNER, claimId: CLAIM_ID, isFinished: true };
    await walkToXen({ host, inputs: adopting, machineId, announced: "none", kept });
    expect(deeds(host)).toEqual([]);
  });

  it("may be declared as it runs", async () => {
    const host = new FakeHost({ looks: [foreign, adopted(foreign)] });
    await expect(walk(host, { ...inputs, adopt: true })).resolves.toMatchObject({ phase: "ready" });
  });

  it("is refused untouched where it does not run what is declared", async () => {
    const host = new FakeHost({ looks: [foreign] });
    await expect(walk(host, { ...adopting, hypervisorArgs: ["loglvl=all"], packages: ["htop"] })).rejects.toThrow(
      /cannot be adopted; nothing was touched\.\n.*hypervisorArgs \[\] -> \["loglvl=all"\].*packages \[\] -> \["htop"\].*Declare what is there, or remove adopt/,
    );
    expect(deeds(host)).toEqual([]);
  });

  it.each([
    ["runs plain Linux", plainHost, "there is no Xen to adopt"],
    ["is a guest itself", { ...foreign, role: "guest" as const, xen: undefined }, "itself a guest of Xen"],
    ["belongs to XAPI", { ...foreign, owners: ["XAPI"] }, "XAPI owns the domains"],
    [
      "has a toolstack that is silent",
      { ...foreign, xen: undefined, toolstackFault: "no answer" },
      "xl does not answer",
    ],
    [
      "waits for the end of a trial",
      { ...foreign, boot: bootWith(plainGrub, { isWatched: true }) },
      "A boot of Xen on trial is armed",
    ],
    [
      "has guests that a reboot of ours took down",
      { ...foreign, guestsDown: [{ uuid: "u", how: "save" as const, name: "web", file: "/var/lib/xen/save/web" }] },
      "guests that a reboot took down are to be brought back (web)",
    ],
  ])("is refused where it %s", async (_what, seen, sentence) => {
    const host = new FakeHost({ looks: [seen] });
    await expect(walk(host, adopting)).rejects.toThrow(sentence);
    expect(deeds(host)).toEqual([]);
  });

  it("is prepared like every host once adopt is removed, and its record goes", () => {
    const job = settleJob(adopted(xenHost), inputs, { owner: OWNER, renews: false });
    expect(job?.steps.find(({ name }) => name === "remember-arguments")?.script.text).toMatch(/^rm -f \S+\/adopted.$/m);
  });
});

describe("a refresh of an adopted host", () => {
  const texts = (host: ObservedHost, declared = adopting): string[] =>
    lookedAt(host, declared, machineId).unfinished.map(({ text, effect }) => `${text}: ${effect}`);

  it("finds nothing where it runs what it ran then", () => {
    expect(texts(adopted(foreign))).toEqual([]);
  });

  it("says what it runs otherwise than when it was adopted, which an up records", () => {
    const before = adopted(foreign);
    const now: ObservedHost = {
      ...before,
      xen: { ...xenHost.xen, commandLine: "placeholder dom0_max_vcpus=2 xpti=no loglvl=all" } as never,
    };
    expect(texts(now)).toEqual([
      "Xen runs without dom0_mem=1024M,max:1024M, with which the host was adopted: none",
      "Xen runs with loglvl=all, without which the host was adopted: none",
    ]);
    expect(texts(now, { ...adopting, secretProperties: ["hypervisorArgs"] }).join()).not.toMatch(/loglvl|dom0_mem/);
    expect(lookedAt(now, adopting, machineId).outputs).toMatchObject({ phase: "drifted", isAdopted: true });
  });

  it("says what the program declares as the property that differs", () => {
    const now = { ...adopted(foreign), kernelArgs: ["root=UUID=da6c", "ro"] };
    const seen = lookedAt(now, { ...adopting, kernelArgs: ["console=hvc0"] }, machineId);
    expect(seen.inputs).toMatchObject({ kernelArgs: [] });
  });

  it("says that it runs plain Linux, without announcing a reboot", async () => {
    const provider = dynamicProvider(xenHostKind);
    const created = (await provider.check({}, { ...adopting })).inputs;
    const { unfinished } = lookedAt({ ...adopted(foreign), role: "plain", xen: undefined }, adopting, machineId);
    const { inputs: next, failures } = await provider.check({ ...created, unfinished }, { ...adopting });
    expect(failures).toEqual([]);
    expect(next).toMatchObject({ effect: "none", plan: expect.stringContaining("runs plain Linux") as string });
  });
});

describe("the preview of a host with adopt", () => {
  const provider = dynamicProvider(xenHostKind);
  it("announces no reboot, whatever is declared beside it", async () => {
    const { inputs: created } = await provider.check({}, { ...inputs, adopt: true });
    expect(created).toMatchObject({ effect: "none", plan: expect.stringContaining("no reboot") as string });
    const { inputs: next } = await provider.check(created, { ...inputs, adopt: true, hypervisorArgs: ["loglvl=all"] });
    expect(next).toMatchObject({ effect: "none", plan: expect.stringContaining("the up stops unless") as string });
  });

  it("refuses to adopt a host and to make plain Linux of it on delete", async () => {
    const { failures } = await provider.check({}, { ...inputs, adopt: true, onDelete: "restore" });
    expect(failures).toEqual([
      { property: "onDelete", reason: expect.stringContaining("adopt leaves the host") as string },
    ]);
  });
});

describe("a host that runs Xen already, without adopt", () => {
  it("reads in the preview of its creation that a host which runs like this is not rebooted", async () => {
    const { inputs: created } = await dynamicProvider(xenHostKind).check({}, { ...inputs, allow: ["reboot"] });
    expect(String(created["plan"])).toContain("where it does, nothing is rebooted");
  });

  it("is told of adopt where its system is not served", async () => {
    const host = new FakeHost({ looks: [foreign] });
    await expect(walk(host, inputs)).rejects.toThrow("with `adopt: true` it is used as it is");
  });
});
