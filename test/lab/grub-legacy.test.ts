/**
 * The lab's host that GRUB legacy boots: an entry is booted once by the file grub/default, with GRUB's own lines and no tool of the host,
 * and where its hypervisor is missing, GRUB goes on to Linux. Raw commands: what the product does with it stands on this.
 */
import { readFileSync } from "node:fs";
import { type LabHost, ensureFrozen, findHost, thaw } from "../../lab/host";
import { eventually } from "../support/eventually";
import { there } from "../support/there";

jest.setTimeout(20 * 60_000);

const BOOT = "cat /proc/sys/kernel/random/boot_id";
/** `xen`: the host is dom0; empty: Linux runs by itself. */
const HYPERVISOR = "cat /sys/hypervisor/type 2>/dev/null || true";
/** The number of the entry that "default saved" boots: the first line of the file. */
const SAVED = "head -n 1 /boot/grub/default";

describe("a Xen host that GRUB legacy boots", () => {
  let host: LabHost | undefined;
  beforeAll(async () => {
    const frozen = await ensureFrozen({ kind: "xen", suite: "bookworm", boot: "grub-legacy" });
    await findHost("test-grub")?.stop();
    host = await thaw(frozen, { name: "test-grub" });
  });
  afterAll(() => host?.stop());

  const raw = async (command: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await there(host).run(command, { timeoutSeconds: 120 });
    if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${stdout}${stderr}`);
    return stdout.trim();
  };
  const reboot = async (): Promise<void> => {
    const before = await raw(BOOT);
    await there(host)
      .run("systemctl reboot", { timeoutSeconds: 20 })
      .catch(() => undefined);
    await eventually(async () => expect(await raw(BOOT)).not.toBe(before), { seconds: 600 });
  };
  /** In its place, as GRUB itself writes it: its length stays. */
  const bootOnce = (entry: number): Promise<string> =>
    raw(`printf ${entry} | dd of=/boot/grub/default conv=notrunc status=none && sync`);

  it("has /boot on a disk of its own beside its root, and GRUB 2 nowhere", async () => {
    expect(await raw("findmnt -no SOURCE / /boot | sort")).toBe("/dev/vda1\n/dev/vdb1");
    expect(await raw("xl info | sed -n 's/^xen_commandline *: //p'")).toContain("dom0_mem=1024M");
    expect(await raw("readlink /boot/grub/menu.lst; readlink -f /etc/grub.conf")).toBe(
      "grub.conf\n/boot/grub/grub.conf",
    );
    expect(await raw("ls /usr/sbin/update-grub /boot/grub/grub.cfg 2>/dev/null || true")).toBe("");
  });

  it("boots an entry once, then the default one, and Linux where the hypervisor is missing", async () => {
    // The same entries as the image has, in another order: Linux, Xen on trial, and one whose hypervisor is not there.
    await raw(`cd /boot/grub && awk '
      /^title Xen/ { into = "xen" } /^title Debian/ { into = "linux" }
      { part[into] = part[into] $0 "\\n" }
      END {
        head = part[""]; sub(/default=0/, "default saved", head); sub(/fallback=1/, "fallback 0", head)
        trial = part["xen"]; sub(/\\n/, "\\n\\tsavedefault 0\\n", trial)
        missing = trial; sub(/Xen/, "Missing", missing); sub(/xen-[^ ]*gz/, "xen-missing.gz", missing)
        printf "%s%s%s%s", head, part["linux"], trial, missing
      }' grub.conf > new.conf && mv new.conf grub.conf && sync`);
    expect(await raw("grep -c savedefault /boot/grub/grub.conf; grep '^[df]' /boot/grub/grub.conf")).toBe(
      "2\ndefault saved\nfallback 0",
    );
    const length = await raw("stat -c %s /boot/grub/default");

    await bootOnce(1);
    await reboot();
    expect(await raw(HYPERVISOR)).toBe("xen");
    expect(await raw("xl list | awk '$1 == \"Domain-0\" { print $3 }'")).toBe("1024");
    expect(await raw(SAVED)).toBe("0");
    await reboot();
    expect(await raw(HYPERVISOR)).toBe("");

    await bootOnce(2);
    await reboot();
    expect(await raw(HYPERVISOR)).toBe("");
    expect(await raw(SAVED)).toBe("0");
    expect(readFileSync(there(host).consoleLog, "latin1")).toContain("Error 15: File not found");
    expect(await raw("stat -c %s /boot/grub/default")).toBe(length);
  });
});
