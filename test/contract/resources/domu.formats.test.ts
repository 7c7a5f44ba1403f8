/** What a disk's file is, told by its first bytes on the host, before a guest is built from it. */
import { GuestStack } from "../../support/guest-stack";
import { OWNER, declared, listed, pretendHost } from "../../support/pretend-guest";
import { PretendRemote } from "../../support/pretend-remote";
import type { PretendXen } from "../../support/pretend-xen";

let mockRemote: PretendRemote;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => mockRemote,
}));

jest.setTimeout(120_000);

const QCOW2 = Buffer.concat([Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]), Buffer.alloc(512)]);

describe.each([["dash"], ["busybox sh"]])("a disk that is declared raw, under %s", (shell) => {
  let xen: PretendXen;
  let stack: GuestStack;
  beforeEach(() => {
    xen = pretendHost(shell);
    mockRemote = new PretendRemote(xen);
    stack = new GuestStack(OWNER);
  });
  afterEach(() => {
    xen.remove();
  });

  it("is refused where its file is a qcow2 image, and nothing is touched", async () => {
    xen.write("/xen/vm/guest1.img", QCOW2);
    await expect(stack.up(declared())).rejects.toThrow(
      '/xen/vm/guest1.img is a qcow2 image, but the disk is declared raw: the guest would see the image\'s tables in place of its disk. Set its format to "qcow2"',
    );
    expect(listed(xen)).toEqual([]);
    expect(xen.has("/etc/xen/guest1.cfg")).toBe(false);
  });

  it("is taken as it is once its guest runs, whatever that writes to its first sector", async () => {
    await stack.up(declared());
    xen.write("/xen/vm/guest1.img", QCOW2);
    await stack.up(declared({ memoryMiB: 300 }));
    expect(listed(xen).map(({ name }) => name)).toEqual(["guest1"]);
  });
});
