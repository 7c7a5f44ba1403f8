/** Everything that decides about a host, asked at once: one script, the reading of its answer, the value. Pure. */
import { OutputParseError } from "../../errors";
import { type Boot, bootOf, sayBootLoaders } from "../../host/boot/boot-loaders";
import { dom0KernelWord, pciDevice } from "../../host/boot/hidden-devices";
import { sayTrialTimer } from "../../host/boot/trial-timer";
import { type Claim, readClaim, sayClaim } from "../../host/claim";
import { splitArguments } from "../../host/boot/hypervisor-arguments";
import { kernelWords } from "../../host/boot/kernel-arguments";
import { SERVICES_AT_BOOT, XEN_SERVICES, familyOf, sayPackages } from "../../host/families/families";
import type { HostFamily } from "../../host/families/host-family";
import { packageName, packageVersion } from "../../host/packages/package-manager";
import { type OsRelease, parseOsRelease, parseRedHatRelease } from "../../host/os-release";
import { type SeenAtBoot, readAtBoot, sayAtBoot } from "../../host/services/services-at-boot";
import { ownedFolder } from "../../host/owned-folder";
import { saySwitchedOff } from "../../host/services/switched-off";
import { PYGRUB_USER } from "../../xen";
import { type Answer, type Question, sh } from "../../shell";
import { type RunningXen, type Toolstack, observedToolstack, readMemory, withToolstack } from "../../toolstack";
import { type DownGuest, type GuestWays, parseDownGuests, readGuestWays, sayGuestWays } from "./xen-host.guest-ways";
import { type Pending, readPending, sayPending } from "./xen-host.pending";
import { type Preflight, readPreflight, sayPreflight } from "./xen-host.preflight";
import type { XenHostInputs } from "./xen-host.properties";
import type { SeenHost } from "./xen-host.seen";

/** Ours on the host. */
export const HOST_FOLDER = ownedFolder("host", "self");
/** What it ran when it was adopted. */
export const ADOPTION_FILE = `${HOST_FOLDER}/adopted`;

export interface ObservedHost extends Preflight {
  readonly isRoot: boolean;
  readonly release: OsRelease;
  /** `undefined`: of none that we know. */
  readonly family: HostFamily | undefined;
  readonly architecture: string;
  readonly kernelRelease: string;
  /** Word by word, without their quotes. */
  readonly kernelArgs: readonly string[];
  readonly bootId: string;
  /** `guest`: it runs under Xen and does not control it. */
  readonly role: "plain" | "guest" | "dom0";
  /** Of a dom0 whose toolstack answers. */
  readonly xen: RunningXen | undefined;
  /** Of a dom0. */
  readonly toolstack: Toolstack | undefined;
  /** Why the toolstack of a dom0 does not answer. */
  readonly toolstackFault: string | undefined;
  readonly hasSecureBoot: boolean;
  readonly memoryMiB: number;
  /** Of that, what could be taken away without anything being swapped out. */
  readonly availableMiB: number;
  readonly freeMiB: { readonly root: number; readonly boot: number; readonly var: number };
  /** `undefined`: no boot loader that we know, with its tools. */
  readonly boot: Boot | undefined;
  /** Installed versions by name; several, with blanks between them, where several are installed. */
  readonly packages: ReadonlyMap<string, string>;
  readonly hasPygrubUser: boolean;
  /** Units of Xen that a boot does not start. */
  readonly unitsOff: readonly string[];
  readonly atBoot: SeenAtBoot;
  /** The files of package sources of ours by path. */
  readonly repositories: ReadonlyMap<string, string>;
  readonly claim: Claim | undefined;
  readonly phase: string | undefined;
  /** Everything that we ever asked of a command line and have not seen gone: `xen ARG`, `linux ARG` or `hide DEVICE`, a line each. */
  readonly asked: readonly string[];
  readonly hasTrialExpired: boolean;
  /** What it ran when it was adopted (xen-host.adopt.ts), a line each; `undefined`: it was not. */
  readonly adopted: readonly string[] | undefined;
  /** Of a dom0: what of its packages does not run yet, or is to be had. */
  readonly pending: Pending;
  /** Of a dom0 that is looked at before a change. */
  readonly guestWays: GuestWays | undefined;
  /** Guests that a reboot took down and that were not seen to be back. */
  readonly guestsDown: readonly DownGuest[];
}

/** Only for inputs that are known. Without `forChange` it is not asked how the guests survive a reboot. */
export function questionFor(inputs: XenHostInputs, { forChange = true } = {}): Question<ObservedHost> {
  return observeHost((inputs.packages ?? []).map(packageName), (inputs.passthrough ?? []).map(pciDevice), forChange);
}

/** Whose the host is, and nothing else. */
export const hostClaim: Question<Claim | undefined> = {
  about: "the claim on the host",
  script: sayClaim(sh`${HOST_FOLDER}`),
  read: readClaim,
};

/** Installed versions by name; one that is as pinned in `specs` has just the pinned version. */
export function installedVersions(
  { packages, family }: Pick<ObservedHost, "packages" | "family">,
  specs: readonly string[],
): ReadonlyMap<string, string> {
  const versions = new Map(packages);
  for (const spec of specs) {
    const pinned = packageVersion(spec);
    const installed = packages.get(packageName(spec))?.split(" ") ?? [];
    if (pinned !== undefined && installed.some((version) => family?.packages.isVersion(version, pinned) === true)) {
      versions.set(packageName(spec), pinned);
    }
  }
  return versions;
}

/** The host as a value, as far as these inputs ask for it. */
export function seenHost(host: ObservedHost, inputs: Pick<XenHostInputs, "packages">): SeenHost {
  const asked = (where: string): string[] =>
    host.asked.flatMap((line) => (line.startsWith(`${where} `) ? [line.slice(where.length + 1)] : []));
  return {
    running:
      host.xen === undefined
        ? undefined
        : {
            hypervisor: splitArguments(host.xen.commandLine),
            kernel: host.kernelArgs.map(dom0KernelWord),
            dom0MiB: host.xen.dom0MemoryMiB,
          },
    asked: { hypervisor: asked("xen"), kernel: asked("linux").map(dom0KernelWord), hidden: asked("hide") },
    packages: installedVersions(host, inputs.packages ?? []),
    repositories: new Map(
      [...host.repositories].flatMap(([path, text]) => {
        const found = host.family?.packages.readRepository(path, text);
        return found === undefined ? [] : [[found.name, found] as const];
      }),
    ),
    isAdopted: host.adopted !== undefined,
    declared: undefined,
  };
}

/** `packages`: the names whose versions matter beside those that Xen needs. `devices`: those of PCI that matter. */
function observeHost(
  packages: readonly string[],
  devices: readonly string[],
  forChange: boolean,
): Question<ObservedHost> {
  return {
    about: "the host",
    script: sh`say uid "$(id -u)"
say_file os-release /etc/os-release
say_file redhat-release /etc/redhat-release
say architecture "$(uname -m)"
say_line kernel /proc/sys/kernel/osrelease
say_line cmdline /proc/cmdline
say_line boot-id /proc/sys/kernel/random/boot_id
hypervisor=none
if [ -e /sys/hypervisor/type ]; then read -r hypervisor </sys/hypervisor/type; fi
say hypervisor "$hypervisor"
if [ "$hypervisor" = xen ]; then
  [ -e /proc/xen/capabilities ] || mount -t xenfs xenfs /proc/xen 2>/dev/null || :
  say_line capabilities /proc/xen/capabilities
  case $say_read in
    *control_d*)
      ${withToolstack((on) => on.sayXen)}
      ${forChange ? sayGuestWays : sh``}
      ${sayPending()} ;;
  esac
fi
${sayPreflight(devices)}
for variable in /sys/firmware/efi/efivars/SecureBoot-*; do
  [ ! -e "$variable" ] || say secure-boot "$(od -An -t u1 "$variable" | tr -s ' \n' ' ')"
done
${readMemory}
read_memory
say memory "$memory_total"
say available "$memory_available"
# A line for each, in the order asked for, below a heading.
free=$(df -Pk / /boot /var)
set -- heading / /boot /var
while read -r device size used available rest; do
  [ "$1" = heading ] || say "free.$1" "$available"
  shift
done <<END
$free
END
${sayBootLoaders}
${sayTrialTimer(HOST_FOLDER)}
${sayPackages(packages)}
${saySwitchedOff(XEN_SERVICES)}
if id ${PYGRUB_USER} >/dev/null 2>&1; then say pygrub-user yes; fi
${sayAtBoot(SERVICES_AT_BOOT)}
${sayClaim(sh`${HOST_FOLDER}`)}
say_file phase ${HOST_FOLDER}/phase
say_file asked ${HOST_FOLDER}/asked
say_file adopted ${ADOPTION_FILE}
say_file guests-down ${HOST_FOLDER}/guests
if [ -e ${HOST_FOLDER}/trial-expired ]; then say trial-expired yes; fi`,
    read: readHost,
  };
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Newer systems say it in the one file, older ones only in the other. */
function releaseOf(answer: Answer): OsRelease {
  const said = answer.get("os-release");
  return said === undefined ? parseRedHatRelease(answer.get("redhat-release") ?? "") : parseOsRelease(said);
}

function readHost(answer: Answer): ObservedHost {
  const text = (key: string): string => (answer.get(key) ?? "").trim();
  /** What every host says. Without it a host would pass for a plain one, and be rebooted into Xen. */
  const told = (key: string): string => {
    const said = answer.need(key).trim();
    if (said === "") throw new OutputParseError(`The host does not tell its "${key}".`);
    return said;
  };
  const release = releaseOf(answer);
  const isDom0 = /\bcontrol_d\b/.test(text("capabilities"));
  const toolstack = isDom0 ? observedToolstack(answer) : undefined;
  const asked = toolstack?.readXen(answer) ?? {};
  const mebibytes = (key: string): number => Math.floor(Number(told(key)) / 1024);
  return {
    isRoot: told("uid") === "0",
    release,
    family: familyOf(release),
    architecture: told("architecture"),
    kernelRelease: told("kernel"),
    kernelArgs: kernelWords(told("cmdline")),
    bootId: told("boot-id"),
    role: told("hypervisor") !== "xen" ? "plain" : isDom0 ? "dom0" : "guest",
    xen: asked.xen,
    toolstack,
    toolstackFault: asked.fault,
    hasSecureBoot: text("secure-boot").split(" ").at(-1) === "1",
    ...readPreflight(answer),
    memoryMiB: mebibytes("memory"),
    availableMiB: mebibytes("available"),
    freeMiB: { root: mebibytes("free./"), boot: mebibytes("free./boot"), var: mebibytes("free./var") },
    boot: bootOf(answer),
    packages: new Map(answer.keysBehind("package.").map((name) => [name, text(`package.${name}`)] as const)),
    hasPygrubUser: text("pygrub-user") === "yes",
    unitsOff: answer.keysBehind("unit-off."),
    atBoot: readAtBoot(answer, SERVICES_AT_BOOT),
    repositories: new Map(
      answer.keysBehind("repository.").map((path) => [path, answer.need(`repository.${path}`)] as const),
    ),
    claim: readClaim(answer),
    phase: answer.get("phase")?.trim(),
    asked: linesOf(text("asked")),
    adopted: answer.get("adopted") === undefined ? undefined : linesOf(text("adopted")),
    hasTrialExpired: text("trial-expired") === "yes",
    guestWays: readGuestWays(answer),
    pending: readPending(answer),
    guestsDown: parseDownGuests(text("guests-down")),
  };
}
