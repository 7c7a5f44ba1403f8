/** What is run at a boot and later with OpenRC, by the real one of Alpine, which boots the services of a host's runlevels. */
import type { BootHook } from "../../../provider/host/services/init-system";
import { atBoot, later, notAtBoot, notLater, runsAtBoot } from "../../../provider/host/services/init-systems";
import { type ShellText, sh } from "../../../provider/shell";
import { alpineHost, openrcBoots } from "../../support/alpine-judge";
import { eventually } from "../../support/eventually";
import type { NamespaceHost } from "../../support/namespace-host";
import { note } from "../../support/notes";

jest.setTimeout(300_000);

let host: NamespaceHost | undefined;

beforeAll(async () => {
  const found = await alpineHost();
  if ("missing" in found) {
    note(`not run: OpenRC by Alpine's own: no ${found.missing}`);
    return;
  }
  host = found;
  // The program that is run writes how many addresses the card has by then.
  await run(sh`mkdir -p /run/openrc; : >/run/openrc/softlevel
ip link add eth0 type veth peer name wire0
printf '%s\n' 'auto lo' 'iface lo inet loopback' 'auto eth0' 'iface eth0 inet static' '  address 198.51.100.2/24' >/etc/network/interfaces
printf '%s\n' 'echo "$1 $(ip -4 -o addr show dev eth0 | wc -l)" >>/etc/ran' >/etc/program.sh`);
});
afterAll(() => host?.stop());

/** What it prints, where it succeeds. */
async function run(script: ShellText): Promise<string> {
  if (host === undefined) return "";
  const { exitCode, stdout, stderr } = await host.shell.run(script);
  if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

const hook = (when: BootHook["when"]): BootHook => ({
  name: `pulumi-xen-test-${when}`,
  about: "write a word",
  when,
  onlyWith: ["/etc/armed", "/etc/rolling-back"],
  command: ["/bin/sh", "/etc/program.sh", when],
});
const BOTH = ["before-network", "after-network"] as const;
const ran = (): Promise<string> => run(sh`cat /etc/ran 2>/dev/null || :`);
const boot = (): Promise<string> =>
  run(sh`${openrcBoots}
openrc default 2>&1`);
const powerCut = (): Promise<string> => run(sh`rm -f /etc/ran; ip addr flush dev eth0; ip link set eth0 down`);
const registered = async (): Promise<string[]> =>
  (await run(sh`rc-update show 2>/dev/null`))
    .split("\n")
    .filter((line) => line.includes("pulumi-xen"))
    .map((line) => line.trim().replaceAll(/\s*\|\s*/g, " in "));
/** A boot goes on without waiting for what runs after the network. */
const haveRun = (lines: string): Promise<void> =>
  eventually(async () => expect(await ran()).toBe(lines), { seconds: 60, everyMs: 100 });

function where(name: string, body: () => Promise<void>): void {
  it(name, async () => {
    if (host !== undefined) await body();
  });
}

describe("with the real OpenRC", () => {
  where("a program of ours is in the runlevel that it was meant for, as OpenRC itself sees it", async () => {
    expect(await run(sh`if { ${runsAtBoot}; }; then echo yes; fi`)).toBe("yes\n");
    for (const when of BOTH) await run(atBoot(hook(when)));
    expect(await registered()).toEqual([
      "pulumi-xen-test-after-network in default",
      "pulumi-xen-test-before-network in boot",
    ]);
  });

  where("it runs at a boot before the network is up, or after it", async () => {
    await run(sh`: >/etc/armed`);
    expect(await boot()).toContain("Starting networking");
    await haveRun("before-network 0\nafter-network 1\n");
  });

  where("it runs at the next boot too, for the second of its signs, and not where none is there", async () => {
    await powerCut();
    await run(sh`mv /etc/armed /etc/rolling-back`);
    await boot();
    await haveRun("before-network 0\nafter-network 1\n");
    await powerCut();
    await run(sh`rm /etc/rolling-back`);
    expect(await boot()).toContain("Starting networking");
    expect(await run(sh`rc-service pulumi-xen-test-after-network status 2>&1`)).toContain("started");
    expect(await ran()).toBe("");
  });

  where("a second registration changes nothing, and nothing is left once it is taken away", async () => {
    for (const when of BOTH) await run(atBoot(hook(when)));
    expect(await registered()).toHaveLength(2);
    await powerCut();
    for (const when of BOTH) await run(notAtBoot(hook(when).name));
    for (const when of BOTH) await run(notAtBoot(hook(when).name));
    expect(await registered()).toEqual([]);
    await run(sh`: >/etc/armed`);
    const said = await boot();
    expect(said).toContain("Starting networking");
    expect(said).not.toContain("pulumi-xen");
    expect(await ran()).toBe("");
  });

  const timer = (seconds: number, word: string): ShellText =>
    later({ name: "pulumi-xen-test", seconds, command: ["/bin/sh", "/etc/program.sh", word] });

  where("a program is run once in so many seconds, under busybox", async () => {
    await run(timer(1, "late"));
    await haveRun("late 1\n");
    expect(await run(sh`ls /var/run`)).not.toContain("pulumi-xen-test");
  });

  where("one that waits is replaced and ended, under busybox", async () => {
    const sleepers = async (): Promise<number> =>
      (await run(sh`ps -o args`)).split("\n").filter((line) => line.startsWith("sleep 600")).length;
    await run(timer(600, "first"));
    await run(timer(600, "second"));
    await eventually(async () => expect(await sleepers()).toBe(1), { seconds: 60, everyMs: 100 });
    await run(notLater("pulumi-xen-test"));
    await eventually(async () => expect(await sleepers()).toBe(0), { seconds: 60, everyMs: 100 });
    await run(notLater("pulumi-xen-test"));
  });
});
