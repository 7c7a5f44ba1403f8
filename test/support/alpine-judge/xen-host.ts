/**
 * A host of Alpine that the real extlinux boots, with packages of the test's own in place of Xen's. Its jobs run for real but for the reboot: which
 * entry comes next, the real extlinux' block says (extlinux-judge), OpenRC boots what is in its runlevels, and where the entry is one
 * of Xen, the host is looked at as a dom0 that runs with its command lines. That last part is a fake.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { JobError } from "../../../provider/errors";
import { xenOf } from "../../../provider/host/boot/extlinux/extlinux-conf";
import type { ObservedHost } from "../../../provider/resources/xen-host/xen-host.observe";
import { type Job, type Question, sh } from "../../../provider/shell";
import { assumedToolstack } from "../../../provider/toolstack";
import { bootOnFile, bootedByExtlinux, extlinuxBoots, extlinuxPackages, succeed } from "../extlinux-judge";
import type { NamespaceHost } from "../namespace-host";
import { apkHostOf } from "../package-hosts/apk";
import { ShellHost } from "../shell-host";
import { alpineHost, openrcBoots } from ".";

/** The source of its packages. */
export const SOURCE = { name: "xen4", url: "/srv/xen4" };

const service = (needs: string): string =>
  `#!/sbin/openrc-run\ndepend() { ${needs}; }\nstart() { echo "$RC_SVCNAME" >>/etc/px-started; }\n`;

const PACKAGES = [
  {
    name: "xen",
    files: {
      "/etc/init.d/xenstored": service("after localmount"),
      "/etc/init.d/xenconsoled": service("need xenstored"),
      "/etc/init.d/xendomains": service("need xenstored"),
    },
  },
  { name: "xen-hypervisor", files: { "/boot/xen.gz": "a hypervisor\n" } },
  { name: "xen-qemu", files: { "/etc/init.d/xenqemu": service("need xenstored") } },
  ...["qemu-img", "curl", "ca-certificates"].map((name) => ({ name, files: { [`/usr/share/px-test/${name}`]: "" } })),
];

/** The host, to be stopped; or why it cannot be had. */
export async function alpineXenHost(): Promise<NamespaceHost | { readonly missing: string }> {
  const packages = extlinuxPackages();
  if ("missing" in packages) return packages;
  const host = await alpineHost();
  if ("missing" in host) return host;
  const { shell } = host;
  // Both see the same /tmp.
  const brought = shell.at("extlinux");
  for (const part of ["etc", "opt", "usr/sbin", "usr/share/syslinux"])
    cpSync(join(packages.folder, part), join(brought, part), { recursive: true });
  const made = await apkHostOf(host);
  await made.publish(
    "xen4",
    PACKAGES.map((one) => ({ ...one, version: "4.20.1-r0" })),
    true,
  );
  await succeed(
    shell,
    sh`cp -a ${brought}/. /
printf '%s\n' 'auto lo' 'iface lo inet loopback' >/etc/network/interfaces
${openrcBoots}
${extlinuxBoots(": >/boot/vmlinuz-lts; : >/boot/initramfs-lts", bootOnFile(128))}`,
  );
  return host;
}

export class AlpineXenHost extends ShellHost {
  readonly #host: NamespaceHost;
  #boots = 1;
  #xen: { hypervisor: string; kernel: readonly string[] } | undefined;
  /** The step behind which everything ends, as when the host loses its power. */
  cutBehind: string | undefined;
  /** Runs before the host boots again. */
  beforeBoot: (() => Promise<void>) | undefined;
  readonly performed: string[] = [];

  constructor(host: NamespaceHost) {
    super(host.shell);
    this.#host = host;
  }

  override async ask<T>(question: Question<T>): Promise<T> {
    const answer = await super.ask(question);
    return question.about === "the host" ? (this.#dressed(answer as ObservedHost) as T) : answer;
  }

  override async perform(job: Job): Promise<{ jobId: string; log: string }> {
    const steps = job.steps.filter(({ name }) => name !== "reboot");
    const cut = steps.findIndex(({ name }) => name === this.cutBehind);
    const some = cut < 0 ? steps : steps.slice(0, cut + 1);
    this.performed.push(...some.map(({ name }) => name));
    const done = await super.perform({ ...job, steps: some });
    if (cut >= 0)
      throw new JobError("the host has lost its power", { jobId: "1", step: job.title, exitCode: 1, logTail: "" });
    return done;
  }

  override async reconnect(): Promise<{ bootId: string }> {
    await this.beforeBoot?.();
    return this.boot();
  }

  async boot(): Promise<{ bootId: string }> {
    this.#boots += 1;
    const { shell } = this.#host;
    const xen = xenOf(await bootedByExtlinux(shell));
    this.#xen = xen === undefined ? undefined : { hypervisor: xen.hypervisorArgs.join(" "), kernel: xen.kernelArgs };
    await succeed(
      shell,
      sh`rm -f /etc/px-started
${openrcBoots}
openrc default 2>&1`,
    );
    return { bootId: `boot-${this.#boots}` };
  }

  #dressed(seen: ObservedHost): ObservedHost {
    const now = { ...seen, bootId: `boot-${this.#boots}` };
    if (this.#xen === undefined) return now;
    const { hypervisor, kernel } = this.#xen;
    return {
      ...now,
      role: "dom0",
      kernelArgs: kernel,
      toolstack: assumedToolstack,
      xen: {
        version: "4.20.1",
        commandLine: hypervisor,
        guests: [],
        totalMemoryMiB: 4096,
        freeMemoryMiB: 3500,
        dom0MemoryMiB: Number(/dom0_mem=(\d+)M/.exec(hypervisor)?.[1] ?? 4096),
        dom0Vcpus: 1,
        cpus: 2,
        virtCaps: ["pv", "hvm"],
        scheduler: "credit2",
      },
    };
  }
}
