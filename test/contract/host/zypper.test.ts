/** Packages of a SUSE, by the real zypper, out of repositories that the test makes. */
import type { PackageRepository } from "../../../provider/host/packages/package-manager";
import { zypper } from "../../../provider/host/packages/zypper";
import { writeFile } from "../../../provider/host/rendered-file";
import { type Question, lines, sh } from "../../../provider/shell";
import type { LocalShell } from "../../support/local-shell";
import type { NamespaceHost } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { published } from "../../support/package-hosts/published";
import { repositoryOf } from "../../support/rpm-judge";
import { zypperHost } from "../../support/zypper-judge";

jest.setTimeout(300_000);

const KERNEL = "6.4.0-150600.23.7";

let host: NamespaceHost | undefined;
let shell: LocalShell;

beforeAll(async () => {
  const found = await zypperHost();
  if ("missing" in found) {
    note(`not run: packages by the real zypper: no ${found.missing}`);
    return;
  }
  host = found;
  shell = host.shell;
  await published(
    shell,
    lines([
      repositoryOf("/srv/ours", [
        { name: "kernel-default", version: "6.4.0-150600.23.87" },
        { name: "kernel-default", version: KERNEL },
        { name: "px-held", version: "1.0-1" },
        { name: "px-slow", version: "1.0-1", provides: "/bin/sh", post: "sleep 2; exit 1" },
      ]),
      writeFile(zypper.repositoryFile({ name: "ours", url: "file:///srv/ours", checkSignatures: false })),
    ]),
  );
});
afterAll(() => host?.stop());

const installed: Question<Record<string, string>> = {
  about: "packages",
  script: zypper.sayInstalled(["kernel-default", "px-held", "px-slow", "px-signed"]),
  read: (answer) => Object.fromEntries(answer.keys().map((key) => [key.replace("package.", ""), answer.need(key)])),
};
const busy: Question<string | undefined> = {
  about: "the package manager",
  script: zypper.sayBusy ?? sh`:`,
  read: (answer) => answer.get("packages-busy"),
};

/** Without the judge there is nothing to try. */
function it_(name: string, body: () => Promise<void>): void {
  it(name, async () => {
    if (host !== undefined) await body();
  });
}

it("a package source is read back as it was declared", () => {
  const sources: PackageRepository[] = [
    { name: "a", url: "http://mirror.example/a" },
    { name: "b", url: "http://mirror.example/b", signedBy: "/etc/pki/key" },
    { name: "c", url: "http://mirror.example/c", checkSignatures: false },
  ];
  for (const source of sources) {
    const { path, content } = zypper.repositoryFile(source);
    expect(zypper.readRepository(path, content)).toEqual(source);
  }
  expect(zypper.readRepository("/etc/zypp/repos.d/repo-oss.repo", "[repo-oss]\nbaseurl=x\n")).toBeUndefined();
});

it("what zypper has no place for is said, with the remedy", () => {
  expect(zypper.repositoryFaults({ name: "a", url: "http://mirror.example/a" })).toEqual([]);
  expect(zypper.repositoryFaults({ name: "a", url: "http://mirror.example/a", suite: "x", cost: 500 })).toEqual([
    expect.stringContaining("repository.url names the folder that holds repodata"),
    expect.stringContaining("zypper modifyrepo --priority"),
  ]);
});

describe("packages of a SUSE", () => {
  it_("are those of a pinned version, whatever its release", async () => {
    expect(await shell.run(zypper.install(["kernel-default=6.4.0-150600.23.7"]))).toMatchObject({ exitCode: 0 });
    expect((await shell.ask(installed))["kernel-default"]).toBe(KERNEL);
    expect(await shell.run(zypper.install(["kernel-default=6.4.0"]))).toMatchObject({
      exitCode: 0,
      stdout: "all packages are there\n",
    });
  });

  it_(
    "are waited for while another zypper holds the lock, who is named; its own failing script is none of ours",
    async () => {
      expect(await shell.ask(busy)).toBeUndefined();
      const slow = shell.run(zypper.install(["px-slow"]));
      const began = Date.now();
      let holder: string | undefined;
      while (holder === undefined && Date.now() - began < 60_000) holder = await shell.ask(busy);
      expect(holder).toBe("zypper");
      // Without the lock's time it ends with 7.
      expect(await shell.run(sh`zypper --non-interactive install --name px-nosuch`)).toMatchObject({ exitCode: 7 });
      expect(await shell.run(zypper.install(["kernel-default=6.4.0-150600.23.87"]))).toMatchObject({ exitCode: 0 });
      const { exitCode, stdout } = await slow;
      expect(stdout).toContain("zypper ended with 107");
      expect(exitCode).toBe(0);
      expect(await shell.ask(busy)).toBeUndefined();
      expect(await shell.ask(installed)).toMatchObject({ "kernel-default": "6.4.0-150600.23.87", "px-slow": "1.0-1" });
    },
  );

  it_("are not waited for where the one that held the lock was killed", async () => {
    await published(shell, sh`sleep 0 & killed=$!; wait "$killed"; printf '%s' "$killed" >/run/zypp.pid`);
    expect(await shell.ask(busy)).toBeUndefined();
    expect(await shell.run(zypper.install(["kernel-default=6.4.0-150600.23.7"]))).toMatchObject({ exitCode: 0 });
  });

  it_("stay away where somebody has locked them on the host", async () => {
    await published(shell, sh`zypper --non-interactive addlock px-held`);
    const { exitCode, stdout, stderr } = await shell.run(zypper.install(["px-held"]));
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain("lock");
    expect(stderr).toContain("Not installed: px-held.");
    expect(await shell.ask(installed)).not.toHaveProperty("px-held");
  });

  it_("come from a signed source once its key is declared, and not before", async () => {
    await published(
      shell,
      lines([
        repositoryOf("/srv/signed", [{ name: "px-signed", version: "1.0-1" }]),
        sh`mkdir -m 700 /srv/keys && export GNUPGHOME=/srv/keys
gpg --batch --quiet --passphrase '' --quick-generate-key 'px test <px@example.org>' rsa2048 sign never
gpg --armor --export >/etc/px-key.asc
gpg --batch --armor --detach-sign /srv/signed/repodata/repomd.xml
cp /etc/px-key.asc /srv/signed/repodata/repomd.xml.key
gpgconf --kill all`,
        writeFile(zypper.repositoryFile({ name: "signed", url: "file:///srv/signed" })),
      ]),
    );
    expect((await shell.run(zypper.install(["px-signed"]))).exitCode).not.toBe(0);
    const declared = { name: "signed", url: "file:///srv/signed", signedBy: "/etc/px-key.asc" };
    await published(shell, writeFile(zypper.repositoryFile({ ...declared, signedBy: "/etc/nowhere.asc" })));
    expect((await shell.run(zypper.install(["px-signed"]))).stderr).toContain("rpm cannot read /etc/nowhere.asc");
    await published(shell, writeFile(zypper.repositoryFile(declared)));
    expect(await shell.run(zypper.install(["px-signed"]))).toMatchObject({ exitCode: 0 });
    expect((await shell.ask(installed))["px-signed"]).toBe("1.0-1");
  });
});
