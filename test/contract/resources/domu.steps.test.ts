/** What happens to a built guest on a pretended host: changes, restarts, its end; through the functions that Pulumi calls. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { GuestStack } from "../../support/guest-stack";
import { declared, listed, pretendHost } from "../../support/pretend-guest";
import { note } from "../../support/notes";
import { PretendRemote } from "../../support/pretend-remote";
import type { PretendXen } from "../../support/pretend-xen";

let mockRemote: PretendRemote;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => mockRemote,
}));

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(300_000);

describe("a guest that is built", () => {
  let xen: PretendXen;
  let stack: GuestStack;
  const prepare = (shell: string): void => {
    xen = pretendHost(shell);
    mockRemote = new PretendRemote(xen);
    stack = new GuestStack();
  };
  beforeEach(() => {
    prepare("dash");
  });
  afterEach(() => {
    xen.remove();
  });
  const made = async (more: Partial<DomUInputs> = {}): Promise<void> => {
    await stack.up(declared(more));
  };
  /** `ID NAME STATE` of each domain but dom0. */
  const domains = (): string[] => listed(xen).map(({ id, name, state }) => `${id} ${name} ${state}`);

  it("is created, shows no drift, and a second up does nothing", async () => {
    await made({ autostart: true });
    expect(domains()).toEqual(["1 guest1 -b----"]);
    expect(stack.state).toMatchObject({ phase: "done", domid: 1, claimId: expect.any(String) as string });
    const inputs = stack.inputs;
    expect(await stack.refresh()).toBe("there");
    expect(stack.inputs).toEqual(inputs);
    expect(await stack.preview(declared({ autostart: true }))).toEqual({
      plan: "",
      effect: "none",
      failures: [],
      action: "same",
    });
  });

  it("changes memory, vcpus, pinning, disks and interfaces without a restart", async () => {
    await made({ autostart: true });
    const news = declared({
      memoryMiB: 384,
      vcpus: 2,
      cpus: "0-1",
      disks: [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img" }],
      vifs: [{ bridge: "br0" }, { bridge: "br0" }],
      autostart: false,
    });
    expect(await stack.up(news)).toMatchObject({ effect: "live" });
    expect(domains()).toEqual(["1 guest1 -b----"]);
    expect(mockRemote.steps).toEqual(
      expect.arrayContaining(["set-memory", "set-vcpus", "pin-vcpus", "attach-xvdb", "keep-config"]),
    );
    expect(await stack.refresh()).toBe("there");
    expect(await stack.preview(news)).toMatchObject({ plan: "", action: "same" });
    expect(await stack.up(declared())).toMatchObject({ effect: "live" });
    expect(xen.calls()).toEqual(expect.arrayContaining(["block-detach 1 xvdb", "vcpu-pin 1 all all"]));
  });

  it("gets its pinning back after its own reboot, which loses it", async () => {
    await made({ cpus: "0-1" });
    xen.operate("vcpu-pin", "guest1", "all", "all");
    await stack.refresh();
    expect(await stack.up(declared({ cpus: "0-1" }))).toMatchObject({ plan: "cpus unset -> 0-1: live" });
    xen.operate("vcpu-pin", "guest1", "0", "3");
    await stack.refresh();
    expect(await stack.preview(declared({ cpus: "0-1" }))).toMatchObject({ effect: "live" });
  });

  it("unplugs a disk again that it does not take, and says so", async () => {
    await made();
    xen.set("disk.state", "2");
    const news = declared({ disks: [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img" }] });
    await expect(stack.up(news)).rejects.toThrow(
      "did not take the disk xvdb within half a minute; it was unplugged again",
    );
    expect(xen.operate("list", "-l")).not.toContain("data.img");
  });

  it("is restarted where only a restart makes the change, and runs with it", async () => {
    await made();
    expect(await stack.up(declared({ extra: "quiet" }))).toMatchObject({ effect: "restart" });
    expect(domains()).toEqual(["2 guest1 -b----"]);
    expect(mockRemote.steps).toEqual(["prove-boot", "write-config", "stop", "boot", "autostart", "done"]);
    await stack.refresh();
    expect(await stack.preview(declared({ extra: "quiet" }))).toMatchObject({ plan: "", action: "same" });
  });

  it("is restarted for a changed MAC, and no interface is plugged out behind its back", async () => {
    await made({ vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:01" }] });
    const news = declared({ vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:02" }] });
    expect(await stack.up(news)).toMatchObject({
      plan: "vifs[0].mac 00:16:3e:00:00:01 -> 00:16:3e:00:00:02: restart",
    });
    expect(domains()).toEqual(["2 guest1 -b----"]);
    expect(xen.calls().filter((call) => call.startsWith("network-"))).toEqual([]);
  });

  it("is restarted for the same image under another device, which is never plugged in twice", async () => {
    const disks = [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img", device: "xvdb" }];
    await made({ disks });
    const news = declared({ disks: [disks[0] as never, { path: "/xen/vm/data.img", device: "xvdc" }] });
    expect(await stack.up(news)).toMatchObject({ plan: "disks[1].device xvdb -> xvdc: restart" });
    expect(domains()).toEqual(["2 guest1 -b----"]);
    expect(xen.calls().filter((call) => call.startsWith("block-"))).toEqual([]);
  });

  it("is not shut down for a first disk without a kernel, and its file stays", async () => {
    await made();
    const before = xen.read("/etc/xen/guest1.cfg");
    await expect(stack.up(declared({ disks: [{ path: "/xen/vm/data.img" }] }))).rejects.toThrow(
      "pygrub finds no kernel to boot on /xen/vm/data.img",
    );
    expect(domains()).toEqual(["1 guest1 -b----"]);
    expect(xen.read("/etc/xen/guest1.cfg")).toBe(before);
  });

  it("is not shut down for a boot loader that the host does not have", async () => {
    await made();
    await expect(stack.up(declared({ boot: "pvgrub2", kernel: "/xen/vm/grub.bin" }))).rejects.toThrow(
      "/xen/vm/grub.bin does not exist on this host",
    );
    expect(domains()).toEqual(["1 guest1 -b----"]);
  });

  it("is stopped although a disk of it is missing, and although another guest has got its disk", async () => {
    await made({ disks: [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img" }] });
    xen.bootByHand("thief", [
      'uuid = "00000000-0000-4000-8000-000000000001"',
      'disk = [ "format=raw,vdev=xvda,access=rw,target=/xen/vm/data.img" ]',
    ]);
    xen.forget("/xen/vm/data.img");
    const news = declared({
      disks: [{ path: "/xen/vm/guest1.img" }, { path: "/xen/vm/data.img" }],
      powerState: "stopped",
    });
    await stack.up(news);
    expect(domains()).toEqual(["2 thief -b----"]);
    await stack.refresh();
    expect(await stack.preview(news)).toMatchObject({ plan: "", action: "same" });
  });

  it("is shown as crashed where it has crashed and was kept, and is brought back", async () => {
    await made({ onCrash: "preserve" });
    xen.operate("crash", "guest1");
    await untilState("---sc-");
    await stack.refresh();
    expect(stack.inputs).toMatchObject({ powerState: "crashed" });
    expect(await stack.up(declared({ onCrash: "preserve" }))).toMatchObject({
      plan: "powerState crashed -> running: restart",
    });
    expect(domains()).toEqual(["2 guest1 -b----"]);
  });

  it("goes on where somebody paused it", async () => {
    await made();
    xen.operate("pause", "guest1");
    await stack.refresh();
    expect(await stack.up(declared())).toMatchObject({ plan: "powerState paused -> running: live" });
    expect(domains()).toEqual(["1 guest1 -b----"]);
  });

  it("is started again where somebody shut it down, with all that was declared meanwhile", async () => {
    await made();
    xen.operate("destroy", "guest1");
    await stack.refresh();
    expect(await stack.up(declared({ extra: "quiet", memoryMiB: 300 }))).toMatchObject({ effect: "live" });
    expect(domains()).toEqual(["2 guest1 -b----"]);
    await stack.refresh();
    expect(await stack.preview(declared({ extra: "quiet", memoryMiB: 300 }))).toMatchObject({ plan: "" });
  });

  it("shows as drift what somebody wrote into its file, and is given it back without a restart", async () => {
    await made();
    const file = xen.read("/etc/xen/guest1.cfg") ?? "";
    xen.write("/etc/xen/guest1.cfg", xen.localized(file.replace('on_crash = "destroy"', 'on_crash = "restart"')));
    await stack.refresh();
    expect(await stack.preview(declared())).toMatchObject({
      plan: "/etc/xen/guest1.cfg: on_crash restart -> destroy: none",
      action: "update",
    });
    await stack.up(declared());
    expect(xen.read("/etc/xen/guest1.cfg")).toBe(file);
    expect(domains()).toEqual(["1 guest1 -b----"]);
  });

  it("shows what was changed by xl as one difference, and not as one of its file besides", async () => {
    await made();
    xen.operate("mem-set", "guest1", "300m");
    await stack.refresh();
    // And a second refresh tells the same.
    await stack.refresh();
    expect(await stack.up(declared())).toMatchObject({ plan: "memoryMiB 300 -> 256: live" });
  });

  it("converges where a value is written otherwise and means the same", async () => {
    await made({ cpus: "0-2" });
    expect(await stack.up(declared({ cpus: "0,1,2" }))).toMatchObject({
      plan: "/etc/xen/guest1.cfg: cpus 0-2 -> 0,1,2: none",
    });
    await stack.refresh();
    expect(await stack.preview(declared({ cpus: "0,1,2" }))).toMatchObject({ plan: "", action: "same" });
  });

  it("is neither gone nor stopped while xl cannot read its record", async () => {
    await made();
    xen.set("unreadable", String(stack.inputs["uuid"]));
    await expect(stack.refresh()).rejects.toThrow("cannot tell its configuration: guest1 is neither gone nor down");
    await expect(stack.up(declared({ memoryMiB: 300 }))).rejects.toThrow("neither gone nor down");
    await expect(stack.destroy()).rejects.toThrow("neither gone nor down");
    expect(domains()).toEqual(["1 guest1 -b----"]);
  });

  it("says that its creation was cut off where xl dies while the boot loader runs, and is built by the next up", async () => {
    xen.set("create.cut", "yes");
    await expect(made()).rejects.toThrow("a creation of guest1 was cut off: what it has left is removed");
    expect(domains()).toEqual([]);
    await made();
    expect(domains()).toEqual(["2 guest1 -b----"]);
  });

  it.each([
    ["built again", async () => made()],
    ["removed by an up that leaves it stopped", async () => stack.up(declared({ powerState: "stopped" }))],
    ["removed by a destroy", async () => stack.destroy()],
  ])("is stopped where only the remains of a creation are there, and these are %s", async (what, act) => {
    await made();
    xen.operate("destroy", "guest1");
    xen.set("create.cut", "yes");
    expect(() => xen.operate("create", `${xen.root}/etc/xen/guest1.cfg`)).toThrow();
    expect(domains()).toEqual(["2 guest1 --p---"]);
    expect(await stack.refresh()).toBe("there");
    expect(stack.inputs["powerState"]).toBe("stopped");
    await act();
    expect(domains()).toEqual(what === "built again" ? ["3 guest1 -b----"] : []);
  });

  it("is never taken for gone where xl does not answer", async () => {
    await made();
    xen.set("broken", "xencall: error: Could not obtain handle on privileged command interface");
    await expect(stack.refresh()).rejects.toThrow("xl does not work on this host: xencall: error");
  });

  it("is tried again where xl ran out of its own time, and not where it failed otherwise", async () => {
    xen.set("create.fails", "libxl: error: killing execution of /etc/xen/scripts/block add because of timeout");
    await made();
    expect(xen.calls().filter((call) => call.startsWith("create"))).toHaveLength(2);
    await stack.destroy();
    xen.set("create.fails", "libxl: error: can't allocate low memory for domain: Out of memory");
    await expect(stack.up(declared())).rejects.toThrow("Out of memory");
  });

  // Not under busybox, which takes its own `id` and not the pretended one; a dom0 with busybox comes with its family.
  it("takes the loop device with it that libxl left on what cloud-init reads", async () => {
    await made({ cloudInit: { hostname: "guest1" } });
    const seed = join(xen.root, "var/lib/pulumi-xen/domu", String(stack.inputs["uuid"]), "seed.img");
    const attached = spawnSync("losetup", ["--find", "--show", seed], { encoding: "utf8" });
    if (attached.status !== 0) {
      note("not run: the loop device of a seed (no loop device)");
      return;
    }
    const holding = (): string => execFileSync("losetup", ["--all"], { encoding: "utf8" });
    expect(holding()).toContain(seed);
    await stack.destroy();
    expect(holding()).not.toContain(seed);
  });

  it.each(["bash"])("does the same under %s: create, change live, restart, remove", async (shell) => {
    xen.remove();
    prepare(shell);
    await made();
    await stack.up(declared({ memoryMiB: 384 }));
    await stack.up(declared({ memoryMiB: 384, extra: "quiet" }));
    await stack.refresh();
    expect(await stack.preview(declared({ memoryMiB: 384, extra: "quiet" }))).toMatchObject({ plan: "" });
    await stack.destroy();
    expect(domains()).toEqual([]);
    for (const path of ["/etc/xen/guest1.cfg", "/etc/xen/auto", "/var/lib/pulumi-xen"]) {
      expect([path, xen.has(path)]).toEqual([path, false]);
    }
  });

  async function untilState(state: string): Promise<void> {
    for (let tries = 0; !domains().some((domain) => domain.endsWith(state)); tries += 1) {
      if (tries > 600) throw new Error(`waited in vain for ${state}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
