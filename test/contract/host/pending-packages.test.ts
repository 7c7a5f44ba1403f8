/** What waits for a reboot, and what is to be had: by the real apt and dpkg, out of packages and changelogs that the test makes. */
import { writeFileSync } from "node:fs";
import { apt } from "../../../provider/host/packages/apt";
import { writeFile } from "../../../provider/host/rendered-file";
import { type Pending, readPending, sayPending } from "../../../provider/resources/xen-host/xen-host.pending";
import { type Question, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import { aptHost } from "../../support/package-hosts/apt";
import { note } from "../../support/notes";
import type { PackageManagerHost } from "../../suites/package-manager";

jest.setTimeout(120_000);

const NAME = "xen-hypervisor-4.17-amd64";
const FILE = "/boot/xen-4.17-amd64.gz";
const FIRST = `xen (4.17.5-1) bookworm-security; urgency=medium

  * Fixes XSA-460.

 -- Somebody <one@example.org>  Mon, 02 Nov 2026 18:00:00 +0100
`;
const SECOND = `xen (4.17.5-2) bookworm-security; urgency=medium

  * Fixes XSA-475 (CVE-2026-58147) and
    XSA-476, XSA-475.

 -- Somebody <one@example.org>  Tue, 17 Nov 2026 18:00:00 +0100

${FIRST}`;
const versions = [
  { version: "4.17.5-1", built: "Mon Nov  2 17:00:00 UTC 2026", changelog: FIRST },
  { version: "4.17.5-2", built: "Tue Nov 17 17:00:00 UTC 2026", changelog: SECOND },
];

const question: Question<Pending> = {
  about: "what does not run yet",
  script: sayPending({ boot: "/boot", stat: "/etc/px-stat", built: "/etc/px-built", kernels: "/etc/px-kernel" }),
  read: readPending,
};

describe("a dom0 of Debian whose hypervisor is upgraded", () => {
  let host: PackageManagerHost | undefined;
  beforeAll(async () => {
    const started = await aptHost();
    if ("missing" in started) note(`not run: what waits for a reboot, by the real apt: no ${started.missing}`);
    else host = started;
  });
  afterAll(() => host?.stop());

  async function perform(script: ReturnType<typeof sh>): Promise<void> {
    expect(await host?.shell.run(script)).toMatchObject({ exitCode: 0 });
  }
  async function publish(...shown: typeof versions): Promise<void> {
    await perform(sh`umask 022; rm -rf /srv/xen; mkdir -p /srv/xen`);
    for (const { version, built, changelog } of shown) {
      const file = `${NAME}_${version}_amd64.deb`;
      const control = `Package: ${NAME}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: a test <test@example.org>\nDescription: a package of a test\n`;
      await perform(sh`umask 022
cd /srv/xen
mkdir -p made/DEBIAN made/boot made/usr/share/doc/${NAME}
printf '%s' ${control} >made/DEBIAN/control
printf 'Xen, built %s, and more\n' ${built} | gzip >made/${FILE}
printf '%s' ${changelog} | gzip >made/usr/share/doc/${NAME}/changelog.Debian.gz
dpkg-deb --root-owner-group --build made ${file} >/dev/null
{ cat made/DEBIAN/control; echo "Filename: ./"${file}; echo "Size: $(stat -c %s ${file})"; echo "SHA256: $(sha256sum ${file} | cut -d ' ' -f 1)"; echo; } >>Packages
rm -rf made`);
    }
    await perform(sh`apt-get -q update`);
  }
  const seen = (): Promise<Pending> | undefined => host?.shell.ask(question);

  it("says what is to be had, and what it fixes once the host has the package", async () => {
    if (host === undefined) return;
    await perform(writeFile(apt.repositoryFile({ name: "xen", url: "file:///srv/xen", checkSignatures: false })));
    await publish(...versions.slice(0, 1));
    await perform(apt.install([NAME]));
    // Installed after the boot, as a reinstalled package is: and what runs all the same.
    await perform(sh`echo "btime 1000000" >/etc/px-stat; echo ${versions[0]?.built ?? ""} >/etc/px-built`);
    expect(await seen()).toEqual({ hypervisor: undefined, kernel: undefined, upgrades: [] });

    await publish(...versions);
    const upgrade = { name: NAME, installed: "4.17.5-1", candidate: "4.17.5-2" };
    expect((await seen())?.upgrades).toEqual([{ ...upgrade, advisories: undefined }]);
    // A file:// source is not copied by a download.
    await perform(sh`mkdir -p /var/cache/apt/archives; cp /srv/xen/*_4.17.5-2_amd64.deb /var/cache/apt/archives/`);
    const advisories = ["XSA-475", "CVE-2026-58147", "XSA-476"];
    expect(await seen()).toEqual({ hypervisor: undefined, kernel: undefined, upgrades: [{ ...upgrade, advisories }] });
  });

  it("says what is installed and does not run before a reboot, and what that fixes", async () => {
    if (host === undefined) return;
    await perform(sh`apt-get -q -y install ${NAME}`);
    const advisories = ["XSA-475", "CVE-2026-58147", "XSA-476"];
    expect(await seen()).toEqual({ hypervisor: { file: FILE, advisories }, kernel: undefined, upgrades: [] });
    // After that reboot.
    await perform(
      sh`echo "btime $(($(date +%s) + 60))" >/etc/px-stat; echo ${versions[1]?.built ?? ""} >/etc/px-built`,
    );
    expect(await seen()).toEqual({ hypervisor: undefined, kernel: undefined, upgrades: [] });
  });

  it("says which kernel for dom0 came after the boot, and not one that only was written again", async () => {
    if (host === undefined) return;
    await perform(sh`echo "btime 1000000" >/etc/px-stat
rm -f /boot/*
release=$(uname -r)
echo CONFIG_XEN_DOM0=y >"/boot/config-$release"
printf 'header %s %s more' "$release" "$(uname -v)" >"/boot/vmlinuz-$release"`);
    expect((await seen())?.kernel).toBeUndefined();
    await perform(sh`release=$(uname -r); echo "another build" >"/boot/vmlinuz-$release"`);
    expect((await seen())?.kernel).toMatch(/^\d/);
    await perform(sh`echo CONFIG_XEN_DOM0=y >/boot/config-999.1; echo newer >/boot/vmlinuz-999.1`);
    expect((await seen())?.kernel).toBe("999.1");
    await perform(sh`echo "# CONFIG_XEN_DOM0 is not set" >/boot/config-999.1`);
    expect((await seen())?.kernel).not.toBe("999.1");
  });
});

describe("a dom0 of Enterprise Linux", () => {
  it.each([
    ["UPDATEDEFAULT=yes\nDEFAULTKERNEL=kernel-core\n", true],
    ['UPDATEDEFAULT="yes"\n', true],
    ["UPDATEDEFAULT=yes\nUPDATEDEFAULT=no\n", false],
    ["#UPDATEDEFAULT=yes\n", false],
    [undefined, false],
  ])("with the settings %j says so where a new kernel becomes its default", async (text, isSaid) => {
    const shell = new LocalShell();
    try {
      const kernels = shell.at("kernel");
      writeFileSync(shell.at("stat"), "btime 1\n");
      if (text !== undefined) writeFileSync(kernels, text);
      const places = { boot: shell.at("none"), stat: shell.at("stat"), built: shell.at("built"), kernels };
      const seen = await shell.ask({ about: "what does not run yet", script: sayPending(places), read: readPending });
      expect(seen.kernelDefault).toBe(isSaid ? kernels : undefined);
    } finally {
      shell.remove();
    }
  });
});
