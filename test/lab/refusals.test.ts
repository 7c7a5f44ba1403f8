/**
 * What cannot be done is said in one sentence, with host and remedy, and the host stays as it was.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { provider } from "../../provider/lifecycle";
import { closeHosts } from "../../provider/remote";
import { type LabStack, connectionTo, labStack } from "../support/lab-stack";

jest.setTimeout(10 * 60_000);

describe("a host that must be refused", () => {
  let ground: LabStack;
  beforeAll(async () => (ground = await labStack("refusals", { kind: "plain", suite: "bookworm" })));
  afterAll(async () => {
    await closeHosts();
    await ground.close();
  });

  const reach = () => connectionTo(ground.host);

  /** The message of a create that fails, and that the state gets nothing of. */
  async function refusal(connection: object, more: object = {}): Promise<string> {
    const dom0 = provider("xen-host");
    const { inputs, failures } = await dom0.check(
      {},
      { connection, owner: "refusals/test::XenHost::dom0", dom0: { memoryMiB: 1024 }, allow: ["reboot"], ...more },
    );
    expect(failures).toEqual([]);
    const error = await dom0.create(inputs).then(
      () => new Error("it was not refused"),
      (thrown: unknown) => thrown as Error,
    );
    expect(error).not.toHaveProperty("id");
    expect(
      await ground.raw("test ! -e /var/lib/pulumi-xen -a ! -e /etc/default/grub.d/00-pulumi-xen.cfg && echo untouched"),
    ).toBe("untouched");
    return error.message;
  }

  it("names address and port where nothing answers", async () => {
    const { hostKey: _, ...rest } = reach();
    expect(await refusal({ ...rest, hostKey: reach().hostKey, port: 1 })).toMatch(/127\.0\.0\.1.*(port )?1\b.*/s);
  });

  it("shows the fingerprint of an unknown host key, and the line to add", async () => {
    const { hostKey: _, ...rest } = reach();
    const message = await refusal({ ...rest, knownHostsFile: join(ground.folder, "known_hosts") });
    expect(message).toContain("SHA256:");
    expect(message).toContain(ground.host.hostKey.split(" ").slice(0, 2).join(" "));
  });

  it("refuses a key other than the pinned one, with both fingerprints", async () => {
    const other = newKey(join(ground.folder, "other-host"));
    const message = await refusal({ ...reach(), hostKey: other.publicKey });
    expect(message.match(/SHA256:/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it("says that the login was refused, and tries it once", async () => {
    const other = newKey(join(ground.folder, "other-user"));
    const attempts = "journalctl -u ssh -o cat | grep -c 'Connection closed by authenticating' || true";
    const before = Number(await ground.raw(attempts));
    expect(await refusal({ ...reach(), privateKeyFile: other.file })).toMatch(/refuses the login/);
    expect(Number(await ground.raw(attempts)) - before).toBeLessThanOrEqual(1);
  });

  it("says how much memory the host has where dom0 is to have more", async () => {
    expect(await refusal(reach(), { dom0: { memoryMiB: 900_000 } })).toMatch(/900000.*MiB|MiB.*900000/s);
  });

  it("refuses a host that is a Xen guest itself", async () => {
    // A stand-in: the emulator cannot nest a guest that could be asked, so the guest's sign is laid over the host's.
    await ground.raw("mkdir -p /run/sign && echo xen >/run/sign/type && mount --bind /run/sign /sys/hypervisor");
    try {
      expect(await refusal(reach())).toMatch(/guest/);
    } finally {
      await ground.raw("umount /sys/hypervisor");
    }
  });

  it("says how much room is missing where the disk is full", async () => {
    // All but 100 MiB of the root file system, which costs nothing on the emulator's disk until it is written.
    await ground.raw("fallocate -l $(($(df --output=avail -B1 / | tail -1) - 100 * 1024 * 1024)) /filler");
    try {
      expect(await refusal(reach())).toMatch(/MiB/);
    } finally {
      await ground.raw("rm -f /filler");
    }
  });

  it("lists all faults of the program at once, before the host is asked", async () => {
    const { failures } = await provider("domu").check(
      {},
      {
        connection: reach(),
        name: "a guest",
        memoryMiB: 1,
        vcpus: 0,
        vifs: [{ bridge: "a-name-that-is-much-too-long" }],
        memory: 512,
      },
    );
    expect(failures.map(({ property }) => property).sort()).toEqual([
      "memory",
      "memoryMiB",
      "name",
      "vcpus",
      "vifs[0].bridge",
    ]);
  });
});

function newKey(file: string): { file: string; publicKey: string } {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  return { file, publicKey: execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }).trim() };
}
