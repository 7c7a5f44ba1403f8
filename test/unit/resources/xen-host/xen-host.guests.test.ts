import { hostPlan, lookedAt, xenHostChanges } from "../../../../provider/resources/xen-host/xen-host.findings";
import { parseDownGuests, parseGuestFiles } from "../../../../provider/resources/xen-host/xen-host.guest-ways";
import { guestFaults, guestsToTakeDown } from "../../../../provider/resources/xen-host/xen-host.guests";
import { type ObservedHost, questionFor } from "../../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { settleJob, trialJob } from "../../../../provider/resources/xen-host/xen-host.steps";
import { walkToXen } from "../../../../provider/resources/xen-host/xen-host.walk";
import { FakeHost } from "../../../support/fake-host";
import { CLAIM_ID, OWNER, inputs, xenHost } from "./observed";

const WEB = "00000000-0000-4000-8000-000000000001";
const DB = "00000000-0000-4000-8000-000000000002";
const claiming = { owner: OWNER, renews: false };
const rebooting: XenHostInputs = { ...inputs, hypervisorArgs: ["xpti=no", "loglvl=all"], allow: ["reboot"] };

const withGuests = (ways: Partial<ObservedHost["guestWays"]> = {}, isUnbuilt = false): ObservedHost => ({
  ...xenHost,
  xen: {
    ...xenHost.xen,
    guests: [
      { name: "web1", uuid: WEB, memoryMiB: 256, isUnbuilt },
      { name: "db1", uuid: DB, memoryMiB: 512, isUnbuilt: false },
    ],
  } as never,
  guestWays: { ...xenHost.guestWays, ...ways } as never,
});

const files = [
  { path: "/etc/xen/web1.cfg", name: "web1", uuid: WEB },
  { path: "/etc/xen/auto/db1", name: "db1", uuid: undefined },
];

describe("guests of a host that has to be rebooted", () => {
  it("are named, and the host is left alone, where the program does not say what becomes of them", async () => {
    const host = new FakeHost({ looks: [withGuests()] });
    const kept = { owner: OWNER, claimId: CLAIM_ID, isFinished: true };
    const walk = walkToXen({ host, kept, inputs: rebooting, machineId: "machine-1", announced: "reboot" });
    await expect(walk).rejects.toThrow(
      'Guests run on it (web1 and db1), and a reboot takes them down. Set onHostReboot to "save"',
    );
    expect(host.did).toEqual(["follow host/self", "ask the host"]);
  });

  it("are refused where a look that did not ask for their ways is taken for one before a change", () => {
    const look = { ...withGuests(), guestWays: undefined };
    expect(guestFaults(look, rebooting)).toEqual([
      expect.stringContaining("Guests run on it (web1 and db1)") as string,
    ]);
    for (const onHostReboot of ["save", "shutdown"] as const) {
      expect(() => guestFaults(look, { ...rebooting, onHostReboot })).toThrow("was not asked");
      expect(() => guestsToTakeDown(look, { ...rebooting, onHostReboot })).toThrow("was not asked");
    }
  });

  it("are not asked for their ways by a refresh", () => {
    expect(questionFor(inputs).script.text).toContain("/etc/xen/auto");
    expect(questionFor(inputs, { forChange: false }).script.text).not.toContain("/etc/xen/auto");
  });

  it("are saved where xendomains looks for them, once there is room", () => {
    const saving = { ...rebooting, onHostReboot: "save" as const };
    expect(guestFaults(withGuests(), saving)).toEqual([]);
    expect(guestsToTakeDown(withGuests(), saving).map(({ file }) => file)).toEqual([
      "/var/lib/xen/save/web1",
      "/var/lib/xen/save/db1",
    ]);
    expect(guestFaults(withGuests({ saveFreeMiB: 700 }), saving)).toEqual([
      '/var/lib/xen/save has 700 MiB free; saving 2 guests needs 823 MiB. Make room there, or set onHostReboot to "shutdown".',
    ]);
    expect(guestFaults(withGuests({ saved: ["db1"] }), saving)).toEqual([
      expect.stringContaining("/var/lib/xen/save/db1 is there already") as string,
    ]);
    const forgetful = { isAtBoot: true, save: "/var/lib/xen/save", restores: false };
    expect(guestFaults(withGuests({ xendomains: forgetful }), saving)).toEqual([
      expect.stringContaining("XENDOMAINS_RESTORE=true") as string,
    ]);
  });

  it("are shut down where something starts each of them again", () => {
    const down = { ...rebooting, onHostReboot: "shutdown" as const };
    expect(guestFaults(withGuests({ files }), down)).toEqual([]);
    expect(guestsToTakeDown(withGuests({ files }), down).map(({ how, file }) => `${how} ${file}`)).toEqual([
      "shutdown /etc/xen/web1.cfg",
      "shutdown /etc/xen/auto/db1",
    ]);
    const alone = { isAtBoot: false, save: "", restores: false };
    expect(guestFaults(withGuests({ files, xendomains: alone }), down)).toEqual([
      expect.stringContaining("Nothing would start db1 again") as string,
    ]);
    expect(guestFaults(withGuests({ files, unfinished: [WEB] }), down)).toEqual([
      expect.stringContaining("web1 is being installed") as string,
    ]);
  });

  it("are waited for while one is just being created", () => {
    expect(guestFaults(withGuests({}, true), { ...rebooting, onHostReboot: "save" })).toEqual([
      "web1 is just being created or restored. Run up again when it runs.",
    ]);
  });

  it("go after the trial was armed, just before the reboot", () => {
    const { steps, files: carried = [] } = trialJob(withGuests(), { ...rebooting, onHostReboot: "save" }, claiming);
    expect(steps.map(({ name }) => name).slice(-4)).toEqual(["arm-trial", "take-guests-down", "note-phase", "reboot"]);
    expect(steps.find(({ name }) => name === "take-guests-down")?.title).toBe("save web1, save db1");
    expect(carried.map(({ name }) => name)).toEqual(["toolstack.sh"]);
  });

  it("are counted with the dom0 that they are to come back beside", () => {
    const larger = (memoryMiB: number): XenHostInputs => ({
      ...rebooting,
      onHostReboot: "save",
      dom0: { memoryMiB, maxVcpus: 2 },
    });
    expect(guestFaults(withGuests(), larger(2424))).toEqual([]);
    expect(guestFaults(withGuests(), larger(2425))).toEqual([
      expect.stringContaining("Set dom0.memoryMiB to 2424 or less"),
    ]);
  });

  it("are no matter of a reboot that somebody else does, or of a change that needs none", () => {
    expect(hostPlan(withGuests(), inputs)).toEqual({ changes: [], findings: [] });
    const never = trialJob(withGuests(), { ...rebooting, reboot: "never" }, claiming);
    expect(never.steps.map(({ name }) => name)).not.toContain("take-guests-down");
  });

  it("are in the words of the preview where the program says what becomes of them", () => {
    const olds = { ...inputs, onHostReboot: "save" as const };
    const texts = xenHostChanges(olds, { ...rebooting, onHostReboot: "save" }).map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining("(running guests are saved and restored)") as string]);
  });
});

describe("guests that a reboot took down", () => {
  const down = { uuid: WEB, how: "save" as const, name: "web1", file: "/var/lib/xen/save/web1" };

  it("are brought back once Xen is kept, and the next preview says so where that did not come to its end", () => {
    const host = { ...xenHost, guestsDown: [down] };
    const steps = settleJob(host, inputs, claiming)?.steps.map(({ name }) => name);
    expect(steps?.slice(-2)).toEqual(["bring-guests-back", "note-phase"]);
    expect(lookedAt(host, inputs, "machine-1").unfinished).toEqual([
      { text: "guests that a reboot took down are to be brought back (web1)", effect: "live" },
    ]);
  });

  it("are kept in mind where another boot takes others down", () => {
    const script = trialJob(
      { ...withGuests(), guestsDown: [{ ...down, name: "old", uuid: "other" }] },
      { ...rebooting, onHostReboot: "save" },
      claiming,
    ).steps.find(({ name }) => name === "take-guests-down")?.script.text;
    expect(script).toContain("other save old /var/lib/xen/save/web1\n");
    expect(script).toContain(`${DB} save db1 /var/lib/xen/save/db1\n`);
  });

  it("stand in a list on the host, a line each", () => {
    expect(parseDownGuests(`${WEB} shutdown web1 /etc/xen/a file.cfg\nbroken\n`)).toEqual([
      { uuid: WEB, how: "shutdown", name: "web1", file: "/etc/xen/a file.cfg" },
    ]);
    expect(parseGuestFiles(`/etc/xen/web1.cfg\tname = "web1"\n/etc/xen/web1.cfg\tuuid="${WEB}"\n`)).toEqual([files[0]]);
  });
});
