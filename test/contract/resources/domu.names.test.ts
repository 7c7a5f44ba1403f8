/** A guest that gets another name, by its program or by somebody's xl; through the functions that Pulumi calls. */
import { guestFolder } from "../../../provider/resources/domu/domu.place";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { GuestStack } from "../../support/guest-stack";
import { OWNER, declared, listed, media, pretendHost } from "../../support/pretend-guest";
import { PretendRemote } from "../../support/pretend-remote";
import type { PretendXen } from "../../support/pretend-xen";

let mockRemote: PretendRemote;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => mockRemote,
}));

// Each runs dozens of small programs; on a busy machine that takes its time.
jest.setTimeout(300_000);

let xen: PretendXen;
let stack: GuestStack;
beforeEach(() => {
  xen = pretendHost();
  mockRemote = new PretendRemote(xen);
  stack = new GuestStack(OWNER);
});
afterEach(() => {
  xen.remove();
});

const made = async (more: Partial<DomUInputs> = {}): Promise<void> => {
  await stack.up(declared(more));
};
/** `ID NAME` of each domain but dom0. */
const domains = (): string[] => listed(xen).map(({ id, name }) => `${id} ${name}`);
const uuid = (): string => String(stack.inputs["uuid"]);
const claim = (): string => xen.read(`${guestFolder(uuid())}/claim`) ?? "";

describe("a guest that gets another name", () => {
  it("is renamed live while it runs: domain, file, autostart link, claim", async () => {
    await made({ autostart: true });
    expect(await stack.up(declared({ autostart: true, name: "web1" }))).toMatchObject({
      plan: "name guest1 -> web1: live",
      effect: "live",
    });
    expect(domains()).toEqual(["1 web1"]);
    expect([xen.has("/etc/xen/guest1.cfg"), xen.has("/etc/xen/auto/guest1")]).toEqual([false, false]);
    expect(xen.read("/etc/xen/auto/web1")).toContain('name = "web1"');
    expect(claim()).toContain("of=web1");
    await stack.refresh();
    expect(await stack.preview(declared({ autostart: true, name: "web1" }))).toMatchObject({
      plan: "",
      action: "same",
    });
  });

  it("is renamed while it is stopped, and starts under its new name", async () => {
    await made({ powerState: "stopped" });
    await stack.up(declared({ powerState: "stopped", name: "web1" }));
    expect(domains()).toEqual([]);
    expect([xen.has("/etc/xen/guest1.cfg"), xen.has("/etc/xen/web1.cfg")]).toEqual([false, true]);
    await stack.refresh();
    await stack.up(declared({ name: "web1" }));
    expect(domains()).toEqual(["1 web1"]);
  });

  it("is refused the name of a hand-made guest that is down, whose file stays as it is", async () => {
    await made();
    xen.write("/etc/xen/web1.cfg", 'name = "web1"\nmemory = 64\n');
    await expect(stack.up(declared({ name: "web1" }))).rejects.toThrow(
      "/etc/xen/web1.cfg exists already and is not this guest's",
    );
    expect(xen.read("/etc/xen/web1.cfg")).toBe('name = "web1"\nmemory = 64\n');
    expect(domains()).toEqual(["1 guest1"]);
  });

  it("is refused the name of a domain that runs", async () => {
    await made();
    xen.bootByHand("web1", ['uuid = "00000000-0000-4000-8000-000000000001"']);
    await expect(stack.up(declared({ name: "web1" }))).rejects.toThrow(/web1 runs on this host already/);
    expect(domains()).toEqual(["1 guest1", "2 web1"]);
  });

  it("gets its own name back live after somebody's xl rename", async () => {
    await made();
    xen.operate("rename", "guest1", "web1");
    for (const _time of [1, 2, 3]) {
      await stack.refresh();
      expect(stack.inputs).toMatchObject({ name: "web1" });
    }
    expect(await stack.up(declared())).toMatchObject({
      plan: "name web1 -> guest1: live\n/etc/xen/guest1.cfg belongs to a domain called web1 now: live",
    });
    expect(mockRemote.log).toContain("rename web1 to guest1");
    expect(domains()).toEqual(["1 guest1"]);
  });

  it("is found after somebody's xl rename and its end: stopped, not gone, and destroyed whole", async () => {
    await made({ autostart: true });
    xen.operate("rename", "guest1", "web1");
    xen.operate("destroy", "web1");
    expect(await stack.refresh()).toBe("there");
    expect(stack.inputs).toMatchObject({ powerState: "stopped", name: "guest1" });
    await stack.destroy();
    expect([xen.has("/etc/xen/guest1.cfg"), xen.has("/etc/xen/auto/guest1")]).toEqual([false, false]);
  });

  it.each(["write-config", "rename", "keep-config"])(
    "goes on with a rename that was cut before %s, or takes it back whole",
    async (step) => {
      await made({ autostart: true });
      const cut = (): void => {
        mockRemote.beforeStep = (name) => {
          if (name === step) throw new Error("cut");
        };
      };
      cut();
      await expect(stack.up(declared({ autostart: true, name: "web1" }))).rejects.toThrow("cut");
      mockRemote.beforeStep = undefined;
      await stack.refresh();
      await stack.up(declared({ autostart: true, name: "web1" }));
      expect(domains()).toEqual(["1 web1"]);
      cut();
      await expect(stack.up(declared({ autostart: true, name: "web2" }))).rejects.toThrow("cut");
      mockRemote.beforeStep = undefined;
      await stack.refresh();
      await stack.up(declared({ autostart: true, name: "web1" }));
      expect(domains()).toEqual(["1 web1"]);
      for (const name of ["guest1", "web2"]) {
        expect([name, xen.has(`/etc/xen/${name}.cfg`), xen.has(`/etc/xen/auto/${name}`)]).toEqual([name, false, false]);
      }
      await stack.refresh();
      expect(await stack.preview(declared({ autostart: true, name: "web1" }))).toMatchObject({
        plan: "",
        action: "same",
      });
    },
  );

  it("is not installed again where its rename could not be done", async () => {
    xen.write("/xen/vm/guest1.img", "");
    xen.set("installer.seconds", "1");
    await made({ install: { media } });
    const written = xen.read("/xen/vm/guest1.img");
    xen.set("deaf", "yes");
    mockRemote.beforeStep = (name) => {
      if (name === "stop") throw new Error("the guest does not go down");
    };
    const news = declared({ install: { media }, name: "web1", extra: "quiet" });
    await expect(stack.up(news)).rejects.toThrow("does not go down");
    mockRemote.beforeStep = undefined;
    xen.operate("destroy", "web1");
    await stack.refresh();
    await stack.up(news);
    expect(xen.read("/xen/vm/guest1.img")).toBe(written);
    expect(xen.calls().filter((call) => call.includes("install.cfg"))).toHaveLength(1);
    expect(domains()).toEqual(["3 web1"]);
  });
});
