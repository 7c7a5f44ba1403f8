/**
 * A real Debian to its end: installed unattended by kernel and ramdisk from a tree of its own packages that dom0 serves over HTTP, booted by
 * pygrub from its own boot menu, and again from the menu that it writes when its kernel's package is installed once more.
 *
 * One such guest takes a quarter of an hour, so one of them is the default; LAB_REAL=all, or NAME,NAME, takes others.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type StackEngine, practiceEngine } from "../../lab/engine";
import { builtJudge } from "../support/built-judge";
import { eventually } from "../support/eventually";
import { type LabStack, labStack, mustSucceed } from "../support/lab-stack";
import { note } from "../support/notes";
import { projectRoot } from "../support/project-root";
import { there } from "../support/there";

jest.setTimeout(120 * 60_000);

const GUEST = "10.0.2.51";
/** What the lab's hosts have too, since they are emulated (lab/host/recipe/host-disk.sh). */
const EMULATION = "mitigations=off norandmaps";

const guests = [
  { name: "bookworm-pv", suite: "bookworm", type: "pv" },
  { name: "bookworm-pvh", suite: "bookworm", type: "pvh" },
  { name: "trixie-pv", suite: "trixie", type: "pv" },
  { name: "trixie-pvh", suite: "trixie", type: "pvh" },
] as const;
const asked = (process.env["LAB_REAL"] ?? guests[0].name).split(",");
const chosen = guests.filter(({ name }) => asked.includes("all") || asked.includes(name));
const others = guests.filter((guest) => !chosen.includes(guest)).map(({ name }) => name);
if (others.length > 0)
  note(`not run: a real Debian installed as ${others.join(", ")} (set LAB_REAL=all for all of them)`);

describe.each(chosen)("a real Debian guest, $name,", ({ name: story, suite, type }) => {
  const installer = builtJudge(join(projectRoot, "test/support/debian-installer/build.sh"), suite);
  if ("missing" in installer) {
    note(`not run: a real Debian installed to its end, ${story}: ${installer.missing}`);
    it.skip("is installed from the tree that its host serves", () => undefined);
    return;
  }
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  beforeAll(async () => {
    ground = await labStack("real-install", { kind: "xen", suite: "bookworm", program: "real-install" });
    engine = practiceEngine({ stateFile: join(ground.folder, "practice.json"), why: "tests" });
  });
  afterAll(() => ground?.close());

  const timed = async (what: string, begun: number): Promise<void> => {
    await isRunning();
    note(`real-install ${story}: ${what} after ${Math.round((Date.now() - begun) / 1000)} s`);
  };
  const raw = (command: string): Promise<string> => there(ground).raw(command);
  const inGuest = (command: string): Promise<string> => raw(`ssh -o ConnectTimeout=20 root@${GUEST} '${command}'`);
  const stack = () => {
    const { stack: given, host } = there(ground);
    return {
      ...given,
      config: {
        ...given.config,
        installer: installer.folder,
        suite,
        type,
        packages: readFileSync(join(installer.folder, "include"), "utf8").trim(),
        guestIp: GUEST,
        // QEMU 7.2 emulates a processor that dies where a guest under its virtualisation reads the time in Xen's way.
        extraConfig: JSON.stringify(type === "pvh" ? { tsc_mode: "native" } : {}),
        emulation: EMULATION,
        authorizedKey: readFileSync(`${host.privateKeyFile}.pub`, "utf8").trim(),
      },
    };
  };
  const isRunning = (): Promise<void> =>
    eventually(async () => expect(await inGuest("systemctl is-system-running")).toBe("running"), {
      seconds: 600,
      everyMs: 5000,
    });

  it("is installed from the tree that its host serves, and boots by itself", async () => {
    const begun = Date.now();
    await mustSucceed(there(engine), there(engine).up(stack()));
    await timed("installed, booted by pygrub and running", begun);
    expect(await inGuest("cat /etc/hostname; . /etc/os-release; echo $VERSION_CODENAME")).toBe(`guest1\n${suite}`);
    expect(await inGuest("cat /proc/cmdline")).toMatch(/root=\S+ ro net\.ifnames=0 console=hvc0/);
    const listed = await raw("xl list -l guest1");
    expect(listed).toContain('"bootloader": "pygrub"');
    expect(listed).toContain(`"type": "${type}"`);
    expect(listed).not.toMatch(/"(kernel|ramdisk)": "/);
  });

  it("leaves nothing that listens on its host, and nothing to do", async () => {
    expect(await raw("ss -Hltn 'sport = :8980'")).toBe("");
    const { operations } = await mustSucceed(there(engine), there(engine).up(stack()));
    expect(operations.filter(({ op }) => op !== "same")).toEqual([]);
  });

  it("boots with the menu that it wrote when its kernel was installed once more", async () => {
    const domid = await raw("xl domid guest1");
    const begun = Date.now();
    const kernel = await raw("find /var/lib/pulumi-xen/media -name 'linux-image-6*.deb'");
    await raw(`scp -q ${kernel} root@${GUEST}:/root/kernel.deb`);
    await inGuest(`sed -i "s/console=hvc0/console=hvc0 written=again/" /etc/default/grub`);
    const installed = await there(ground).host.run(
      `ssh root@${GUEST} 'DEBIAN_FRONTEND=noninteractive dpkg -i /root/kernel.deb'`,
      { timeoutSeconds: 1200 },
    );
    expect(installed.stdout + installed.stderr).toContain("Generating grub configuration file");
    await there(ground).host.run(`ssh root@${GUEST} 'rm /root/kernel.deb; systemctl reboot'`);
    await eventually(async () => expect(await raw("xl domid guest1 || true")).not.toBe(domid), { seconds: 600 });
    await timed("its kernel installed again, rebooted and running", begun);
    expect(await inGuest("cat /proc/cmdline")).toContain("written=again");
    const { operations } = await mustSucceed(there(engine), there(engine).up(stack()));
    expect(operations.filter(({ op }) => op !== "same")).toEqual([]);
  });

  it("is gone with all that was made for it", async () => {
    await mustSucceed(there(engine), there(engine).destroy(stack()));
    expect(await raw("xl list | tail -n +2 | awk '{print $1}'; ls /xen/vm 2>/dev/null || true")).toBe("Domain-0");
  });
});
