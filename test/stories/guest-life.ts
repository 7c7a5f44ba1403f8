/**
 * The whole life of a guest, from a plain host to an empty one, over whichever engine. Each chapter is a claim; what
 * it claims of the host is looked at with raw tools.
 */
import type { StackEngine, StackResult } from "../../lab/engine";
import { type LabStack, deeds, mustSucceed } from "../support/lab-stack";
import { eventually } from "../support/eventually";

const guestIp = "10.0.2.51";

export interface Told {
  /** What each chapter's run did: to be the same over every engine. */
  readonly deeds: Record<string, string[]>;
  /** The state after the guest was made. */
  exported?: unknown;
}

/** The claims, in order; each stands on the one before. */
export function guestLife(ground: () => LabStack, engine: () => StackEngine, told: Told): void {
  const run = async (
    chapter: string,
    action: "preview" | "up" | "refresh" | "destroy",
    extra: Record<string, string> = {},
  ) => {
    const { stack, config } = ground();
    const result: StackResult = await mustSucceed(
      engine(),
      engine()[action]({ ...stack, config: { ...config, ...extra } }),
    );
    told.deeds[chapter] = deeds(result);
    return result;
  };
  const domid = () => ground().raw("xl domid guest1");
  const memoryMiB = () => ground().raw("xl list guest1 | awk 'NR==2 {print $3}'");
  /** Domains, and every file the product writes with its time of change. */
  const fingerprint = () =>
    ground().raw(
      "xl list | awk '{print $1, $2, $3}'; find /etc/xen /etc/network /etc/default /boot/grub /var/lib/pulumi-xen -type f -printf '%p %T@\\n' | sort",
    );
  const everything = [
    "create Bridge lan",
    "create DiskImage disk",
    "create DomU guest1",
    "create InstallMedia media",
    "create XenHost dom0",
  ];

  it("shows the plan of everything and touches nothing", async () => {
    const { log } = await run("first preview", "preview");
    expect(told.deeds["first preview"]).toEqual(everything);
    expect(log).toContain("memory = 192");
    expect(await ground().raw("test ! -e /var/lib/pulumi-xen && echo untouched")).toBe("untouched");
  });

  it("turns the host into a dom0, installs the guest, and the guest boots by itself", async () => {
    await run("first up", "up");
    expect(told.deeds["first up"]).toEqual(everything);
    expect(await ground().raw("cat /sys/hypervisor/type")).toBe("xen");
    // Its port is open a moment before it answers: curl then ends well with nothing.
    await eventually(
      async () => expect(await ground().raw(`curl -s -m 5 http://${guestIp}/`)).toMatch(/^hello from guest1 kernel /),
      { seconds: 60 },
    );
    expect(await ground().raw("xl list -l guest1")).toContain('"bootloader": "pygrub"');
    expect(await ground().raw("xl list -l guest1")).not.toMatch(/"(kernel|ramdisk)": "/);
    expect(await ground().raw("ls /sys/class/net/br0/brif")).toContain("eth0");
    expect(await ground().raw("ip -4 -o addr show dev br0")).toContain("10.0.2.15/24");
    told.exported = await engine().export(ground().stack);
  });

  it("changes nothing when it is run a second time", async () => {
    const before = await fingerprint();
    const { changed } = await run("second up", "up");
    expect(changed).toBe(0);
    expect(await fingerprint()).toBe(before);
  });

  it("changes the guest's memory while it runs, as the preview said", async () => {
    const before = await domid();
    const { log } = await run("memory preview", "preview", { memoryMiB: "256" });
    expect(log).toContain("memoryMiB 192 -> 256: live");
    await run("memory up", "up", { memoryMiB: "256" });
    expect(told.deeds["memory up"]).toEqual(["update DomU guest1"]);
    await eventually(async () => expect(await memoryMiB()).toBe("256"), { seconds: 60 });
    expect(await domid()).toBe(before);
  });

  it("shows on refresh what somebody changed by hand, and brings it back", async () => {
    const before = await domid();
    await ground().raw("xl mem-set guest1 200m");
    await eventually(async () => expect(await memoryMiB()).toBe("200"), { seconds: 60 });
    const { log, changed } = await run("refresh", "refresh", { memoryMiB: "256" });
    expect(changed).toBe(1);
    expect(log).toMatch(/200/);
    await run("drift up", "up", { memoryMiB: "256" });
    expect(told.deeds["drift up"]).toEqual(["update DomU guest1"]);
    await eventually(async () => expect(await memoryMiB()).toBe("256"), { seconds: 60 });
    expect(await domid()).toBe(before);
  });

  it("takes everything back but Xen itself", async () => {
    await run("destroy", "destroy");
    expect(told.deeds["destroy"]).toEqual(everything.map((line) => line.replace("create", "delete")));
    const { raw } = ground();
    expect(await raw("xl list | awk 'NR>1 {print $1}'")).toBe("Domain-0");
    expect(
      await raw(
        "ls -d /var/lib/pulumi-xen /run/pulumi-xen /etc/xen/guest1.cfg /etc/xen/auto/guest1* /xen 2>/dev/null || true",
      ),
    ).toBe("");
    expect(await raw("ip -4 -o addr show dev eth0")).toContain("10.0.2.15/24");
    expect(await raw("ls /sys/class/net")).not.toContain("br0");
    expect(await raw("pgrep -af '[p]ulumi-xen|[s]erver.py' || true")).toBe("");
    expect(await raw("cat /sys/hypervisor/type")).toBe("xen");
  });
}
