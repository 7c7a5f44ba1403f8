/**
 * Snapshots of a guest's disks before a change that takes it down: through the functions that Pulumi calls, on a pretended host, with the
 * real qemu-img. Those of logical volumes take device-mapper: test/lab/storage.test.ts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderNameOf } from "../../../provider/host/owned-folder";
import type { DomUInputs } from "../../../provider/resources/domu/domu.properties";
import { eventually } from "../../support/eventually";
import { GuestStack } from "../../support/guest-stack";
import { note } from "../../support/notes";
import { snapshotsIn } from "../../support/qcow2-snapshots";
import { declared, listed, pretendHost } from "../../support/pretend-guest";
import { PretendRemote } from "../../support/pretend-remote";
import type { PretendXen } from "../../support/pretend-xen";

let mockRemote: PretendRemote;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => mockRemote,
}));

jest.setTimeout(300_000);

const hasTool = spawnSync("qemu-img", ["--version"]).status === 0;
if (!hasTool) note("not run: snapshots of a guest's disks (no qemu-img)");
const found = hasTool ? describe : describe.skip;

found("a guest with snapshotBefore", () => {
  const DATA = "/xen/vm/data.qcow2";
  const mark = `/var/lib/pulumi-xen/disk-image/${folderNameOf(DATA)}`;
  let xen: PretendXen;
  let stack: GuestStack;
  beforeEach(() => {
    xen = pretendHost();
    mockRemote = new PretendRemote(xen);
    stack = new GuestStack();
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", at(DATA), "16M"]);
    xen.write(`${mark}/claim`, "pulumi-xen claim 2\n");
  });
  afterEach(() => {
    xen.remove();
  });
  const at = (path: string): string => join(xen.root, path);
  const guest = (more: Partial<DomUInputs> = {}): DomUInputs =>
    declared({
      disks: [
        { path: "/xen/vm/guest1.img", mode: "r" },
        { path: DATA, format: "qcow2" },
      ],
      snapshotBefore: ["restart"],
      ...more,
    });
  const inImage = (): string[] => snapshotsIn(at(DATA));
  const ids = (): string[] => listed(xen).map(({ id }) => id);

  it("has one of each disk that it writes to after a restart, which the preview announces; the newest one stays", async () => {
    await stack.up(guest());
    expect(inImage()).toEqual([]);
    const changed = guest({ extra: "quiet" });
    expect((await stack.preview(changed)).plan).toContain("snapshot of xvdb before the restart: none");
    await stack.up(changed);
    const [first, ...others] = inImage();
    expect([first, others]).toEqual([expect.stringMatching(/^auto-\d{8}T\d{6}Z$/), []]);
    expect(mockRemote.steps.slice(-8)).toEqual(expect.arrayContaining(["prove-snapshots", "snapshot", "boot"]));
    const tool = (...words: string[]): string =>
      execFileSync("sh", [at(`${mark}/snapshots.sh`), ...words], {
        encoding: "utf8",
        env: { ...process.env, ...xen.environment() },
      });
    expect(tool("list")).toBe(`${String(first)}\n`);
    expect(await stack.preview(changed)).toMatchObject({ plan: "", action: "same" });
    await stack.up(guest({ extra: "quiet", root: "/dev/xvda" }));
    const second = inImage();
    expect(second).toHaveLength(1);
    expect(second).not.toContain(first);
    expect(ids()).toEqual(["3"]);
  });

  it("has none made by a change that takes nothing down", async () => {
    await stack.up(guest());
    await stack.up(guest({ memoryMiB: 384 }));
    expect([inImage(), ids()]).toEqual([[], ["1"]]);
  });

  it("is not taken down where a disk could have none", async () => {
    await stack.up(guest());
    rmSync(at(`${mark}/claim`));
    await expect(stack.up(guest({ extra: "quiet" }))).rejects.toThrow(
      /data\.qcow2 is no DiskImage of a program on this host[^]*Nothing was touched/,
    );
    expect([inImage(), ids()]).toEqual([[], ["1"]]);
  });

  it("has one made before each removal with `replace`, and not without it", async () => {
    await stack.up(guest({ snapshotBefore: ["replace"] }));
    await stack.up(guest({ snapshotBefore: ["replace"], extra: "quiet" }));
    expect(inImage()).toEqual([]);
    await stack.destroy();
    expect([inImage(), ids()]).toEqual([[expect.stringMatching(/^auto-/)], []]);
  });

  it("has the one that a failed run owed it made by the next run, and keeps it when it is only started again", async () => {
    await stack.up(guest());
    const real = execFileSync("sh", ["-c", "command -v qemu-img"], { encoding: "utf8" }).trim();
    const broken = at("/bin/qemu-img");
    writeFileSync(broken, `#!/bin/sh\ncase $* in *-c*) exit 1 ;; esac\nexec ${real} "$@"\n`, { mode: 0o755 });
    await expect(stack.up(guest({ extra: "quiet" }))).rejects.toThrow();
    expect([inImage(), ids()]).toEqual([[], []]);
    rmSync(broken);
    await stack.up(guest({ extra: "quiet" }));
    const snapshots = inImage();
    expect([snapshots.length, ids().length]).toEqual([1, 1]);
    xen.operate("shutdown", "guest1");
    await eventually(() => expect(ids()).toEqual([]), { seconds: 60 });
    await stack.refresh();
    await stack.up(guest({ extra: "quiet" }));
    expect([inImage(), ids().length]).toEqual([snapshots, 1]);
  });

  it("is refused in check with a raw file that it writes to", async () => {
    const { failures } = await stack.preview(guest({ disks: [{ path: "/xen/vm/guest1.img" }] }));
    expect(failures.join()).toContain("snapshotBefore cannot be made of disks[0], a raw file, which has no snapshots.");
  });
});
