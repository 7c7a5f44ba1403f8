/** A distribution's installer by name: over the resource's whole life, from a mirror on loopback whose InRelease a real gpg has signed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { installMediaKind } from "../../../provider/resources/install-media/install-media.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack } from "../../support/resource-stack";
import { ShellHost } from "../../support/shell-host";
import { Mirror, Signer, noGpg, sumOf } from "../../support/signed-mirror";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(120_000);

const why = noGpg();
if (why !== undefined) note(`not run: installers of distributions (${why})`);
const when = why === undefined ? describe : describe.skip;

const IMAGES = "main/installer-amd64/current/images";
const BOOT = "netboot/debian-installer/amd64";

when("an installer of a distribution", () => {
  const prod = new ResourceStack(installMediaKind);
  let signer: Signer;
  let shell: LocalShell;
  let mirror: Mirror;
  beforeAll(() => {
    signer = new Signer();
  });
  afterAll(() => signer.remove());
  beforeEach(async () => {
    shell = new LocalShell();
    host = new ShellHost(shell);
    mkdirSync(shell.at("var", "pulumi-xen"), { recursive: true });
    mirror = new Mirror();
    await mirror.start();
  });
  afterEach(async () => {
    shell.remove();
    await mirror.stop();
  });

  function release(words: string, codename = "bookworm"): void {
    const sums = ["linux", "initrd.gz"].map((name) => `${sumOf(`${name} ${words}`)}  ./${BOOT}/${name}\n`).join("");
    for (const name of ["linux", "initrd.gz"])
      mirror.put(`dists/bookworm/${IMAGES}/${BOOT}/${name}`, `${name} ${words}`);
    mirror.put(`dists/bookworm/${IMAGES}/SHA256SUMS`, sums);
    const list = `Origin: Debian\nCodename: ${codename}\nSHA256:\n ${sumOf(sums)} ${sums.length} ${IMAGES}/SHA256SUMS\n`;
    mirror.put("dists/bookworm/InRelease", signer.clearSigned(list));
  }
  const declared = (more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    name: "media",
    netboot: { distribution: "debian", version: "12", mirror: mirror.url, key: signer.key, ...more },
  });
  const at = (file: string): string => shell.at("var", "pulumi-xen", "media", "media", file);

  test("is brought as the mirror has it on that day; a later one is no change, and what an operator changes is brought again", async () => {
    release("of January");
    const saved = await prod.create("media", declared());
    expect(saved.inputs).toMatchObject({
      plan: expect.stringContaining("bring the kernel of debian 12 debian-installer on http://127.0.0.1") as string,
    });
    expect([readFileSync(at("vmlinuz"), "utf8"), readFileSync(at("initrd"), "utf8")]).toEqual([
      "linux of January",
      "initrd.gz of January",
    ]);
    release("of February");
    const seen = (await prod.refresh(saved)) ?? saved;
    const again = await prod.update(seen, "media", declared());
    expect(again.inputs).toMatchObject({ plan: "" });
    expect(readFileSync(at("vmlinuz"), "utf8")).toBe("linux of January");

    writeFileSync(at("initrd"), "something else");
    const drifted = await prod.refresh(again);
    expect(drifted?.inputs).toMatchObject({ netboot: { mirror: "(changed on the host)" } });
    const healed = await prod.update(drifted ?? again, "media", declared());
    expect(readFileSync(at("initrd"), "utf8")).toBe("initrd.gz of February");
    await prod.delete(healed);
    expect(existsSync(at(""))).toBe(false);
  });

  test("is not brought where the list of the mirror is not the signed one", async () => {
    release("of January");
    mirror.put(`dists/bookworm/${IMAGES}/SHA256SUMS`, `${sumOf("evil")}  ./${BOOT}/linux\n`);
    await expect(prod.create("media", declared())).rejects.toThrow(
      /is not the one that dists\/bookworm\/InRelease names/,
    );
    expect(existsSync(at("vmlinuz"))).toBe(false);
  });

  test("is not brought where the signed list is that of another release, which the same key has signed", async () => {
    release("of January", "trixie");
    await expect(prod.create("media", declared())).rejects.toThrow(
      "dists/bookworm/InRelease of the mirror is not that of the release that was named, but of another one",
    );
    expect(existsSync(at("vmlinuz"))).toBe(false);
  });

  test("of a distribution without sums is brought by those that are given", async () => {
    mirror.put("v3.22/releases/x86_64/netboot/vmlinuz-virt", "kernel");
    mirror.put("v3.22/releases/x86_64/netboot/initramfs-virt", "ramdisk");
    const pinned = (ramdisk: string): object =>
      declared({
        distribution: "alpine",
        version: "3.22",
        key: undefined,
        sha256: { kernel: sumOf("kernel"), ramdisk },
      });
    await expect(prod.create("media", pinned("0".repeat(64)))).rejects.toThrow(/is not the file that was declared/);
    const saved = await prod.create("media", pinned(sumOf("ramdisk")));
    expect(saved.outs).toMatchObject({ phase: "ready" });
    expect(readFileSync(at("initrd"), "utf8")).toBe("ramdisk");
  });
});
