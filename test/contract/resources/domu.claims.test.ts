/** Whose a guest is, on a pretended host: claims, lost state, other stacks, older marks; through the functions that Pulumi calls. */
import { guestFolder } from "../../../provider/resources/domu/domu.place";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { GuestStack } from "../../support/guest-stack";
import { OWNER, complete, declared, listed, media, pretendHost } from "../../support/pretend-guest";
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

describe("a guest that is somebody's", () => {
  const OTHER = "shop/test::DomU::guest1";

  it("is refused to another stack with the same name, which learns the owner and the remedy", async () => {
    await made();
    const before = xen.read("/etc/xen/guest1.cfg");
    const other = new GuestStack(OTHER);
    await expect(other.up(declared({ disks: [{ path: "/xen/vm/data.img" }] }))).rejects.toThrow(
      `The guest guest1 on this host is claimed by ${OWNER}. Change it there, or choose another name.`,
    );
    await other.destroy();
    expect(xen.read("/etc/xen/guest1.cfg")).toBe(before);
    expect(domains()).toEqual(["1 guest1"]);
  });

  it("is refused to another stack with the same uuid", async () => {
    await made({ uuid: "00000000-0000-4000-8000-000000000007" });
    const other = new GuestStack(OTHER);
    await expect(
      other.up(
        declared({ name: "web1", uuid: "00000000-0000-4000-8000-000000000007", disks: [{ path: "/xen/vm/data.img" }] }),
      ),
    ).rejects.toThrow(`is claimed by ${OWNER}; nothing was touched`);
  });

  it("moves to another owner where aliases say so, with effect none", async () => {
    await made();
    const id = String(stack.state["claimId"]);
    const moved = new GuestStack("shop/prod::DomU::web");
    Object.assign(moved, { id: stack.id, state: stack.state, inputs: stack.inputs });
    expect(await moved.up(declared())).toMatchObject({ effect: "none", action: "update" });
    expect(claim()).toContain("owner=shop/prod::DomU::web");
    expect(moved.state["claimId"]).toBe(id);
    expect(domains()).toEqual(["1 guest1"]);
  });

  it("is taken over under the uuid that the refusal tells where it was moved by aliases and its state was lost", async () => {
    await made();
    const old = uuid();
    const moved = new GuestStack("shop/prod::DomU::web");
    Object.assign(moved, { id: stack.id, state: stack.state, inputs: stack.inputs });
    await moved.up(declared());
    moved.lose();
    // Without its state, the uuid is derived from the new name.
    await expect(moved.up(declared())).rejects.toThrow(`It is this resource's own, under the uuid ${old}`);
    await moved.up(declared({ uuid: old }));
    expect(domains()).toEqual(["1 guest1"]);
  });

  it("is not installed over its disk where it is put back into the program", async () => {
    xen.write("/xen/vm/guest1.img", "");
    xen.set("installer.seconds", "1");
    await made({ install: { media } });
    const written = xen.read("/xen/vm/guest1.img");
    await stack.destroy();
    expect(domains()).toEqual([]);
    await expect(made({ install: { media } })).rejects.toThrow("an installer would write over it");
    expect(xen.read("/xen/vm/guest1.img")).toBe(written);
    await made();
    expect(domains()).toHaveLength(1);
  });

  it("is never installed where its claim was lost while it was down", async () => {
    await made({ install: { media }, allow: ["restart", "dataLoss"] });
    const installs = xen.calls().filter((call) => call.includes("install.cfg")).length;
    const written = xen.read("/xen/vm/guest1.img");
    xen.operate("destroy", "guest1");
    xen.forget("/var/lib/pulumi-xen");
    expect(await stack.refresh()).toBe("there");
    await stack.up(declared({ install: { media }, allow: ["restart", "dataLoss"] }));
    expect(domains()).toHaveLength(1);
    expect(xen.read("/xen/vm/guest1.img")).toBe(written);
    expect(xen.calls().filter((call) => call.includes("install.cfg"))).toHaveLength(installs);
    expect(claim()).toContain(`owner=${OWNER}`);
  });

  it("is destroyed whole where its claim was lost, running or down", async () => {
    await made({ autostart: true });
    xen.operate("destroy", "guest1");
    xen.forget("/var/lib/pulumi-xen");
    await stack.destroy();
    expect([xen.has("/etc/xen/guest1.cfg"), xen.has("/etc/xen/auto/guest1")]).toEqual([false, false]);
    await made();
    xen.forget("/var/lib/pulumi-xen");
    await stack.destroy();
    expect(domains()).toEqual([]);
  });

  it("is left alone by a destroy of whoever has another claim id", async () => {
    await made();
    const former = new GuestStack(OWNER);
    Object.assign(former, { id: stack.id, state: stack.state, inputs: stack.inputs });
    stack.lose();
    // The state is lost: the same resource takes it over, with a new id.
    await made();
    const calls = xen.calls();
    await former.destroy();
    expect(xen.calls()).toEqual(calls);
    expect(domains()).toEqual(["1 guest1"]);
    expect(claim()).toContain(`id=${String(stack.state["claimId"])}`);
  });

  it("is taken over as it is where its state was lost and only a restart would make it as declared", async () => {
    await made();
    stack.lose();
    await expect(made({ extra: "quiet" })).rejects.toThrow(
      "guest1 was on the host already and has been taken over as it is. It differs from what is declared: extra unset -> quiet",
    );
    expect(domains()).toEqual(["1 guest1"]);
    await stack.refresh();
    expect(await stack.up(declared({ extra: "quiet" }))).toMatchObject({ effect: "restart" });
    expect(domains()).toEqual(["2 guest1"]);
  });

  it("carries a mark of before claims over with an update, also through a restart", async () => {
    await made();
    olderMark();
    expect(await stack.refresh()).toBe("there");
    await stack.up(declared({ extra: "quiet" }));
    expect(domains()).toEqual(["2 guest1"]);
    expect(claim()).toContain(`owner=${OWNER}`);
    expect(stack.state["claimId"]).toEqual(expect.any(String));
    expect(xen.has("/var/lib/pulumi-xen/domu/guest1")).toBe(false);
  });

  it("is still its resource's where an update carried the mark over and did not live to tell", async () => {
    await made();
    const claimed = xen.read(`${guestFolder(uuid())}/claim`);
    const { claimId: _, ...state } = stack.state;
    stack.state = state;
    expect(await stack.refresh()).toBe("there");
    stack.state = state;
    await stack.up(declared({ memoryMiB: 300 }));
    expect(claim()).toBe(claimed);
    stack.state = state;
    await stack.destroy();
    expect(domains()).toEqual([]);
  });

  it("is refused to an older copy of its own state, which a refresh lets go", async () => {
    await made();
    const former = new GuestStack(OWNER);
    Object.assign(former, { id: stack.id, state: stack.state, inputs: stack.inputs });
    stack.lose();
    await made();
    await expect(former.up(declared({ memoryMiB: 300 }))).rejects.toThrow(
      `was claimed again by ${OWNER} after this state was written; nothing was touched`,
    );
    expect(await former.refresh()).toBe("gone");
  });

  it("is removed with a mark of before claims by a destroy", async () => {
    await made();
    olderMark();
    await stack.destroy();
    expect(domains()).toEqual([]);
    expect(xen.has("/var/lib/pulumi-xen")).toBe(false);
  });

  it("is refused to a second guest with the same disk, made at the same time", async () => {
    const other = new GuestStack("shop/prod::DomU::guest2");
    const ups = await Promise.allSettled([
      stack.up(declared()),
      other.up(declared({ name: "guest2", vifs: [{ bridge: "br0" }] })),
    ]);
    const refused = ups.filter((up) => up.status === "rejected");
    expect(refused).toHaveLength(1);
    expect(String((refused[0] as PromiseRejectedResult).reason)).toContain("two writers would destroy it");
    expect(domains()).toHaveLength(1);
  });

  it("takes no address that a domain of somebody else has", async () => {
    xen.bootByHand("theirs", [
      'uuid = "00000000-0000-4000-8000-000000000001"',
      'vif = [ "mac=00:16:3E:00:00:0A,bridge=br0" ]',
    ]);
    await expect(made({ vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:0a" }] })).rejects.toThrow(
      "The MAC address 00:16:3e:00:00:0a belongs to the running domain theirs (id 1). Set another mac.",
    );
    await expect(made({ uuid: "00000000-0000-4000-8000-000000000001" })).rejects.toThrow("which no stack has claimed");
  });

  /** As pulumi-xen 0.1 left it: a folder by the guest's name, and no claim id in the state. */
  function olderMark(): void {
    xen.forget("/var/lib/pulumi-xen");
    const folder = "/var/lib/pulumi-xen/domu/guest1";
    const config = xen.localized(xen.read("/etc/xen/guest1.cfg") ?? "");
    xen.write(`${folder}/owner`, `pulumi-xen 1\nuuid=${uuid()}\n`);
    xen.write(`${folder}/phase`, "done\n");
    xen.write(`${folder}/boot.cfg`, config);
    const { claimId: _, ...state } = stack.state;
    stack.state = state;
  }
});

it("gives two guests of one program their own uuids and addresses", () => {
  const [one, two] = [complete(), complete({ owner: "shop/prod::DomU::guest2", name: "guest2" })];
  expect(one.uuid).not.toBe(two.uuid);
  expect(one.vifs?.[0]?.mac).not.toBe(two.vifs?.[0]?.mac);
});
