/**
 * What is told of one guest on real Xen beside test/stories/identity.ts: renamed, disturbed and refused. Nothing here may build it
 * anew but where the preview said so.
 */
import { eventually } from "../support/eventually";
import type { IdentityGround } from "./identity";
import type { Declared } from "../support/declared";
import { deeds, mustSucceed } from "../support/lab-stack";

const guestIp = "10.0.2.51";
const folder = "/xen/vm";

type Args = Readonly<Record<string, unknown>>;

export interface GuestGround extends IdentityGround {
  /** The ready disk of the lab's guest. */
  readonly source: { readonly url: string; readonly sha256: string };
}

/** The claims, in order; each stands on the one before. `declare` is what the program holds besides. */
export function guestIdentity(ground: () => GuestGround): void {
  const raw = (command: string): Promise<string> => ground().raw(command);
  const image = (name: string, more: Args = {}): Declared => ({
    type: "DiskImage",
    name,
    args: { path: `${folder}/${name}.img`, sizeGiB: 1 / 16, ...more },
  });
  const guest = (more: Args = {}, how: Partial<Declared> = {}): Declared => ({
    type: "DomU",
    name: "guest1",
    ...how,
    args: {
      name: "guest1",
      memoryMiB: 192,
      disks: [{ image: `${folder}/system.img` }, { image: `${folder}/data.img`, device: "xvdb" }],
      vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:51", ip: guestIp }],
      waitFor: { http: { contains: "hello from guest1" } },
      onCrash: "preserve",
      ...more,
    },
  });
  const images = (): Declared[] => [
    image("system", { sizeGiB: 1 / 4, source: ground().source }),
    image("data"),
    image("blank"),
  ];

  async function attempt(action: "preview" | "up" | "refresh" | "destroy", ...guests: Declared[]) {
    const { cwd, config, engine } = ground();
    const declared = JSON.stringify([...images(), ...guests]);
    return engine("first")[action]({ cwd, stack: "first", config: { ...config, declared } });
  }
  async function run(action: "preview" | "up" | "refresh" | "destroy", ...guests: Declared[]) {
    const result = await mustSucceed(ground().engine("first"), attempt(action, ...guests));
    return { deeds: deeds(result), log: result.log };
  }
  async function refused(...guests: Declared[]): Promise<string> {
    const result = await attempt("up", ...guests);
    expect(result.ok).toBe(false);
    return result.errors.join("\n");
  }
  /** `NAME ID` of each domain but dom0. */
  const domains = (): Promise<string> => raw("xl list | awk 'NR > 2 { print $1, $2 }'");
  const boot = (): Promise<string> => raw(`curl -sf -m 20 http://${guestIp}/cgi-bin/state | sed -n 's/^boot //p'`);
  /** Runs it, and shows that the guest's kernel goes on. */
  async function whileItRuns<T>(deed: () => Promise<T>): Promise<T> {
    const before = [await boot(), (await domains()).replace(/^\S+ /, "")];
    const result = await deed();
    expect([await boot(), (await domains()).replace(/^\S+ /, "")]).toEqual(before);
    return result;
  }

  it("is built from its image", async () => {
    // Its images first: a script of ours goes into the guest, by which it can be told to crash.
    await run("up");
    await raw(`loop=$(losetup -P -f --show ${folder}/system.img); mkdir -p /mnt/guest; mount "$loop"p1 /mnt/guest
printf '#!/bin/sh\\necho c >/proc/sysrq-trigger\\n' >/mnt/guest/www/cgi-bin/crash; chmod 755 /mnt/guest/www/cgi-bin/crash
umount /mnt/guest; losetup -d "$loop"`);
    await run("up", guest());
    expect(await domains()).toMatch(/^guest1 \d+$/);
    expect(await boot()).not.toBe("");
  });

  it("is renamed live while it runs", async () => {
    expect((await run("preview", guest({ name: "web1" }))).log).toContain("name guest1 -> web1: live");
    await whileItRuns(() => run("up", guest({ name: "web1" })));
    expect(await domains()).toMatch(/^web1 \d+$/);
    expect(await raw("ls /etc/xen/*.cfg")).toBe("/etc/xen/web1.cfg");
  });

  it("is refused the name of a hand-made guest that is down, whose file stays as it is", async () => {
    await raw(`printf 'name = "mine"\\nmemory = 64\\n' >/etc/xen/mine.cfg`);
    const error = await whileItRuns(() => refused(guest({ name: "mine" })));
    expect(error).toContain("/etc/xen/mine.cfg exists already and is not this guest's");
    expect(await raw("cat /etc/xen/mine.cfg; rm /etc/xen/mine.cfg")).toBe('name = "mine"\nmemory = 64');
    expect(await domains()).toMatch(/^web1 \d+$/);
  });

  it("gets its name back after somebody's xl rename, by refresh and up", async () => {
    await raw("xl rename web1 elsewhere");
    await run("refresh", guest({ name: "web1" }));
    await whileItRuns(() => run("up", guest()));
    expect(await domains()).toMatch(/^guest1 \d+$/);
    expect(await raw("ls /etc/xen/*.cfg")).toBe("/etc/xen/guest1.cfg");
  });

  it("is refused to whoever wants its disk for a second guest", async () => {
    const error = await whileItRuns(() =>
      refused(guest(), {
        type: "DomU",
        name: "guest2",
        args: { memoryMiB: 128, disks: [{ image: `${folder}/data.img` }], vifs: [{ bridge: "br0" }] },
      }),
    );
    expect(error).toContain(`${folder}/data.img`);
    expect(error).toContain("guest1");
    expect(await raw("ls /etc/xen/*.cfg")).toBe("/etc/xen/guest1.cfg");
  });

  it("goes on running where its new first disk has no kernel", async () => {
    const disks = [{ image: `${folder}/blank.img` }, { image: `${folder}/data.img`, device: "xvdb" }];
    const error = await whileItRuns(() => refused(guest({ disks })));
    expect(error).toMatch(/kernel|pygrub/);
    await whileItRuns(() => run("refresh", guest()));
  });

  it("restarts for another device of the same image and another MAC, as the preview said, and plugs nothing", async () => {
    const [before, domain] = [await boot(), await domains()];
    const other = guest({
      disks: [{ image: `${folder}/system.img` }, { image: `${folder}/data.img`, device: "xvdc" }],
      vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:52", ip: guestIp }],
    });
    const { log } = await run("preview", other);
    expect(log).toMatch(/disks\[1\].*: restart/);
    expect(log).toMatch(/vifs\[0\].*: restart/);
    await run("up", other);
    expect(await domains()).not.toBe(domain);
    expect(await boot()).not.toBe(before);
    expect(await raw("xl block-list guest1 | awk 'NR > 1 { print $1 }'")).toBe("51712\n51744");
    expect(await raw("xl network-list guest1 | awk 'NR > 1 { print $3 }'")).toBe("00:16:3e:00:00:52");
  });

  it("is shown as crashed where it was kept, and brought back", async () => {
    const declared = guest({
      disks: [{ image: `${folder}/system.img` }, { image: `${folder}/data.img`, device: "xvdc" }],
      vifs: [{ bridge: "br0", mac: "00:16:3e:00:00:52", ip: guestIp }],
    });
    await raw(`curl -s -m 5 http://${guestIp}/cgi-bin/crash || true`);
    await eventually(async () => expect(await raw("xl list guest1 | awk 'NR == 2 { print $5 }'")).toMatch(/c/), {
      seconds: 60,
    });
    await run("refresh", declared);
    expect((await run("preview", declared)).log).toMatch(/powerState "?crashed"? -> "?running"?: /);
    await run("up", declared);
    expect(await domains()).toMatch(/^guest1 \d+$/);
    expect(await boot()).not.toBe("");
    expect((await run("up", declared)).deeds).toEqual([]);
  });

  it("is not installed over its disk when it is taken out of the program and put back", async () => {
    const inode = await raw(`stat -c %i ${folder}/system.img; touch ${folder}/seen`);
    await run("up");
    expect([await domains(), await raw("ls /etc/xen/*.cfg 2>/dev/null || true")]).toEqual(["", ""]);
    const installed = guest({
      install: {
        media: {
          name: "none",
          directory: folder,
          kernelPath: `${folder}/blank.img`,
          ramdiskPath: `${folder}/blank.img`,
        },
        timeoutMinutes: 1,
      },
    });
    const error = await refused(installed);
    expect(error).toContain("dataLoss");
    expect(await domains()).toBe("");
    expect(
      await raw(`stat -c %i ${folder}/system.img; find ${folder}/system.img -newer ${folder}/seen -mmin -0.1`),
    ).toBe(inode);
  });

  it("leaves nothing when everything is destroyed", async () => {
    await run("destroy");
    expect(await domains()).toBe("");
    expect(
      await raw(`rm -f ${folder}/seen; rmdir ${folder} 2>/dev/null || true
ls -d /var/lib/pulumi-xen /run/pulumi-xen ${folder} /etc/xen/guest1* /etc/xen/web1* /etc/xen/auto/* 2>/dev/null || true`),
    ).toBe("");
  });
}
