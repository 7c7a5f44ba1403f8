/** An image that begins as a distribution's: over the resource's whole life, from a mirror on loopback whose sums a real gpg has signed. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
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
if (why !== undefined) note(`not run: images of distributions (${why})`);
const when = why === undefined ? describe : describe.skip;

const MIB = 1024 ** 2;
const FOLDER = "releases/noble/release";
const NAME = "ubuntu-24.04-server-cloudimg-amd64.img";

when("an image of a distribution", () => {
  const prod = new ResourceStack(diskImageKind);
  let signer: Signer;
  let shell: LocalShell;
  let mirror: Mirror;
  let path: string;
  beforeAll(() => {
    signer = new Signer();
  });
  afterAll(() => signer.remove());
  beforeEach(async () => {
    shell = new LocalShell();
    host = new ShellHost(shell);
    mkdirSync(shell.at("xen"));
    path = shell.at("xen", "web.img");
    mirror = new Mirror();
    await mirror.start();
  });
  afterEach(async () => {
    shell.remove();
    await mirror.stop();
  });

  function release(content: Buffer): void {
    const sums = `${"1".repeat(64)} *other.img\n${sumOf(content)} *${NAME}\n`;
    mirror.put(`${FOLDER}/${NAME}`, content);
    mirror.put(`${FOLDER}/SHA256SUMS`, sums);
    mirror.put(`${FOLDER}/SHA256SUMS.gpg`, signer.signature(sums));
  }
  const disk = (words: string): Buffer => {
    const content = Buffer.alloc(2 * MIB);
    content.write(words);
    return content;
  };
  const declared = (more: object = {}): object => ({
    connection: { host: "198.51.100.7" },
    path,
    sizeGiB: 4 / 1024,
    source: { distribution: "ubuntu", version: "24.04", mirror: `${mirror.url}/`, key: signer.key, ...more },
  });
  const record = (): string => {
    const claims = shell.at("var", "pulumi-xen", "disk-image");
    const [claim = ""] = readdirSync(claims).filter((name) => name.startsWith("web.img"));
    expect(readdirSync(`${claims}/${claim}`)).not.toContain("source-sum");
    return readFileSync(`${claims}/${claim}/made-of`, "utf8").trim();
  };

  test("is made of what the mirror has on that day, which is written down; a later one is no change", async () => {
    const first = disk("of January");
    release(first);
    const saved = await prod.create("web", declared());
    expect(saved.inputs).toMatchObject({
      plan: expect.stringContaining("the latest there by sums that the given key signs") as string,
    });
    expect(readFileSync(path).subarray(0, first.length).equals(first)).toBe(true);
    expect(record()).toBe(`ubuntu/24.04/server:${sumOf(first)}`);
    expect(readdirSync(shell.at("xen"))).toEqual(["web.img"]);

    release(disk("of February"));
    const seen = (await prod.refresh(saved)) ?? saved;
    const again = await prod.update(seen, "web", declared());
    expect(again.inputs).toMatchObject({ plan: "" });
    expect(readFileSync(path, "latin1").startsWith("of January")).toBe(true);
    // Neither is another mirror, another key, or a sum that counts when an image is made.
    const moved = await prod.update(
      again,
      "web",
      declared({ mirror: "https://other.example/ubuntu", sha256: "a".repeat(64) }),
    );
    expect(moved.inputs).toMatchObject({ effect: "none" });
    await prod.delete(moved);
    expect(existsSync(path)).toBe(false);
  });

  test("leaves no image where the signature is another's, and is made when the mirror is right", async () => {
    release(disk("of January"));
    const forger = new Signer("Somebody else");
    mirror.put(`${FOLDER}/SHA256SUMS.gpg`, forger.signature(mirror.files.get(`${FOLDER}/SHA256SUMS`) ?? ""));
    forger.remove();
    await expect(prod.create("web", declared())).rejects.toThrow(/is not signed by a key of ubuntu that is known here/);
    expect(readdirSync(shell.at("xen"))).toEqual([]);
    release(disk("of January"));
    const saved = await prod.create("web", declared());
    expect(saved.outs).toMatchObject({ phase: "ready" });
  });

  test("goes on with what an earlier run has fetched, and starts over where the mirror has a later image by then", async () => {
    release(disk("of January"));
    mirror.put(`${FOLDER}/${NAME}`, disk("something else"));
    await expect(prod.create("web", declared())).rejects.toThrow(/The mirror may be in the middle of an update/);
    release(disk("of February"));
    await prod.create("web", declared());
    expect(readFileSync(path, "latin1").startsWith("of February")).toBe(true);
  });

  test("is refused before anything is touched where the host has no key, or no gpgv", async () => {
    release(disk("of January"));
    const noKey = prod.create("web", declared({ key: undefined }));
    await expect(noKey).rejects.toThrow(
      "The host has no key of ubuntu, which signs its sums. Give source.key the public key D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81, or install the package ubuntu-cloudimage-keyring, or give source.sha256.",
    );
    expect(mirror.asked).toEqual([]);
    expect(existsSync(shell.at("var", "pulumi-xen", "disk-image"))).toBe(false);
  });

  test("needs neither where it is pinned", async () => {
    const content = disk("of January");
    release(content);
    await prod.create("web", declared({ key: undefined, sha256: sumOf(content) }));
    expect(mirror.asked).toEqual([`${FOLDER}/${NAME}`]);
    expect(record()).toBe(`ubuntu/24.04/server:${sumOf(content)}`);
  });
});
