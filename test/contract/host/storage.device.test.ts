/**
 * A block device that exists already, which the boot loader without privileges is let read: a real loop device, a real chgrp, and a group of
 * that name in a mount namespace. That udev itself reads the rule is the lab's to show (test/lab/storage-back-ends.test.ts).
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));
jest.setTimeout(120_000);

const GROUP_ID = 64_123;

describe.each([["dash"], ["busybox sh"]])("a device that exists already under %s", (program) => {
  let shell: LocalShell;
  let device: string | undefined;
  const prod = new ResourceStack(diskImageKind);
  /** `hasGroup`: XenHost has set the boot loader up. */
  const open = (hasGroup: boolean): void => {
    const groups = `${readFileSync("/etc/group", "utf8")}${hasGroup ? `pulumi-xen-pygrub:x:${String(GROUP_ID)}:\n` : ""}`;
    const file = `/tmp/pulumi-xen-test-group-${String(process.pid)}`;
    writeFileSync(file, groups);
    shell = new LocalShell([
      "unshare",
      "-m",
      "sh",
      "-c",
      `mount --bind ${file} /etc/group && exec ${program} "$@"`,
      "sh",
    ]);
    host = new ShellHost(shell);
    mkdirSync(shell.at("etc-udev", "rules.d"), { recursive: true });
    writeFileSync(shell.at("disk"), "");
    truncateSync(shell.at("disk"), 4 * 1024 ** 2);
    const attached = spawnSync("losetup", ["--find", "--show", shell.at("disk")], { encoding: "utf8" });
    const isThere = attached.status === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
    device = isThere ? attached.stdout.trim() : undefined;
    if (!isThere) note("not run: a device that exists already (no loop device, or no mount namespace)");
  };
  afterEach(() => {
    if (device !== undefined) execFileSync("losetup", ["--detach", device]);
    shell.remove();
    execFileSync("rm", ["-f", `/tmp/pulumi-xen-test-group-${String(process.pid)}`]);
  });
  const declared = (more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path: device,
    format: "block",
    ...more,
  });
  const node = (): string => {
    const { gid, mode } = statSync(String(device));
    return `${String(gid)} ${(mode & 0o777).toString(8)}`;
  };
  const rules = (): string[] =>
    readdirSync(shell.at("etc-udev", "rules.d")).map((name) =>
      readFileSync(shell.at("etc-udev", "rules.d", name), "utf8"),
    );
  const lets = { readableByBootLoader: true };

  it("is read by the boot loader only where that is said, by a rule of ours that goes with the resource, and never written", async () => {
    open(true);
    if (device === undefined) return;
    const [before, content] = [node(), readFileSync(shell.at("disk"))];
    const saved = await prod.create("disk", declared());
    expect([node(), rules()]).toEqual([before, []]);
    const read = await prod.update(saved, "disk", declared(lets));
    expect(read.inputs["plan"]).toContain("readableByBootLoader");
    expect([node(), rules()]).toEqual([
      `${String(GROUP_ID)} 640`,
      [expect.stringMatching(/^SUBSYSTEM=="block", KERNEL=="loop\d+"[^\n]*, GROUP="pulumi-xen-pygrub", MODE="0640"$/m)],
    ]);
    expect((await prod.refresh(read))?.inputs).toEqual(read.inputs);
    // A second time nothing is left to do; what somebody took away is drift, and comes back.
    execFileSync("chgrp", ["0", device]);
    const drifted = await prod.refresh(read);
    expect(drifted?.inputs["readableByBootLoader"]).toBe(false);
    const again = await prod.update(drifted ?? read, "disk", declared(lets));
    expect(node()).toBe(`${String(GROUP_ID)} 640`);
    await prod.delete(again);
    expect([node(), rules(), existsSync(shell.at("var", "pulumi-xen"))]).toEqual([before, [], false]);
    expect(readFileSync(shell.at("disk")).equals(content)).toBe(true);
  });

  it("is known to udev by the link that the program names, and is left alone when it is said no more", async () => {
    open(true);
    if (device === undefined) return;
    const link = `/dev/pxt-${String(process.pid)}-lun-1`;
    symlinkSync(device, link);
    try {
      const before = node();
      const saved = await prod.create("disk", declared({ path: link, ...lets }));
      expect(rules()).toEqual([expect.stringContaining(`SYMLINK=="${link.slice(5)}", GROUP=`)]);
      const no = await prod.update(saved, "disk", declared({ path: link }));
      expect([node(), rules()]).toEqual([before, []]);
      await prod.delete(no);
    } finally {
      execFileSync("rm", [link]);
    }
  });

  it("needs nothing on a host without that boot loader", async () => {
    open(false);
    if (device === undefined) return;
    const before = node();
    const saved = await prod.create("disk", declared(lets));
    expect([node(), rules(), (await prod.refresh(saved))?.inputs]).toEqual([before, [], saved.inputs]);
    await prod.delete(saved);
    expect(node()).toBe(before);
  });
});
