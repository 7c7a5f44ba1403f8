import { renderLateDropIn } from "../../../../provider/host/boot/grub2/grub-settings";
import { parseGrubEntries, xenEntry } from "../../../../provider/host/boot/grub2/grub-config";
import { alpine } from "../../../../provider/host/families/alpine";
import { debian } from "../../../../provider/host/families/debian";
import { el } from "../../../../provider/host/families/el";
import { familyOf } from "../../../../provider/host/families/families";
import { parseOsRelease } from "../../../../provider/host/os-release";
import { apt } from "../../../../provider/host/packages/apt";
import { hostPlan, needsBoot, unkeptOf } from "../../../../provider/resources/xen-host/xen-host.findings";
import type { ObservedHost } from "../../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { hostRefusals } from "../../../../provider/resources/xen-host/xen-host.refusals";
import { leaveJob, restoreJob } from "../../../../provider/resources/xen-host/xen-host.leave";
import {
  defaultBoot,
  lacksAtBoot,
  preparationSteps,
  settingsDrift,
  settleJob,
  trialArmedIn,
  trialJob,
} from "../../../../provider/resources/xen-host/xen-host.steps";
import {
  GRUB_CFG,
  OWNER,
  el6Host,
  el7Host,
  elHost,
  suseHost,
  bootWith,
  claim,
  inputs,
  plainGrub,
  plainHost,
  xenGrub,
  xenHost,
} from "./observed";

const claiming = { owner: OWNER, renews: false };
/** What takes a boot, in words; none: it runs as declared. */
const bootsFor = (host: ObservedHost, declared: XenHostInputs): string[] => {
  const plan = hostPlan(host, declared);
  return needsBoot(plan) ? plan.changes.map(({ text }) => text) : [];
};

const names = (job: { steps: readonly { name: string }[] } | undefined): string[] =>
  job?.steps.map(({ name }) => name) ?? [];

test("a plain host is prepared, armed and rebooted, in this order", () => {
  expect(names(trialJob(plainHost, inputs, claiming))).toEqual([
    "claim",
    "note-beginning",
    "remember-arguments",
    "write-boot-settings",
    "install-packages",
    "restrict-pygrub",
    "make-boot-menu",
    "arm-trial",
    "note-phase",
    "reboot",
  ]);
});

test("the settings are written before the packages come, so that the package does not make Xen the default", () => {
  const steps = names(trialJob(plainHost, inputs, claiming));
  expect(steps.indexOf("write-boot-settings")).toBeLessThan(steps.indexOf("install-packages"));
});

test("with reboot never, nothing reboots and no timer is armed, for nobody knows when the reboot comes", () => {
  const job = trialJob(plainHost, { ...inputs, reboot: "never" }, claiming);
  expect(names(job)).not.toContain("reboot");
  expect(job.steps.find(({ name }) => name === "arm-trial")?.script.text).not.toContain("OnBootSec");
});

test("a host that runs the desired Xen needs nothing", () => {
  expect(bootsFor(xenHost, inputs)).toEqual([]);
  expect(preparationSteps(xenHost, inputs)).toEqual([]);
  expect(settleJob(xenHost, inputs, claiming)).toBeUndefined();
  expect(defaultBoot(xenHost)).toBe("xen");
});

test("arguments in another order are the same: no file is written and no menu made", () => {
  const args = ["xpti=no", "loglvl=all"];
  const both = { ...inputs, hypervisorArgs: args };
  const asked = ["dom0_mem=1024M,max:1024M", "dom0_max_vcpus=2", ...args];
  const menu = GRUB_CFG.replace("xpti=no", args.join(" "));
  const host: ObservedHost = {
    ...xenHost,
    xen: { ...xenHost.xen, commandLine: `placeholder ${asked.join(" ")}` } as never,
    boot: bootWith({
      ...xenGrub,
      late: renderLateDropIn(asked, ["console=hvc0"]),
      entries: parseGrubEntries(menu),
    }),
    asked: [...asked.map((arg) => `xen ${arg}`), "linux console=hvc0"],
  };
  expect(settleJob(host, both, claiming)).toBeUndefined();
  expect(settleJob(host, { ...both, hypervisorArgs: args.toReversed() }, claiming)).toBeUndefined();
  expect(settingsDrift(host, { ...both, hypervisorArgs: ["xpti=no"] })).toBe("edited");
});

test("a secret package and repository show in no title", () => {
  const secrets = {
    ...inputs,
    packages: ["xen-tools=4.9-1"],
    repository: { name: "geheim", url: "http://mirror.example/geheim" },
    secretProperties: ["packages", "repository"],
  };
  const titles = preparationSteps(plainHost, secrets).map(({ title }) => title);
  expect(titles).toContain("add [secret]");
  expect(titles.join("\n")).toMatch(/install .* \[secret\]$/m);
  expect(titles.join("\n")).not.toMatch(/geheim|xen-tools/);
});

test("a package source whose file says the same in other words is no drift", () => {
  const repository = { name: "lab", url: "http://mirror.example/debian", components: ["main"] };
  const { path, content } = apt.repositoryFile(repository);
  const host = { ...xenHost, repositories: new Map([[path, `${content}# by hand\n`]]) };
  expect(hostPlan(host, { ...inputs, repository }).changes).toEqual([]);
  expect(hostPlan(host, { ...inputs, repository: { ...repository, suite: "./" } }).changes).toEqual([]);
  const others = { ...repository, url: "http://mirror.example/other" };
  expect(hostPlan(host, { ...inputs, repository: others }).changes).toMatchObject([{ property: "repository" }]);
});

test("a Xen host that somebody else has made with the same arguments is taken over without a reboot", () => {
  const foreign = {
    ...xenHost,
    boot: bootWith(plainGrub),
    hasPygrubUser: false,
    claim: undefined,
    phase: undefined,
    asked: [],
  };
  expect(bootsFor(foreign, inputs)).toEqual([]);
  expect(names(settleJob(foreign, inputs, claiming))).toEqual([
    "claim",
    "note-beginning",
    "write-boot-settings",
    "restrict-pygrub",
    "make-boot-menu",
    "make-default",
    "remember-arguments",
    "note-phase",
  ]);
});

test("what is left of a trial is taken away once Xen is proven", () => {
  const onTrial = {
    ...xenHost,
    phase: "trial boot-1",
    boot: bootWith(
      {
        ...xenGrub,
        environment: new Map([
          ["saved_entry", "gnulinux-simple-da6c"],
          ["pulumi_xen_trial", "panic=15"],
        ]),
      },
      { isWatched: true },
    ),
  };
  expect(trialArmedIn(onTrial)).toBe("boot-1");
  expect(names(settleJob(onTrial, inputs, claiming))).toEqual([
    "claim",
    "note-beginning",
    "make-default",
    "end-trial",
    "remember-arguments",
    "note-phase",
  ]);
});

test("an argument that is no longer asked for must be gone, which takes a reboot", () => {
  expect(bootsFor(xenHost, { ...inputs, hypervisorArgs: [] })).toEqual(['hypervisorArgs ["xpti=no"] -> []']);
  expect(bootsFor(xenHost, { ...inputs, kernelArgs: [] })).toEqual(['kernelArgs ["console=hvc0"] -> []']);
});

describe("devices that are passed through", () => {
  const HIDDEN = "xen-pciback.hide=(0000:03:00.0)";
  const hiding = (kernel: readonly string[], asked: readonly string[]): ObservedHost => ({
    ...xenHost,
    kernelArgs: [...xenHost.kernelArgs, ...kernel],
    asked: [...xenHost.asked, ...asked],
  });

  test("are in force where the kernel runs with them, in any writing", () => {
    const host = hiding([HIDDEN], ["hide 0000:03:00.0"]);
    expect(bootsFor(host, { ...inputs, passthrough: ["03:00.0"] })).toEqual([]);
    expect(bootsFor(hiding(["xen_pciback.hide=(03:00.0)"], []), { ...inputs, passthrough: ["03:00.0"] })).toEqual([]);
  });

  test("take a boot where the kernel lost them, and where they are no longer declared", () => {
    expect(bootsFor(hiding([], ["hide 0000:03:00.0"]), { ...inputs, passthrough: ["03:00.0"] })).toEqual([
      'passthrough [] -> ["03:00.0"]',
    ]);
    expect(bootsFor(hiding([HIDDEN], ["hide 0000:03:00.0"]), { ...inputs, passthrough: [] })).toEqual([
      'passthrough ["0000:03:00.0"] -> []',
    ]);
  });

  test("may be an administrator's, who hides them without us", () => {
    expect(bootsFor(hiding([HIDDEN], []), inputs)).toEqual([]);
  });

  test("move between kernelArgs and passthrough without a boot too many", () => {
    const byArgs = hiding([HIDDEN], [`linux ${HIDDEN}`]);
    expect(bootsFor(byArgs, { ...inputs, passthrough: ["03:00.0"] })).toEqual([]);
    const byProperty = hiding([HIDDEN], ["hide 0000:03:00.0"]);
    expect(bootsFor(byProperty, { ...inputs, kernelArgs: ["console=hvc0", HIDDEN] })).toEqual([]);
    // In another writing as well.
    expect(bootsFor(byProperty, { ...inputs, kernelArgs: ["console=hvc0", "xen-pciback.hide=(03:00.0)"] })).toEqual([]);
  });

  test("are recorded on the host beside the arguments", () => {
    const job = trialJob(plainHost, { ...inputs, kernelArgs: ['foo="a b"'], passthrough: ["03:00.0"] }, claiming);
    expect(job.steps.find(({ name }) => name === "remember-arguments")?.script.text).toContain(
      "linux foo=a b\nhide 0000:03:00.0'",
    );
  });
});

test("an argument of the administrator's own may stay", () => {
  expect(bootsFor({ ...xenHost, asked: [] }, { ...inputs, hypervisorArgs: [] })).toEqual([]);
});

test("a larger dom0 than it booted with is one change, not two", () => {
  expect(bootsFor(xenHost, { ...inputs, dom0: { memoryMiB: 1100, maxVcpus: 2 } })).toEqual([
    "dom0.memoryMiB 1024 -> 1100",
  ]);
});

test("a dom0 that did not get what its command line says is not ready", () => {
  const small = { ...xenHost, xen: { ...xenHost.xen, dom0Vcpus: 4 } as never };
  expect(unkeptOf(hostPlan(small, inputs)).map(({ text }) => text)).toEqual(["dom0 has 4 VCPUs, more than 2"]);
});

test("drift has three values", () => {
  expect(settingsDrift(xenHost, inputs)).toBe("none");
  expect(settingsDrift({ ...xenHost, boot: bootWith({ ...xenGrub, late: "x" }) }, inputs)).toBe("edited");
  expect(settingsDrift({ ...xenHost, boot: bootWith({ ...xenGrub, entries: [] }) }, inputs)).toBe("regenerate");
});

test("settings and menu that differ name what each of them lacks or has besides, unless that is a secret", () => {
  const stale = { ...xenHost, boot: bootWith(xenGrub) };
  const more = { ...inputs, hypervisorArgs: ["xpti=no", "loglvl=all"], kernelArgs: ["console=hvc0", "quiet"] };
  const said = (declared: typeof more): string[] => hostPlan(stale, declared).findings.map(({ text }) => text);
  expect(said(more)).toEqual([
    "GRUB's settings are not those of this program (configured without loglvl=all quiet; generated, and so the next boot, without loglvl=all quiet)",
  ]);
  const written = {
    ...xenGrub,
    late: renderLateDropIn(
      ["dom0_mem=1024M,max:1024M", "dom0_max_vcpus=2", "xpti=no", "loglvl=all"],
      ["console=hvc0", "quiet"],
    ),
  };
  const ungenerated = { ...xenHost, boot: bootWith(written) };
  expect(hostPlan(ungenerated, more).findings.map(({ text }) => text)).toEqual([
    "GRUB's menu is older than its settings (generated, and so the next boot, without loglvl=all quiet)",
  ]);
  expect(hostPlan(ungenerated, inputs).findings.map(({ text }) => text)).toEqual([
    "GRUB's settings are not those of this program (configured with loglvl=all quiet)",
  ]);
  expect(said({ ...more, secretProperties: ["kernelArgs"] })).toEqual([
    "GRUB's settings are not those of this program",
  ]);
});

test("a pinned package of another version is installed again", () => {
  const pinned = { ...inputs, packages: ["curl=2.0"] };
  expect(names({ steps: preparationSteps(xenHost, pinned) })).toContain("install-packages");
  expect(preparationSteps(xenHost, { ...inputs, packages: ["curl=1.0"] })).toEqual([]);
});

test("a host whose only kernel cannot be dom0 gets one that can", () => {
  const [install] = preparationSteps({ ...xenHost, dom0Kernels: [] }, inputs);
  expect(install?.title).toContain("linux-image-amd64");
});

test("a host of CentOS 6 takes the same way: its menu has no settings beside it, and its pygrub stays root's", () => {
  const pinned = { ...inputs, packages: ["kernel=3.4.68", "kernel-firmware=3.4.68"] };
  const job = trialJob(el6Host, pinned, claiming);
  expect(names(job)).toEqual([
    "claim",
    "note-beginning",
    "remember-arguments",
    "install-packages",
    "make-boot-menu",
    "arm-trial",
    "note-phase",
    "reboot",
  ]);
  expect(job.steps.find(({ name }) => name === "install-packages")?.title).toBe(
    "install xen bridge-utils qemu-img curl kernel=3.4.68 kernel-firmware=3.4.68",
  );
  expect(job.steps.find(({ name }) => name === "make-boot-menu")?.script.text).toMatch(
    /^write_menu 'menu' .* '3\.4\.68'$/m,
  );
});

test("a host of Enterprise Linux 9 gets the kernel that the program names, and Xen's services", () => {
  const named = { ...inputs, packages: ["kernel-ml"] };
  const job = trialJob(elHost, named, claiming);
  expect(names(job)).toEqual([
    "claim",
    "note-beginning",
    "remember-arguments",
    "write-boot-settings",
    "install-packages",
    "enable-services",
    "make-boot-menu",
    "arm-trial",
    "note-phase",
    "reboot",
  ]);
  expect(job.steps.find(({ name }) => name === "install-packages")?.title).toBe("install xen qemu-img curl kernel-ml");
});

test("a host of SUSE gets Xen and its tools from its own sources, and Xen's services", () => {
  const job = trialJob(suseHost, inputs, claiming);
  expect(names(job)).toEqual([
    "claim",
    "note-beginning",
    "remember-arguments",
    "write-boot-settings",
    "install-packages",
    "enable-services",
    "make-boot-menu",
    "arm-trial",
    "note-phase",
    "reboot",
  ]);
  const install = job.steps.find(({ name }) => name === "install-packages");
  expect(install?.title).toBe("install xen xen-tools xen-libs qemu-tools curl");
  expect(install?.script.text).toContain("zypper --non-interactive install");
});

test("a host of Enterprise Linux 7 keeps Linux its default when Xen4CentOS's packages come", () => {
  const job = trialJob(el7Host, { ...inputs, packages: ["kernel=4.9.230"] }, claiming);
  const [before, install] = ["before-packages", "install-packages"].map((name) => names(job).indexOf(name));
  expect([before, install]).toEqual([4, 5]);
  expect(job.steps[4]?.script.text).toContain('BOOT_XEN_AS_DEFAULT="no"');
});

test("services of Xen that a boot does not start are switched on without another reboot", () => {
  const packages = new Map(el.xenPackages.map((name) => [name, "4.19.0-1"] as const));
  const host = { ...xenHost, family: el, packages, unitsOff: ["xendomains.service", "others.service"] };
  const steps = preparationSteps(host, inputs).map(({ name }) => name);
  expect(steps).toEqual(["enable-services"]);
  const { findings, changes } = hostPlan(host, inputs);
  expect([findings.map(({ text }) => text), changes]).toEqual([
    ["the host does not start Xen's xendomains.service at a boot"],
    [],
  ]);
  expect(preparationSteps({ ...host, family: debian }, inputs).map(({ name }) => name)).not.toContain(
    "enable-services",
  );
});

test("restoring leaves nothing of ours in GRUB but what keeps the package from making Xen the default", () => {
  expect(names(leaveJob(claim, claiming))).toEqual(["claim", "see-that-no-guest-waits", "forget"]);
  const restore = restoreJob(xenHost, { ...inputs, onDelete: "restore" }, claiming);
  expect(names(restore)).toEqual([
    "claim",
    "see-that-no-guest-waits",
    "end-trial",
    "make-default",
    "remove-settings",
    "forget",
  ]);
});

test("the generated menu is read, its submenus and conditions included", () => {
  const entries = parseGrubEntries(GRUB_CFG);
  expect(entries.map(({ id, index }) => [id, index])).toEqual([
    ["gnulinux-simple-da6c", 0],
    ["gnulinux-6.1.0-advanced-da6c", undefined],
    ["xen-gnulinux-simple-da6c", 2],
  ]);
  expect(xenEntry(entries)?.hypervisorArgs).toEqual(expect.arrayContaining(["dom0_max_vcpus=2", "xpti=no"]));
  expect(xenEntry(entries)?.kernelArgs).toContain("console=hvc0");
});

describe("what a host cannot be made a Xen host for", () => {
  test("a plain Debian 12 has no fault", () => {
    expect(hostRefusals(plainHost, inputs, true)).toEqual([]);
  });

  test("all faults come at once", () => {
    const bad = {
      ...plainHost,
      isRoot: false,
      architecture: "aarch64",
      role: "guest" as const,
      owners: ["libvirtd"],
      hasSecureBoot: true,
      memoryMiB: 900,
      freeMiB: { root: 100, boot: 10, var: 100 },
      boot: undefined,
      family: undefined,
      release: { id: "void", versionId: "", idLike: [], prettyName: "Void Linux" },
    };
    expect(hostRefusals(bad, inputs, true)).toEqual([
      expect.stringContaining("not root"),
      expect.stringContaining("aarch64"),
      expect.stringContaining("itself a guest of Xen"),
      expect.stringContaining("libvirtd owns"),
      expect.stringContaining(
        "Void Linux; supported are Debian 12 and 13, Debian 11, Ubuntu 24.04, CentOS 6, Enterprise Linux 7",
      ),
      expect.stringContaining("Secure Boot"),
      expect.stringContaining("Lower dom0.memoryMiB to 708 or less"),
      expect.stringContaining("GRUB 2"),
    ]);
  });

  test.each([
    ["Enterprise Linux 9 with its own kernel", elHost, undefined, /kernel-ml or kernel-lt of ELRepo/],
    ["Enterprise Linux 9 with other packages", elHost, ["htop"], /kernel-ml or kernel-lt of ELRepo/],
    ["Enterprise Linux 9 with a kernel that is named", elHost, ["kernel-lt=6.1.90"], undefined],
    ["Enterprise Linux 7 with its own kernel", el7Host, undefined, /kernel=4\.9\.230/],
    ["Enterprise Linux 7 with the kernel that it has", el7Host, ["kernel"], /with its version/],
    ["Enterprise Linux 7 with Xen4CentOS's", el7Host, ["kernel=4.9.230"], undefined],
    ["Enterprise Linux 9 with a kernel that can", { ...elHost, dom0Kernels: ["6.12.9"] }, undefined, undefined],
  ] as const)("%s is told to name a kernel, or not", (_what, host, packages, sentence) => {
    const faults = hostRefusals(host, packages === undefined ? inputs : { ...inputs, packages }, true);
    expect(faults).toEqual(sentence === undefined ? [] : [expect.stringMatching(sentence)]);
  });

  test("a system that lives in memory is refused in one sentence, with what to do instead", () => {
    const release = parseOsRelease('ID=alpine\nVERSION_ID=3.23.6\nPRETTY_NAME="Alpine Linux v3.23"\n');
    const diskless = { ...plainHost, release, family: familyOf(release), boot: undefined, isInMemory: true };
    const full = { ...diskless, freeMiB: { root: 100, boot: 1, var: 100 }, readOnly: ["/boot"] };
    expect(hostRefusals(full, inputs, true)).toEqual([
      expect.stringMatching(/^Its system lies in memory .*setup-disk -m sys/),
    ]);
  });

  test("services that a family's packages do not start are started by a step of their own, and one that stops doing so is found", () => {
    const services = ["xenstored", "xenconsoled", "xendomains"].map((name) => [name, "yes"] as const);
    const host = { ...xenHost, family: alpine, packages: new Map(alpine.xenPackages.map((name) => [name, "1"])) };
    const started = { services: new Map(services), modules: alpine.atBoot?.modules ?? [] };
    expect(lacksAtBoot({ ...host, atBoot: started })).toEqual([]);
    const idle = {
      ...host,
      atBoot: { ...started, services: new Map([...services, ["xendomains", "no"], ["xenqemu", "no"]] as const) },
    };
    expect(lacksAtBoot(idle)).toEqual(["xendomains", "xenqemu"]);
    expect(hostPlan(idle, inputs).findings.map(({ text }) => text)).toContain(
      "nothing starts xendomains, xenqemu at a boot of the host",
    );
    expect(preparationSteps(idle, inputs).map(({ name }) => name)).toContain("start-at-boot");
    // Who brings none is not asked.
    expect(lacksAtBoot({ ...idle, family: debian })).toEqual([]);
  });

  const suses = (id: string, versionId: string): string | undefined =>
    familyOf({ id, versionId, idLike: ["suse"], prettyName: "" })?.name;

  test("of SUSE's systems those are served that have Xen, and others are refused by name", () => {
    for (const sp of ["15.4", "15.5", "15.6", "15.7"])
      expect([suses("sles", sp), suses("sles_sap", sp)]).toEqual(["suse", "suse"]);
    expect([suses("opensuse-leap", "15.6"), suses("opensuse-tumbleweed", "20261120")]).toEqual(["suse", "suse"]);
    expect([suses("sles", "15.3"), suses("opensuse-leap", "15.5"), suses("opensuse-microos", "20261120")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const release = parseOsRelease('ID="sles"\nVERSION_ID="16.0"\nPRETTY_NAME="SUSE Linux Enterprise Server 16.0"\n');
    expect(hostRefusals({ ...suseHost, release, family: familyOf(release) }, inputs, true)).toEqual([
      expect.stringMatching(/^It runs SUSE Linux Enterprise Server 16\.0, and SUSE has taken Xen as a host out of it:/),
    ]);
    expect(hostRefusals(suseHost, inputs, true)).toEqual([]);
  });

  test("room is asked for only where packages are still to come", () => {
    const full = { freeMiB: { root: 4900, boot: 10, var: 4900 } };
    expect(hostRefusals({ ...plainHost, ...full }, inputs, true)).toEqual([
      expect.stringContaining("/boot has 10 MiB free"),
    ]);
    expect(hostRefusals({ ...xenHost, ...full }, inputs, true)).toEqual([]);
  });

  test("what the package manager has no place for is refused instead of being left out", () => {
    const repository = { name: "lab", url: "http://mirror.example/debian", cost: 500 };
    expect(hostRefusals(xenHost, { ...inputs, repository }, false)).toEqual([
      expect.stringContaining("repository.cost means nothing to apt"),
    ]);
  });

  test("GRUB on LVM matters only where a boot on trial is needed", () => {
    const onLvm = { ...plainHost, boot: bootWith({ ...plainGrub, unwritableOn: "lvm" }) };
    expect(hostRefusals(onLvm, inputs, true)).toEqual([expect.stringContaining("lies on lvm")]);
    expect(hostRefusals(onLvm, inputs, false)).toEqual([]);
  });

  test("what leaves a trial waiting for somebody forbids it only where nobody is there", () => {
    const waiting = { ...plainHost, passphrases: ["cryptroot"], runsAtBoot: false };
    expect(hostRefusals(waiting, inputs, true)).toEqual([
      expect.stringContaining("cryptroot, which waits for a passphrase"),
      expect.stringContaining("Neither systemd nor OpenRC"),
    ]);
    expect(hostRefusals(waiting, { ...inputs, reboot: "never" }, true)).toEqual([]);
    expect(hostRefusals(waiting, inputs, false)).toEqual([]);
  });

  test("a package manager that is busy matters only where packages are still to come", () => {
    const busy = { packagesBusy: "unattended-upgr" };
    expect(hostRefusals({ ...plainHost, ...busy }, inputs, true)).toEqual([
      expect.stringContaining("unattended-upgr is installing packages on it."),
    ]);
    expect(hostRefusals({ ...xenHost, ...busy }, inputs, false)).toEqual([]);
  });

  test("a container has no kernel of its own, and what is mounted read-only takes no packages", () => {
    expect(hostRefusals({ ...plainHost, container: "lxc", readOnly: ["/boot"] }, inputs, true)).toEqual([
      expect.stringContaining("It is a container (lxc)"),
      expect.stringContaining("/boot is mounted read-only"),
    ]);
  });

  test("a kernel that gives guests no disk is refused, unless another one has all of it", () => {
    const off = ["CONFIG_XEN_BLKDEV_BACKEND", "CONFIG_XEN_PCIDEV_BACKEND"];
    const own = { ...plainHost, dom0Kernels: ["6.1.0-own"], kernelLacks: new Map([["6.1.0-own", off]]) };
    expect(hostRefusals(own, inputs, true)).toEqual([expect.stringContaining("CONFIG_XEN_BLKDEV_BACKEND is off")]);
    const both = {
      ...own,
      dom0Kernels: ["6.1.0-own", "6.1.0"],
      kernelLacks: new Map([
        ["6.1.0-own", off],
        ["6.1.0", []],
      ]),
    };
    expect(hostRefusals(both, { ...inputs, passthrough: ["03:00.0"] }, true)).toEqual([]);
  });

  test("a kernel and its ramdisk that are still to come need more room in /boot", () => {
    const small = { freeMiB: { root: 4900, boot: 60, var: 4900 } };
    expect(hostRefusals({ ...plainHost, ...small }, inputs, true)).toEqual([]);
    // A cloud image: its kernel is built without CONFIG_XEN_DOM0.
    expect(hostRefusals({ ...plainHost, ...small, dom0Kernels: [] }, inputs, true)).toEqual([
      expect.stringContaining("/boot has 60 MiB free; installing Xen needs 120 MiB"),
    ]);
  });

  test("a device that is not there, a kernel without pciback and other hidden devices forbid to pass devices through", () => {
    const host = {
      ...plainHost,
      devices: ["0000:03:00.0"],
      kernelLacks: new Map([["6.1.0-56-amd64", ["CONFIG_XEN_PCIDEV_BACKEND"]]]),
      kernelArgs: ["xen-pciback.hide=(03:00.0)(05:00.0)"],
    };
    expect(hostRefusals(host, { ...inputs, passthrough: ["03:00.0", "04:00.0"] }, true)).toEqual([
      expect.stringContaining('It has no PCI device ["04:00.0"]'),
      expect.stringContaining("CONFIG_XEN_PCIDEV_BACKEND is off"),
      expect.stringContaining("hide the PCI devices 0000:05:00.0"),
    ]);
    expect(hostRefusals({ ...host, asked: ["hide 0000:05:00.0"] }, inputs, true)).toEqual([]);
    const secret = { ...inputs, passthrough: ["04:00.0"], secretProperties: ["passthrough"] };
    expect(hostRefusals(host, secret, true).join()).not.toContain("04:00.0");
  });

  test("a host of XAPI is sent to another provider", () => {
    expect(hostRefusals({ ...xenHost, owners: ["XAPI"] }, inputs, false)).toEqual([
      expect.stringContaining("XenServer"),
    ]);
  });
});
