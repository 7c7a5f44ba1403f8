/** Files of distributions by name, from a mirror on loopback: gpg signs, gpgv and the shells of this machine judge. */
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import type { Published, Signed } from "../../../provider/host/distributions/distribution";
import { type NamedDownload, namedDownload } from "../../../provider/host/named-download";
import { sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import type { Ran } from "../../support/ran";
import { Mirror, Signer, noGpg, sumOf } from "../../support/signed-mirror";

jest.setTimeout(60_000);

const why = noGpg();
if (why !== undefined) note(`not run: files of distributions by name (${why})`);
const when = why === undefined ? describe : describe.skip;

const content = Buffer.from("an image of a distribution");
const NAME = "12/image.qcow2";
const sum = sumOf(content);
const lists = {
  sha256sum: `${"1".repeat(64)}  other.qcow2\n${sum}  image.qcow2\n`,
  binary: `${sum} *./image.qcow2\n`,
  BSD: `# image.qcow2: 26 bytes\nSHA256 (other.qcow2) = ${"1".repeat(64)}\nSHA256 (image.qcow2) = ${sum}\n`,
  treeinfo: `[checksums]\nimage.qcow2 = sha256:${sum}\nimages/other = sha256:${"1".repeat(64)}\n`,
};

when("a file of a distribution", () => {
  let signer: Signer;
  let other: Signer;
  let mirror: Mirror;
  let shell: LocalShell;

  beforeAll(() => {
    signer = new Signer();
    other = new Signer("Somebody else");
  });
  afterAll(() => {
    signer.remove();
    other.remove();
  });
  beforeEach(async () => {
    shell = new LocalShell();
    mirror = new Mirror();
    await mirror.start();
    mirror.put(NAME, content);
  });
  afterEach(async () => {
    shell.remove();
    await mirror.stop();
  });

  const published = (form: Signed["form"] | "none", more: Partial<NonNullable<Published["sums"]>> = {}): Published => ({
    path: NAME,
    sums: {
      path: "12/SUMS",
      kind: "sha256",
      name: "image.qcow2",
      ...(form === "none"
        ? {}
        : {
            signed: {
              by: "debian",
              form,
              path: form === "detached" ? "12/SUMS.gpg" : form === "clear" ? "12/SUMS" : "InRelease",
              ...(form === "listed" ? { name: "main/SUMS" } : {}),
            },
          }),
      ...more,
    },
  });

  function fetched(file: Published, more: Partial<NamedDownload> = {}, key: string | null = signer.key): Promise<Ran> {
    writeFileSync(shell.at("mirror"), `${mirror.url}\n`);
    if (key !== null) writeFileSync(shell.at("key"), key);
    return shell.run(
      namedDownload({
        label: "image",
        what: "the cloud image of debian 12",
        distribution: "debian",
        published: file,
        hides: false,
        mirrorFile: sh`${shell.at("mirror")}`,
        keyFile: key === null ? undefined : sh`${shell.at("key")}`,
        sha256: undefined,
        target: shell.at("image"),
        sumFile: shell.at("sum"),
        ...more,
      }),
    );
  }

  /** A list of sums, signed with a signature of its own. */
  function putSigned(list: string, by = signer): void {
    mirror.put("12/SUMS", list);
    mirror.put("12/SUMS.gpg", by.signature(list));
  }

  const refused = (ran: Ran, words: RegExp): void => {
    expect(ran.stderr).toMatch(words);
    expect(ran.exitCode).toBe(1);
    expect(existsSync(shell.at("image"))).toBe(false);
    expect(existsSync(shell.at("sum"))).toBe(false);
  };
  const arrived = (ran: Ran): void => {
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(shell.at("image")).equals(content)).toBe(true);
    expect(readFileSync(shell.at("sum"), "utf8").trim()).toBe(sum);
  };

  describe.each([["dash"], ["bash"], ["busybox sh"]])("under %s", (program) => {
    beforeEach(() => {
      shell.remove();
      shell = new LocalShell(program.split(" "));
    });

    test("arrives with the sum of a list that is signed beside it, and the sum is written down", async () => {
      putSigned(lists.sha256sum);
      const ran = await fetched(published("detached"));
      arrived(ran);
      expect(ran.stdout).toContain(`sums are signed by ${signer.fingerprint}`);
    });

    test("arrives with the sum of a clear-signed list in the form of BSD", async () => {
      mirror.put("12/SUMS", signer.clearSigned(`${lists.BSD}- a line with a dash \n`));
      arrived(await fetched(published("clear")));
    });

    test("arrives with the sum of a list that is named in a signed one, as Debian's installer is", async () => {
      mirror.put("12/SUMS", lists.binary);
      const release = `Origin: Debian\nMD5Sum:\n ${"2".repeat(32)} 26 main/SUMS\nSHA256:\n ${sumOf(lists.binary)}    26 main/SUMS\n ${"3".repeat(64)} 26 main/other/SUMS\n`;
      mirror.put("InRelease", signer.clearSigned(release));
      arrived(await fetched(published("listed")));
    });
  });

  test.each([["wget"], ["python3"]])("arrives by %s as well", async (tool) => {
    const folder = shell.at("bin");
    mkdirSync(folder);
    for (const name of [
      "sh",
      "cat",
      "cut",
      "df",
      "awk",
      "sha256sum",
      "stat",
      "tail",
      "head",
      "tr",
      "mktemp",
      "rm",
      "mv",
      "chmod",
      "sync",
      "sed",
      "sleep",
      "sort",
      "wc",
      "base64",
      "gpgv",
      tool,
    ])
      symlinkSync(
        execFileSync("sh", ["-c", `command -v ${name}`], {
          encoding: "utf8",
          env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
        }).trim(),
        `${folder}/${name}`,
      );
    shell.path = folder;
    putSigned(lists.sha256sum);
    arrived(await fetched(published("detached")));
  });

  test("arrives with a SHA-512, and what is written down is its SHA-256", async () => {
    putSigned(`${sumOf(content, "sha512")}  image.qcow2\n${sum}  image.qcow2\n`);
    arrived(await fetched(published("detached", { kind: "sha512" })));
  });

  test.each(Object.entries(lists))("arrives with a list in the form of %s", async (_form, list) => {
    putSigned(list);
    arrived(await fetched(published("detached")));
  });

  test("arrives with a bare sum where the list is of this file alone", async () => {
    putSigned(`${sum}\n`);
    arrived(await fetched(published("detached", { name: undefined })));
  });

  test("arrives pinned without a look at any list", async () => {
    arrived(await fetched(published("detached"), { sha256: sum }, null));
    expect(mirror.asked).toEqual([NAME]);
  });

  test("arrives by a key of the host's own keyring where its fingerprint is a known one", async () => {
    mirror.put("12/SUMS", lists.sha256sum);
    const fetchedByApt = "/var/lib/apt/lists";
    const [release] = (existsSync(fetchedByApt) ? readdirSync(fetchedByApt) : []).filter((name) =>
      /_debian_dists_bookworm_InRelease$/.test(name),
    );
    const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    if (release === undefined || !existsSync(keyring))
      return note("not run: Debian's own InRelease (apt has not fetched it here)");
    mirror.put("InRelease", readFileSync(`${fetchedByApt}/${release}`));
    const ran = await fetched(published("listed"), {}, null);
    // Its signature counts, and our list is not one of Debian's.
    expect(ran.stdout).toMatch(/sums are signed by (B8B80B5B|04B54C3C|4D64FEC1)/);
    refused(ran, /InRelease of the mirror has no sum of SUMS/);
  });

  test("is refused where somebody else has signed the list", async () => {
    putSigned(lists.sha256sum, other);
    refused(
      await fetched(published("detached")),
      /is not signed by a key of debian that is known here\. Give the key that signs it in key, or sha256/,
    );
  });

  test("is refused where the key is on the host, but is none of the distribution's", async () => {
    putSigned(lists.sha256sum);
    const keys = shell.at("ring");
    writeFileSync(keys, signer.key);
    const text = namedDownload({
      label: "image",
      what: "the cloud image",
      distribution: "debian",
      published: published("detached"),
      hides: false,
      mirrorFile: sh`${shell.at("mirror")}`,
      keyFile: undefined,
      sha256: undefined,
      target: shell.at("image"),
      sumFile: shell.at("sum"),
    }).text.replaceAll("/usr/share/keyrings/debian-archive-keyring.gpg", keys);
    writeFileSync(shell.at("mirror"), `${mirror.url}\n`);
    refused(await shell.run({ text }), new RegExp(`but by ${signer.fingerprint}`));
  });

  test("is refused where the list was changed after it was signed", async () => {
    putSigned(lists.sha256sum);
    mirror.put("12/SUMS", lists.sha256sum.replaceAll("1", "2"));
    refused(await fetched(published("detached")), /does not fit what the mirror serves/);
  });

  test("is refused where the signature is missing", async () => {
    mirror.put("12/SUMS", lists.sha256sum);
    refused(await fetched(published("detached")), /12\/SUMS.gpg cannot be fetched from the mirror with curl/);
  });

  test("is refused where a page stands in the signature's place", async () => {
    putSigned(lists.sha256sum);
    mirror.put("12/SUMS.gpg", "<html>not found</html>");
    refused(await fetched(published("detached")), /does not fit what the mirror serves/);
  });

  test("is refused where the signature is a message with a text of its own", async () => {
    mirror.put("12/SUMS", lists.sha256sum);
    mirror.put("12/SUMS.gpg", signer.whole("something else"));
    refused(await fetched(published("detached")), /12\/SUMS.gpg/);
  });

  test("is refused where the file is another than the list says", async () => {
    putSigned(lists.sha256sum);
    mirror.put(NAME, "another image");
    refused(
      await fetched(published("detached")),
      /its SHA-256 is .*, expected .*The mirror may be in the middle of an update/,
    );
  });

  test("is refused where the list has no sum of it", async () => {
    putSigned(`${sum}  image.qcow2.sig\n${sum}  xx/image.qcow2\n${sum} image.qcow2\n${sum.slice(1)}  image.qcow2\n`);
    refused(await fetched(published("detached")), /12\/SUMS of the mirror has no sum of image.qcow2/);
  });

  test("is refused where the list has two sums of it", async () => {
    putSigned(`${lists.sha256sum}${"4".repeat(64)}  image.qcow2\n`);
    refused(await fetched(published("detached")), /has several sums of image.qcow2, so none counts/);
  });

  test.each([
    ["a name with a shell's words", `${sum}  $(touch HERE)\n${sum}  ;touch HERE\n`],
    ["a name out of its folder", `${sum}  ../../image.qcow2\n`],
    ["a name that coreutils escapes", `\\${sum}  image\\n.qcow2\n`],
    ["a name that is a pattern", `${sum}  *\n${sum}  image?qcow2\n`],
  ])("is refused, and nothing else happens, with %s in the list", async (_what, list) => {
    putSigned(list.replaceAll("HERE", shell.at("touched")));
    refused(await fetched(published("detached")), /has no sum of image.qcow2/);
    expect(existsSync(shell.at("touched"))).toBe(false);
  });

  test("is refused where the list holds characters that programs read differently", async () => {
    putSigned(`${sum}  image.qcow2\u0000\n`);
    refused(await fetched(published("detached")), /holds characters that no list of sums has/);
  });

  test("is refused where the list does not end", async () => {
    mirror.put("12/SUMS", Buffer.alloc(5 * 1024 ** 2, `${sum}  x\n`));
    mirror.put("12/SUMS.gpg", signer.signature(lists.sha256sum));
    refused(await fetched(published("detached")), /longer than any list of sums/);
  });

  test.each([
    ["in front of", (signed: string, line: string) => `${line}${signed}`],
    ["behind", (signed: string, line: string) => `${signed}${line}`],
    ["in a header of", (signed: string, line: string) => signed.replace("\n\n", `\nNotDashEscaped: ${line}\n`)],
    ["as a second message behind", (signed: string) => `${signed}${signed}`],
  ])("is refused where a line stands %s what is clear-signed", async (_where, forged) => {
    const signed = signer.clearSigned(lists.sha256sum).toString();
    mirror.put("12/SUMS", forged(signed, `${sum}  image.qcow2\n`));
    refused(await fetched(published("clear")), /is not clear-signed as debian signs it/);
  });

  test("is refused where a line was put into what is clear-signed", async () => {
    const signed = signer.clearSigned(`${"1".repeat(64)}  image.qcow2\n`).toString();
    mirror.put("12/SUMS", signed.replace("1".repeat(64), sum));
    refused(await fetched(published("clear")), /does not fit what the mirror serves/);
  });

  test("is refused where the list is not the one that the signed list names", async () => {
    mirror.put("12/SUMS", lists.binary);
    mirror.put("InRelease", signer.clearSigned(` ${"3".repeat(64)} 26 main/SUMS\n`));
    refused(await fetched(published("listed")), /12\/SUMS of the mirror is not the one that InRelease names/);
  });

  test("is refused without gpgv, with what to install", async () => {
    putSigned(lists.sha256sum);
    const folder = shell.at("bin");
    mkdirSync(folder);
    for (const name of ["sh", "cat", "awk", "stat", "tail", "head", "tr", "mktemp", "rm", "sed", "sleep", "wc", "curl"])
      symlinkSync(
        execFileSync("sh", ["-c", `command -v ${name}`], {
          encoding: "utf8",
          env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
        }).trim(),
        `${folder}/${name}`,
      );
    shell.path = folder;
    refused(
      await fetched(published("detached")),
      /gpgv is missing on the host.*Install the package gpgv.*or give sha256/,
    );
  });

  test("is refused without a key, with what to install", async () => {
    putSigned(lists.sha256sum);
    const ubuntu = published("detached");
    const file = {
      ...ubuntu,
      sums: { ...ubuntu.sums, signed: { by: "ubuntuCloud", form: "detached", path: "12/SUMS.gpg" } },
    } as Published;
    refused(
      await fetched(file, { distribution: "ubuntu" }, null),
      /The host has no key of ubuntu. Give the public key in key, install the package ubuntu-cloudimage-keyring, or give sha256/,
    );
  });

  test("is refused by a mirror without a certificate where nobody signs", async () => {
    mirror.put("12/SUMS", lists.sha256sum);
    refused(await fetched(published("none"), {}, null), /12\/SUMS cannot be fetched from the mirror with curl/);
  });

  test("shows no secret mirror, and leaves no temporary file", async () => {
    const ran = await fetched(published("detached"), { hides: true, what: "[secret]" });
    expect(ran.exitCode).toBe(1);
    expect(`${ran.stdout}${ran.stderr}`).not.toMatch(/127\.0\.0\.1|SUMS/);
    expect(readdirSync(shell.root).toSorted()).toEqual(["key", "mirror", "run", "var"]);
  });
});
