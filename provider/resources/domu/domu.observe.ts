/** What there is of a guest on its host: one question, one script; and what saved inputs would have made. Pure. */
import { CommandError, OutputParseError } from "../../errors";
import { type Claim, readClaim, sayClaim } from "../../host/claim";
import { KERNEL_TYPES, readKernelTypes } from "../../host/kernel-types";
import { readPortTaken, sayPortTaken } from "../../host/media-server";
import { lostMounts } from "../../host/lost-mounts";
import { ROOT_FOLDER, saidWord } from "../../host/owned-folder";
import { hasUnknown } from "../../property";
import { type Question, type ShellText, lines, sh } from "../../shell";
import {
  type HostDomains,
  type RunningDomain,
  type Toolstack,
  type XenInfo,
  assumedToolstack,
  observedToolstack,
  withToolstack,
} from "../../toolstack";
import { type BridgeKind, bridgeFacts, bridgeKinds, hasBridgeTool } from "./domu.bridges";
import { loaderPath } from "./domu.boot";
import { seedDisk, seedSum } from "./domu.cloud-init";
import { finalConfig } from "./domu.config";
import { shownCpus } from "./domu.cpus";
import { diskSpec } from "./domu.disks";
import type { Guest, PowerState } from "./domu.guest";
import { phasesWhere } from "./domu.life";
import { isKnownList } from "./domu.lists";
import { consoleText } from "./domu.functions";
import { SEED_NAME, guestFolder } from "./domu.place";
import { type DomUInputs, domuTable } from "./domu.properties";
import { bridgesOf, vifSpec } from "./domu.vifs";
import { madeVlans } from "./domu.vlans";
import { readVlans, sayVlans } from "./domu.vlans-seen";

/** What a path leads to. `lost`: to a file system that does not answer. */
const PATH_KINDS = ["file", "block", "folder", "lost", "absent"] as const;
type PathKind = (typeof PATH_KINDS)[number];

export interface ObservedDomU {
  readonly machineId: string | undefined;
  readonly guest: Guest;
  readonly xen: XenInfo;
  readonly claim: Claim | undefined;
  /** The folder of an older mark, which is named by the guest's name. */
  readonly olderFolder: string | undefined;
  readonly phase: string | undefined;
  /** Found while waiting for the guest. */
  readonly address: string | undefined;
  readonly vncPort: number | undefined;
  readonly paths: ReadonlyMap<string, PathKind>;
  /** By the names of declared ones; one that is not there is left out. */
  readonly bridges: ReadonlyMap<string, BridgeKind>;
  /** iproute2's program "bridge" is there. */
  readonly hasBridgeTool: boolean;
  readonly hasPygrub: boolean;
  /** The address at which another program has the port of the installation's server. */
  readonly portTaken: string | undefined;
  /** What the installer's kernel can run as; `undefined`: nobody could tell. */
  readonly installerTypes: readonly string[] | undefined;
  /** The reason a step of ours wrote down when it gave up. */
  readonly failure: string | undefined;
  /** The end of what the installer wrote on its console. */
  readonly consoleTail: string | undefined;
}

/**
 * Forks are what costs on a busy or emulated host (100 of them: 50 s under load), so whatever the shell can tell by
 * itself is gathered in one text.
 * @throws CommandError when the toolstack does not work on the host: that never means "is not there".
 */
export function observeDomU(inputs: DomUInputs): Question<ObservedDomU> {
  const { name, uuid } = inputs;
  const paths = pathsOf(inputs);
  const serve = inputs.install?.media.serve;
  const mediaFolder = inputs.install?.media.directory;
  const bridges = bridgesOf(inputs.vifs);
  return {
    about: `the guest ${name}`,
    script: sh`uuid=${uuid ?? ""} guest=${name} folder=${guestFolder(uuid)} facts= older=
fact() { facts="$facts$1
"; }
first_line() { if [ -f "$2" ]; then { read -r line || :; } <"$2"; fact "$1=$line"; fi; }
line=
first_line machineId /etc/machine-id
${claimFolder}
${sayClaim(sh`"$folder"`)}
if [ -n "$claim_of" ]; then guest=$claim_of; fi
fact "name=$guest"
if [ -n "$older" ]; then fact "older=$older"; fi
line=
first_line phase "$folder/phase"
${
  serve === undefined || hasUnknown(serve)
    ? sh`:`
    : sh`case $line in ${phasesWhere(({ isInstalled }) => isInstalled)}) ;; *) ${sayPortTaken(serve)} ;; esac`
}
first_line address "$folder/address"
if [ -f "$folder"/${SEED_NAME} ]; then seed=$(sha256sum <"$folder"/${SEED_NAME}); fact "seed=$seed"; fi
${mediaFolder === undefined || hasUnknown(mediaFolder) ? sh`:` : sh`first_line installerTypes ${`${mediaFolder}/${KERNEL_TYPES}`}`}
config=/etc/xen/$guest.cfg
if [ "/etc/xen/auto/$guest" -ef "$config" ]; then fact autostart=yes; fi
major=; { read -r major </sys/hypervisor/version/major; } 2>/dev/null || :
minor=; { read -r minor </sys/hypervisor/version/minor; } 2>/dev/null || :
for tool in "/usr/lib/xen-$major.$minor/bin/pygrub" /usr/libexec/xen/bin/pygrub /usr/lib/xen/bin/pygrub /usr/bin/pygrub; do
  if [ -x "$tool" ]; then fact pygrub=yes; break; fi
done
${paths.length === 0 ? sh`` : lostMounts}
${lines(paths.map(pathFact))}
${bridgeFacts(bridges)}
fact end=yes
say facts "$facts"
${inputs.vfb === undefined || inputs.vfb.vncDisplay !== undefined ? sh`:` : withToolstack((on) => on.sayVncPort)}
say_file config "$config"
say_file bootConfig "$folder/boot.cfg"
${sayVlans}
if [ -f "$folder/failure" ]; then
  say_file failure "$folder/failure"
  ${consoleText}
  say consoleTail "$(tail -c 6000 "$folder/console.log" 2>/dev/null | tr '\r' '\n' | console_text | tail -n 25)"
fi
${withToolstack((on) => on.sayDomains)}`,
    read: (answer) => {
      const facts = new Map(
        answer
          .need("facts")
          .split("\n")
          .map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1).trim()]),
      );
      // Our claim may be all that is left of a guest that is down: facts that were cut short are none.
      if (facts.get("end") !== "yes") throw new OutputParseError(`The host's answer on ${name} was cut short.`);
      const on = observedToolstack(answer);
      const host = on.readDomains(answer);
      const domain = domainOf(on, host, inputs);
      const kinds = bridgeKinds(facts, bridges);
      const [file, record] = [answer.get("config"), answer.get("bootConfig")];
      return {
        machineId: facts.get("machineId"),
        guest: {
          on,
          uuid,
          name: facts.get("name"),
          domain,
          unbuilt: host.unreadable.find((domain) => domain.uuid === uuid && domain.isUnbuilt),
          file: file === undefined ? undefined : on.readConfig(file),
          record: record === undefined ? undefined : on.readConfig(record),
          isAutostarted: facts.get("autostart") === "yes",
          seed: facts.get("seed")?.split(" ", 1)[0],
          vlans: readVlans(answer, domain?.vifs ?? [], (bridge) => kinds.get(bridge) !== "plain"),
          hostCpus: host.xen.cpus,
          declared: undefined,
        },
        xen: host.xen,
        claim: readClaim(answer),
        olderFolder: facts.get("older"),
        phase: facts.get("phase"),
        address: facts.get("address"),
        failure: answer.get("failure")?.trim(),
        consoleTail: answer.get("consoleTail"),
        vncPort: Number(answer.get("vncPort") ?? "") || undefined,
        hasPygrub: facts.get("pygrub") === "yes",
        portTaken: readPortTaken(answer),
        installerTypes: readKernelTypes(facts.get("installerTypes")),
        paths: new Map(paths.map((path, index) => [path, pathKind(facts.get(`path.${index}`))])),
        bridges: kinds,
        hasBridgeTool: hasBridgeTool(facts),
      };
    },
  };
}

/** Sets `folder`; and `older` where the guest's mark is one of before claims: it lies in a folder by the guest's name. */
export const claimFolder: ShellText = sh`if [ ! -f "$folder/claim" ]; then
  for mark in ${sh`${ROOT_FOLDER}`}/domu/*/owner; do
    if [ -f "$mark" ]; then
      while read -r line; do
        if [ "$line" = "uuid=$uuid" ]; then older=\${mark%/owner}; folder=$older guest=\${older##*/}; fi
      done <"$mark"
    fi
  done
fi`;

/** Of a domain of ours that was not built when it was looked at. */
export function whetherBuilt(on: Toolstack, { name, uuid }: DomUInputs): Question<"building" | "left"> {
  return {
    about: `whether ${name} is being built`,
    script: sh`uuid=${uuid ?? ""} guest=${name}
${on.sayUnbuilt}`,
    read: (answer) => saidWord(answer, "unbuilt", ["building", "left"]),
  };
}

/** Our guest's domain, if it runs. @throws CommandError where it is there and cannot be read. */
function domainOf(
  on: Toolstack,
  { domains, unreadable }: HostDomains,
  { name, uuid }: DomUInputs,
): RunningDomain | undefined {
  const all = domains.filter((domain) => domain.uuid === uuid && domain.domid !== 0);
  // A back end may hold what is left of an earlier one.
  const alive = all.filter(({ state }) => state !== "dying");
  const own = alive.length > 0 ? alive : all;
  const lost = unreadable.find((domain) => domain.uuid === uuid && domain.state !== "dying" && !domain.isUnbuilt);
  if (lost !== undefined) {
    throw new CommandError(
      `The host lists the domain ${lost.name} (id ${lost.domid}), but cannot tell its configuration: ${name} is neither gone nor down.`,
      {
        hint: `Run the same again in a moment. If it stays so, look at \`${on.typed.details(lost.domid)}\` on the host.`,
      },
    );
  }
  if (own.length > 1) {
    throw new CommandError(
      `Two domains on the host have the uuid of ${name}: ${own.map(({ name: called, domid }) => `${called} (id ${domid})`).join(", ")}.`,
      {
        hint: `Destroy the one that should not be there with ${on.typed.destroy}, then run refresh.`,
      },
    );
  }
  return own[0];
}

/** The guest as it is right after it was made from its inputs. In a preview they may hold Pulumi's marker. */
export function asMade(inputs: DomUInputs): Guest {
  const config = finalConfig(inputs);
  const { name, uuid, type, memoryMiB = 0, maxMemoryMiB, vcpus = 1, maxVcpus, disks, vifs } = inputs;
  // As a refresh saw it: a program cannot say all of these.
  const state = inputs.powerState as PowerState | undefined;
  const isDown = state === "stopped";
  const seed = [seedDisk(inputs)].filter((disk) => disk !== undefined);
  return {
    on: assumedToolstack,
    uuid,
    name,
    file: config,
    record: isDown ? undefined : config,
    isAutostarted: inputs.autostart ?? false,
    seed: seedSum(inputs),
    vlans: madeVlans(inputs),
    hostCpus: undefined,
    declared: inputs as unknown as Readonly<Record<string, unknown>>,
    domain: isDown
      ? undefined
      : {
          // What xl tells by the names that the properties have.
          ...(tableValues(inputs) as unknown as RunningDomain),
          domid: 1,
          name,
          uuid,
          type: type ?? "pv",
          memoryMiB,
          maxMemoryMiB: maxMemoryMiB ?? memoryMiB,
          vcpus,
          maxVcpus: maxVcpus ?? vcpus,
          kernel: config.kernel,
          bootloader: config.bootloader,
          disks: isKnownList(disks) ? [...disks.map(diskSpec), ...seed] : (disks as never),
          vifs: isKnownList(vifs) ? vifs.map((vif) => vifSpec(vif, uuid)) : (vifs as never),
          onPoweroff: inputs.onPoweroff ?? "destroy",
          onReboot: inputs.onReboot ?? "restart",
          onCrash: inputs.onCrash ?? "destroy",
          cpus: shownCpus(inputs.cpus) ?? "all",
          state: state === "paused" || state === "crashed" ? state : "running",
        },
  };
}

function tableValues(inputs: DomUInputs): Readonly<Record<string, unknown>> {
  const values = inputs as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(domuTable).map((name) => [name, values[name]]));
}

function pathFact(path: string, index: number): ShellText {
  return sh`if is_lost ${path}; then fact ${`path.${index}=lost`}
elif [ -f ${path} ]; then fact ${`path.${index}=file`}
elif [ -b ${path} ]; then fact ${`path.${index}=block`}
elif [ -d ${path} ]; then fact ${`path.${index}=folder`}; fi`;
}

/** What must exist for the guest to be built. */
export function pathsOf(inputs: DomUInputs): string[] {
  const { disks = [], install, kernel, ramdisk, boot } = inputs;
  const files = [
    ...disks.map(({ path }) => path),
    ...(install === undefined ? [] : [install.media.kernelPath, install.media.ramdiskPath]),
    ...(boot === "pvgrub2" ? [loaderPath(inputs)] : []),
    ...(boot === "direct" ? [kernel, ramdisk] : []),
  ];
  return [...new Set(files.filter((path) => path !== undefined && !hasUnknown(path)))] as string[];
}

function pathKind(text: string | undefined): PathKind {
  return PATH_KINDS.find((kind) => kind === text) ?? "absent";
}
