/**
 * What a guest's life is like under every toolstack (provider/toolstack/toolstack.ts), as a function of the toolstack and of a host
 * that has it: through the functions that Pulumi calls, and judged by the raw words of the tool.
 */
import type { DomUInputs } from "../../provider/resources/domu/domu.properties";
import { GuestStack } from "../support/guest-stack";
import { declared, media } from "../support/pretend-guest";
import { OWN_FILES } from "../support/toolstack-host";
import type { ToolstackHost } from "../support/toolstack-host";

export interface ToolstackCase {
  readonly toolstack: "xl" | "xm";
  /** A fresh host, on which /xen/vm/guest1.img has a system and /xen/vm/data.img is empty; where what acts finds it from now on. */
  readonly open: () => Promise<ToolstackHost>;
}

export function toolstackSuite({ toolstack, open }: ToolstackCase): void {
  let host: ToolstackHost;
  let stack: GuestStack;
  beforeEach(async () => {
    host = await open();
    stack = new GuestStack();
  });
  afterEach(async () => {
    await host.end();
  });

  /** `NAME MEMORY VCPUS STATE` of each guest. */
  const guests = (): string[] =>
    host
      .operate("list")
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => line.trim().split(/\s+/))
      .map(([name, , memory, vcpus, state]) => [name, memory, vcpus, state].join(" "));
  const isAsDeclared = async (news: DomUInputs): Promise<void> => {
    expect(await stack.refresh()).toBe("there");
    expect(await stack.preview(news)).toMatchObject({ plan: "", action: "same" });
  };

  it("creates a guest, finds nothing to do at the second up, and leaves nothing behind in the end", async () => {
    await stack.up(declared({ autostart: true }));
    expect(guests()).toEqual(["guest1 256 1 -b----"]);
    expect(stack.state).toMatchObject({ phase: "done", toolstack, consoleCommand: `${toolstack} console guest1` });
    await isAsDeclared(declared({ autostart: true }));
    await stack.destroy();
    expect(guests()).toEqual([]);
    for (const path of OWN_FILES) expect([path, host.has(path)]).toEqual([path, false]);
  });

  it("changes memory, vcpus, pinning, share, disks and interfaces while the guest runs", async () => {
    await stack.up(declared());
    const news = declared({
      memoryMiB: 384,
      vcpus: 2,
      cpus: "0",
      cpuWeight: 512,
      disks: [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img" }],
      vifs: [{ bridge: "br0" }, { bridge: "br0" }],
    });
    expect(await stack.up(news)).toMatchObject({ effect: "live" });
    expect(guests()).toEqual(["guest1 384 2 -b----"]);
    await isAsDeclared(news);
    expect(host.operate("block-list", "guest1").trim().split("\n")).toHaveLength(3);
    expect(host.operate("list", "-l", "guest1")).toMatch(/\(cpu_weight 512\)|"weight": 512\b/);
    expect(await stack.up(declared())).toMatchObject({ effect: "live" });
    expect(host.operate("block-list", "guest1").trim().split("\n")).toHaveLength(2);
    await isAsDeclared(declared());
  });

  it("refuses a CPU that the host has not, and the guest runs where it ran", async () => {
    await stack.up(declared({ cpus: "0" }));
    await expect(stack.up(declared({ cpus: "9" }))).rejects.toThrow(/CPU/);
    expect(host.operate("vcpu-list", "guest1")).not.toContain("no cpus");
    await stack.refresh();
    await stack.up(declared({ cpus: "0" }));
    await isAsDeclared(declared({ cpus: "0" }));
  });

  it("restarts the guest where only that makes the change, and renames it while it runs", async () => {
    await stack.up(declared());
    expect(await stack.up(declared({ extra: "quiet" }))).toMatchObject({ effect: "restart" });
    await isAsDeclared(declared({ extra: "quiet" }));
    expect(await stack.up(declared({ extra: "quiet", name: "web1" }))).toMatchObject({ effect: "live" });
    expect(guests()).toEqual(["web1 256 1 -b----"]);
    await isAsDeclared(declared({ extra: "quiet", name: "web1" }));
  });

  it("shuts the guest down and starts it again, and one that somebody ended is stopped, not gone", async () => {
    await stack.up(declared());
    await stack.up(declared({ powerState: "stopped" }));
    expect(guests()).toEqual([]);
    await isAsDeclared(declared({ powerState: "stopped" }));
    await stack.up(declared());
    expect(guests()).toEqual(["guest1 256 1 -b----"]);
    host.operate("destroy", "guest1");
    expect(await stack.refresh()).toBe("there");
    expect(await stack.up(declared())).toMatchObject({ plan: "powerState stopped -> running: live" });
    host.operate("pause", "guest1");
    await stack.refresh();
    expect(await stack.up(declared())).toMatchObject({ plan: "powerState paused -> running: live" });
    await isAsDeclared(declared());
  });

  it("refuses a disk that another guest has, before anything is touched", async () => {
    await stack.up(declared());
    const other = new GuestStack("shop/prod::DomU::guest2");
    await expect(other.up(declared({ name: "guest2" }))).rejects.toThrow(/is a disk of the running domain guest1/);
    expect(guests()).toEqual(["guest1 256 1 -b----"]);
    expect(host.has("/etc/xen/guest2.cfg")).toBe(false);
  });

  it.each(["reboot", "poweroff"])(
    "installs a guest whose installer ends by a %s, and boots it from its own disk",
    async (end) => {
      host.installerWill(end);
      const news = declared({ disks: [{ path: "/xen/vm/data.img" }], install: { media, timeoutMinutes: 2 } });
      await stack.up(news);
      expect(guests()).toEqual(["guest1 256 1 -b----"]);
      expect(host.operate("list", "-l", "guest1")).toMatch(/pygrub/);
      expect(stack.state).toMatchObject({ phase: "done" });
      await isAsDeclared(news);
    },
  );

  it("says that an installer crashed, and begins again with the next up", async () => {
    host.installerWill("crash");
    const news = declared({
      disks: [{ path: "/xen/vm/data.img" }],
      install: { media, timeoutMinutes: 2 },
      allow: ["restart", "dataLoss"],
    });
    await expect(stack.up(news)).rejects.toThrow(/The installer of guest1 crashed/);
    expect(guests()).toEqual([]);
    host.installerWill("reboot");
    await stack.refresh();
    await stack.up(news);
    expect(guests()).toEqual(["guest1 256 1 -b----"]);
  });
}
