/** Packages of a host of Enterprise Linux, by the real rpm and dnf, out of repositories that the test makes. */
import { rpm } from "../../../provider/host/packages/rpm";
import type { PackageRepository } from "../../../provider/host/packages/package-manager";
import { writeFile } from "../../../provider/host/rendered-file";
import { type Question, lines, sh } from "../../../provider/shell";
import type { LocalShell } from "../../support/local-shell";
import { type NamespaceHost } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { repositoryOf, rpmHost } from "../../support/rpm-judge";

jest.setTimeout(300_000);

const xen4: PackageRepository = {
  name: "xen4",
  url: "file:///srv/xen4",
  cost: 500,
  checkSignatures: false,
};
const KERNEL = "3.4.68-9.el6";

let host: NamespaceHost | undefined;
let shell: LocalShell;
let missing: string | undefined;

beforeAll(async () => {
  const found = await rpmHost();
  if ("missing" in found) {
    missing = found.missing;
    note(`not run: packages by the real rpm and dnf: no ${missing}`);
    return;
  }
  host = found;
  shell = host.shell;
  const made = await shell.run(
    lines([
      repositoryOf("/srv/xen4", [
        { name: "kernel", version: KERNEL },
        { name: "kernel", version: "3.10.20-11.el6" },
        { name: "kernel-firmware", version: KERNEL },
        { name: "kernel-firmware", version: "3.10.20-11.el6" },
        { name: "xen", version: "4.2.5-38.el6" },
      ]),
      repositoryOf("/srv/other", [
        { name: "xen", version: "4.2.5-38.el6" },
        { name: "htop", version: "1.0-1.el6" },
        { name: "htop", version: "2.0-1.el6" },
      ]),
      writeFile(rpm.repositoryFile({ name: "other", url: "file:///srv/other", checkSignatures: false })),
      writeFile(rpm.repositoryFile(xen4)),
    ]),
  );
  expect(made).toMatchObject({ exitCode: 0 });
});
afterAll(() => host?.stop());

const installed: Question<ReadonlyMap<string, string>> = {
  about: "packages",
  script: rpm.sayInstalled(["xen", "kernel", "kernel-firmware", "htop", "nosuch"]),
  read: (answer) => new Map(answer.keys().map((key) => [key.replace("package.", ""), answer.need(key)])),
};

/** Without the judge there is nothing to try. */
function it_(name: string, body: () => Promise<void>): void {
  it(name, async () => {
    if (missing === undefined) await body();
  });
}

it("a package source is the file of the original recipe, byte for byte", () => {
  expect(rpm.repositoryFile({ ...xen4, url: "http://mirror.example/xen4/" })).toEqual({
    path: "/etc/yum.repos.d/pulumi-xen-xen4.repo",
    mode: "0644",
    content: "[xen4]\nname=xen4\nbaseurl=http://mirror.example/xen4/\nenabled=1\ngpgcheck=0\ncost=500\n",
  });
});

it("a package source is read back as it was declared", () => {
  const sources: PackageRepository[] = [
    xen4,
    { name: "a", url: "http://mirror.example/a" },
    { name: "b", url: "http://mirror.example/b", signedBy: "/etc/pki/key", cost: 1 },
  ];
  for (const source of sources) {
    const { path, content } = rpm.repositoryFile(source);
    expect(rpm.readRepository(path, content)).toEqual(source);
  }
  expect(rpm.readRepository("/etc/yum.repos.d/CentOS-Base.repo", "[base]\nbaseurl=x\n")).toBeUndefined();
});

describe("packages of Enterprise Linux", () => {
  it_("are the pinned ones, though newer ones are there", async () => {
    const ran = await shell.run(rpm.install(["xen", "kernel=3.4.68", "kernel-firmware=3.4.68"]));
    expect(ran).toMatchObject({ exitCode: 0 });
    const versions = await shell.ask(installed);
    expect(Object.fromEntries(versions)).toEqual({ xen: "4.2.5-38.el6", kernel: KERNEL, "kernel-firmware": KERNEL });
    expect(rpm.isVersion(versions.get("kernel") ?? "", "3.4.68")).toBe(true);
    expect(rpm.isVersion(versions.get("kernel") ?? "", "3.4.6")).toBe(false);
  });

  it_("come from the cheaper of two sources", async () => {
    const { stdout } = await shell.run(sh`dnf -q repoquery --installed --qf '%{from_repo}' xen`);
    expect(stdout.trim()).toBe("xen4");
  });

  it_("are not touched again where they are there", async () => {
    const ran = await shell.run(rpm.install(["xen", "kernel=3.4.68", `kernel-firmware=${KERNEL}`]));
    expect(ran).toMatchObject({ exitCode: 0, stdout: "all packages are there\n" });
  });

  it_("go back to an older version where that is pinned", async () => {
    await shell.run(rpm.install(["htop"]));
    expect((await shell.ask(installed)).get("htop")).toBe("2.0-1.el6");
    expect(await shell.run(rpm.install(["htop=1.0"]))).toMatchObject({ exitCode: 0 });
    expect((await shell.ask(installed)).get("htop")).toBe("1.0-1.el6");
  });

  it_("are named where they are not to be had, beside those that were installed", async () => {
    const ran = await shell.run(rpm.install(["htop", "kernel=9.9.9", "nosuch"]));
    expect(ran.exitCode).not.toBe(0);
    expect(ran.stderr).toContain("Not installed: kernel-9.9.9 nosuch.");
  });

  it_("say all versions of one that is there several times", async () => {
    expect(await shell.run(rpm.install(["kernel=3.10.20"]))).toMatchObject({ exitCode: 0 });
    const versions = (await shell.ask(installed)).get("kernel")?.split(" ");
    expect(versions?.toSorted()).toEqual(["3.10.20-11.el6", KERNEL]);
  });
});
