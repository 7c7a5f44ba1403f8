/**
 * What makes a host of Enterprise Linux 7 to 10 ready for its trial of Xen, by the real rpm, dnf and systemctl: the steps of XenHost, with packages of the test's own. On EL 7 itself
 * it is yum that dnf stands for.
 */
import { el } from "../../../provider/host/families/el";
import { el7 } from "../../../provider/host/families/el7";
import { preparationSteps } from "../../../provider/resources/xen-host/xen-host.steps";
import { type ObservedHost, questionFor } from "../../../provider/resources/xen-host/xen-host.observe";
import { hostRefusals } from "../../../provider/resources/xen-host/xen-host.refusals";
import type { XenHostInputs } from "../../../provider/resources/xen-host/xen-host.properties";
import { sh } from "../../../provider/shell";
import type { NamespaceHost } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { repositoryOf, rpmHost } from "../../support/rpm-judge";
import { el7Host, elHost, inputs as plainInputs } from "../../unit/resources/xen-host/observed";

jest.setTimeout(300_000);

const PLACES = sh`mkdir -p /etc/sysconfig /etc/grub.d /boot && : >/etc/grub.d/20_linux_xen
rm -rf /usr/lib/systemd/system/xen* /etc/systemd/system/multi-user.target.wants/xen*`;
const unit = (type: string): string =>
  `[Unit]\nDescription=a unit of Xen\n[Service]\nType=${type}\nExecStart=/bin/true\n`;
const UNITS = {
  "/usr/lib/systemd/system/xenconsoled.service": `${unit("simple")}[Install]\nWantedBy=multi-user.target\n`,
  "/usr/lib/systemd/system/xendomains.service": `${unit("oneshot")}[Install]\nWantedBy=multi-user.target\n`,
  // Another unit requires it: nobody can switch it on.
  "/usr/lib/systemd/system/xenstored.service": unit("notify"),
};
const COMMON = ["qemu-img", "curl", "bridge-utils"].map((name) => ({ name, version: "1.0-1" }));

/** Of Xen4CentOS's centos-release-xen-common, in our words: whose file it is, and what its packages do with it. */
const XEN4CENTOS = {
  name: "centos-release-xen-common",
  version: "8-7.el7",
  files: {
    "/etc/sysconfig/xen-kernel": 'XEN_KERNEL_ARGS="dom0_mem=1024M,max:1024M"\nBOOT_XEN_AS_DEFAULT="yes"\n',
  },
  keeps: ["/etc/sysconfig/xen-kernel"],
  // For the scripts of packages: no package brings the shell of this host.
  provides: "/bin/sh",
};
const PROMOTES = `. /etc/sysconfig/xen-kernel
if [ "$BOOT_XEN_AS_DEFAULT" != no ]; then mv /etc/grub.d/20_linux_xen /etc/grub.d/08_linux_xen; fi`;

async function started(): Promise<NamespaceHost | undefined> {
  const host = await rpmHost();
  if (!("missing" in host)) return host;
  note(`not run: packages of Enterprise Linux by the real rpm and dnf: no ${host.missing}`);
  return undefined;
}

const declared: XenHostInputs = {
  ...plainInputs,
  repository: { name: "xen", url: "file:///srv/xen", checkSignatures: false },
};

/** The host as it is seen now, with the boot loader of `like`: this one has none. */
async function seen(host: NamespaceHost, like: ObservedHost, inputs: XenHostInputs): Promise<ObservedHost> {
  const found = await host.shell.ask(questionFor(inputs));
  const { packages, repositories, dom0Kernels, unitsOff } = found;
  return { ...like, packages, repositories, dom0Kernels, unitsOff };
}

/** All steps but those of the boot loader. */
async function prepare(host: NamespaceHost, like: ObservedHost, inputs: XenHostInputs): Promise<string[]> {
  const names: string[] = [];
  for (const { name, script } of preparationSteps(await seen(host, like, inputs), inputs)) {
    if (name.includes("boot")) continue;
    names.push(name);
    const { exitCode, stdout, stderr } = await host.shell.run(script);
    if (exitCode !== 0) throw new Error(`${name}: ${stdout}${stderr}`);
  }
  return names;
}

it("Enterprise Linux 9 is refused without a kernel for dom0, gets the one that is named, and Xen's services are switched on once", async () => {
  const host = await started();
  if (host === undefined) return;
  try {
    const version = "6.12.9-1.el9.elrepo";
    const kernel = { [`/boot/vmlinuz-${version}`]: "k", [`/boot/config-${version}`]: "CONFIG_XEN_DOM0=y\n" };
    const made = await host.shell.run(
      sh`${PLACES}
${repositoryOf("/srv/xen", [...COMMON, { name: "xen", version: "4.19.1-1.el9", files: UNITS }, { name: "kernel-ml", version, files: kernel }])}`,
    );
    expect(made).toMatchObject({ exitCode: 0 });
    const inputs: XenHostInputs = { ...declared, packages: ["kernel-ml"] };
    const before = await seen(host, elHost, inputs);
    expect(hostRefusals(before, { ...inputs, packages: [] }, true)).toEqual([expect.stringContaining("kernel-ml")]);
    expect(hostRefusals(before, inputs, true)).toEqual([]);
    expect(await prepare(host, elHost, inputs)).toEqual(["add-repository", "install-packages", "enable-services"]);
    const after = await seen(host, elHost, inputs);
    expect([after.dom0Kernels, after.unitsOff]).toEqual([[version], []]);
    expect(await prepare(host, elHost, inputs)).toEqual([]);
    await host.shell.run(sh`systemctl disable xendomains.service`);
    expect((await seen(host, elHost, inputs)).unitsOff).toEqual(["xendomains.service"]);
    expect(await prepare(host, elHost, inputs)).toEqual(["enable-services"]);
    // What somebody masked stays masked.
    await host.shell.run(sh`systemctl disable xendomains.service; systemctl mask xendomains.service`);
    expect((await seen(host, elHost, inputs)).unitsOff).toEqual([]);
    expect(el.services).toContain("xendomains.service");
  } finally {
    host.stop();
  }
});

it("Enterprise Linux 7 keeps Linux the default when Xen4CentOS's packages come, and takes its kernel beside its own", async () => {
  const host = await started();
  if (host === undefined) return;
  try {
    const kernel = (version: string, isDom0: boolean) => ({
      name: "kernel",
      version,
      files: {
        [`/boot/vmlinuz-${version}`]: "k",
        [`/boot/config-${version}`]: isDom0 ? "CONFIG_XEN_DOM0=y\n" : "# CONFIG_XEN_DOM0 is not set\n",
      },
      ...(isDom0 ? { post: PROMOTES } : {}),
    });
    const made = await host.shell.run(
      sh`${PLACES}
${repositoryOf("/srv/base", [kernel("3.10.0-1160.el7", false)])}
${repositoryOf("/srv/xen", [...COMMON, XEN4CENTOS, { name: "xen", version: "4.12.4-1.el7", files: UNITS }, kernel("4.9.230-37.el7", true)])}
rpm -i /srv/base/noarch/kernel-*.rpm`,
    );
    expect(made).toMatchObject({ exitCode: 0 });
    const inputs: XenHostInputs = { ...declared, packages: ["centos-release-xen-common", "kernel=4.9.230"] };
    expect(hostRefusals(await seen(host, el7Host, inputs), { ...inputs, packages: ["kernel"] }, true)).toEqual([
      expect.stringContaining("kernel=4.9.230"),
    ]);
    expect(await prepare(host, el7Host, inputs)).toEqual([
      "add-repository",
      "before-packages",
      "install-packages",
      "enable-services",
    ]);
    const { stdout } = await host.shell.run(sh`ls /etc/grub.d /boot; cat /etc/sysconfig/xen-kernel; rpm -q kernel`);
    expect(stdout).toContain("20_linux_xen");
    expect(stdout).toContain('BOOT_XEN_AS_DEFAULT="no"');
    expect((await seen(host, el7Host, inputs)).dom0Kernels).toEqual(["4.9.230-37.el7"]);
    expect(stdout.match(/^kernel-.*$/gm)).toHaveLength(2);
    expect(await prepare(host, el7Host, inputs)).toEqual([]);
    expect(el7.beforePackages?.title).toContain("Linux the default");
  } finally {
    host.stop();
  }
});

it("a setting of Xen4CentOS's that is there already is changed, and nothing else of its file", async () => {
  const host = await started();
  if (host === undefined) return;
  try {
    const script = el7.beforePackages?.script ?? sh`:`;
    const before = sh`mkdir -p /etc/sysconfig; printf '%s\n' '# ours' 'BOOT_XEN_AS_DEFAULT="yes"' 'XEN_KERNEL_ARGS="loglvl=all"' >/etc/sysconfig/xen-kernel`;
    await host.shell.run(before);
    for (let times = 0; times < 2; times += 1) {
      expect(await host.shell.run(script)).toMatchObject({ exitCode: 0, stderr: "" });
      const { stdout } = await host.shell.run(sh`cat /etc/sysconfig/xen-kernel`);
      expect(stdout).toBe(
        '# ours\nXEN_KERNEL_ARGS="loglvl=all"\n# pulumi-xen (XenHost): Xen becomes the default when it is proven.\nBOOT_XEN_AS_DEFAULT="no"\n',
      );
    }
  } finally {
    host.stop();
  }
});
