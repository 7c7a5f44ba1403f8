/**
 * What of a dom0's packages is installed and does not run yet, and what is to be had and is not installed, with the advisories that the
 * packages' own changelogs on the host name. Nobody but the host is asked. Shell text, the reading of its answer, and the warnings; pure.
 */
import { sayHypervisorPackages } from "../../host/families/families";
import { advisoriesAfter, advisoriesSince, parseChangelog } from "../../host/packages/changelog";
import { packageName, packageVersion } from "../../host/packages/package-manager";
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";
import type { XenHostInputs } from "./xen-host.properties";

interface Upgrade {
  readonly name: string;
  readonly installed: string;
  readonly candidate: string;
  /** `undefined`: the host does not have the candidate's changelog. */
  readonly advisories: readonly string[] | undefined;
}

export interface Pending {
  /** The file of a hypervisor that came after the boot; what it fixes of the one that runs, as far as its changelog tells. */
  readonly hypervisor: { readonly file: string; readonly advisories: readonly string[] } | undefined;
  /** The version of a kernel for dom0 that came after the boot. */
  readonly kernel: string | undefined;
  /** Of the hypervisor's packages, those that the host's lists have a newer version of. */
  readonly upgrades: readonly Upgrade[];
  /** The file of settings by which the next kernel that is installed becomes the default, without Xen. */
  readonly kernelDefault?: string | undefined;
}

interface PendingPlaces {
  readonly boot: string;
  readonly stat: string;
  /** A file that tells when the running hypervisor was built. */
  readonly built: string;
  /** What Enterprise Linux does with a new kernel. */
  readonly kernels: string;
}

const PLACES: PendingPlaces = {
  boot: "/boot",
  stat: "/proc/stat",
  built: "/sys/hypervisor/compilation/compile_date",
  kernels: "/etc/sysconfig/kernel",
};

/** On a dom0. `places`: other ones in a test. */
export function sayPending({ boot, stat, built, kernels }: PendingPlaces = PLACES): ShellText {
  return lines([
    sh`boot_folder=${boot} proc_stat=${stat} kernel_settings=${kernels} xen_built=
if [ -r ${built} ]; then read -r xen_built <${built} || :; fi
${libraryText(__dirname, "say-pending.sh")}`,
    sayHypervisorPackages,
  ]);
}

export function readPending(answer: Answer): Pending {
  const file = answer.get("pending.xen")?.trim();
  const built = (answer.get("xen-built") ?? "").trim();
  const kernelDefault = answer.get("kernel-default")?.trim();
  return {
    hypervisor:
      file === undefined
        ? undefined
        : { file, advisories: advisoriesSince(parseChangelog(answer.get("changelog") ?? ""), built) },
    kernel: answer.get("pending.kernel")?.trim(),
    ...(kernelDefault === undefined ? {} : { kernelDefault }),
    upgrades: answer.keysBehind("upgrade.").map((name) => {
      const [installed = "", candidate = ""] = answer.need(`upgrade.${name}`).trim().split(" ");
      const log = answer.get(`upgrade-log.${name}`);
      const advisories = log === undefined ? undefined : advisoriesAfter(parseChangelog(log), installed);
      return { name, installed, candidate, advisories };
    }),
  };
}

/** A sentence each. XenHost upgrades nothing by itself, and reboots for none of this. */
export function pendingWarnings(
  { hypervisor, kernel, upgrades, kernelDefault }: Pending,
  running: { readonly xen: string; readonly kernel: string },
  { packages = [] }: XenHostInputs,
): string[] {
  const pinned = packages.filter((spec) => packageVersion(spec) !== undefined).map(packageName);
  return [
    ...(hypervisor === undefined
      ? []
      : [
          `The hypervisor ${hypervisor.file} was installed after Xen ${running.xen} booted, and runs from the next reboot on.${fixes(hypervisor.advisories)}`,
        ]),
    ...(kernel === undefined
      ? []
      : [
          `dom0's kernel ${kernel} was installed after the boot, and runs from the next reboot on; ${kernel === running.kernel ? "an older build of it" : running.kernel} runs now.`,
        ]),
    ...(kernelDefault === undefined
      ? []
      : [
          `The next kernel that is installed becomes what the host boots by default, without Xen (UPDATEDEFAULT=yes in ${kernelDefault}). Set it to no there, or run \`pulumi up\` after each new kernel.`,
        ]),
    ...upgrades
      .filter(({ name }) => !pinned.includes(name))
      .map(
        ({ name, installed, candidate, advisories }) =>
          `${name} ${installed} is installed, and ${candidate} is to be had.${advisories === undefined ? ` What it fixes is not on the host: see "apt-get changelog ${name}".` : fixes(advisories)} XenHost does not upgrade it: run "apt-get install --only-upgrade ${name}" on the host, and reboot it.`,
      ),
  ];
}

const MOST = 20;

function fixes(advisories: readonly string[]): string {
  if (advisories.length === 0) return "";
  const more = advisories.length > MOST ? ` and ${advisories.length - MOST} more` : "";
  return ` Its changelog names ${advisories.slice(0, MOST).join(", ")}${more}.`;
}
