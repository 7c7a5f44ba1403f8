/**
 * Changing the network that may carry our own connection: a rollback is armed on the host before anything is
 * touched, and unless somebody confirms over a fresh connection, the host restores its old network by itself: by a timer,
 * or, where it is restarted meanwhile, before it brings its network up again (at-boot.ts).
 * Shell text; pure. How links go down and up is the network system's.
 *
 *   folder/rollback/N    the files as they were    folder/rollback.sh   what restores them
 *   folder/armed         becomes `confirmed` or `rolled-back`, by rename: only one of the two can win
 *   folder/expected      what the next boot must bring up (first-boot.ts)
 *   folder/rollback/guests  what the host did for guests (guests-back.ts)
 *   folder/booted        what the last boot had (booted.ts); to-booted: that comes back, in place of what was before this change
 */
import { type JobFile, type ShellText, libraryText, lines, preamble, sh } from "../../shell";
import { later, notLater } from "../services/init-systems";
import type { NetworkSystem } from "./network-system";
import { bootedFunctions, keepBooted } from "./booted";
import { AT_BOOT, noRollbackAtBoot, rollbackAtBoot } from "./at-boot";
import { guestsBack, keepGuests } from "./guests-back";
import { vlanFunctions } from "./vlan-functions";
import { awaitFirstBoot, firstBootIsOver, firstBootScript } from "./first-boot";

export interface NetworkSwitch {
  readonly system: Pick<NetworkSystem, "fileMode" | "isForNextStart" | "linkFunctions">;
  readonly bridge: string;
  /** Ports before and after, without repetition. */
  readonly ports: readonly string[];
  /** The bridge's ports afterwards; of any other link in the bridge (guests' vifs) is taken care. */
  readonly newPorts: readonly string[];
  /** Bonds that the old files make or the new ones, the cards that the new ones put into them ("bond0/eth0"), and the bonds that are to be made now. */
  readonly bonds: {
    readonly all: readonly string[];
    readonly cards: readonly string[];
    readonly made: readonly string[];
  };
  /** VLANs that only the new files make, and those that only the old ones made. */
  readonly vlans: { readonly made: readonly string[]; readonly gone: readonly string[] };
  /** Aliases of the bridge and of the ports, before and after: `br0:1`. */
  readonly aliases: readonly string[];
  /** Ports whose longest packet changes, in bytes; a network system does not give a card back what nobody declares any more. */
  readonly mtus: readonly { readonly port: string; readonly before: number; readonly after: number }[];
  /** What becomes of each file; `undefined`: it goes. `untilBoot`: a boot takes it away. */
  readonly files: readonly {
    readonly path: string;
    readonly content: string | undefined;
    readonly untilBoot?: true;
  }[];
  /** Where the bridge goes into the system's files, or out of them, from or to one that lasts until the next boot: `run_time_down`, `run_time_up`. */
  readonly runTime?: ShellText;
  /** What the files then give the bridge, with prefix lengths in their normal form. */
  readonly fixedAddresses: readonly string[];
  /** Ours on the host: `/var/lib/pulumi-xen/bridge/br0`. */
  readonly folder: string;
  /** What the host does for guests on the bridge begins at each boot, before the change. */
  readonly guestsAtBoot: boolean;
  /** The bridge is no more afterwards. */
  readonly isRemoval: boolean;
  /** The next boot brings it up, as nobody has seen yet. */
  readonly isForBoot: boolean;
}

/** So long the host waits for the confirmation once the new network stands. */
export const ROLLBACK_SECONDS = 120;

/** So long the change itself may take (74 s were seen on a lab host that starved). */
export const APPLY_SECONDS = 240;

const bondFunctions = lines([libraryText(__dirname, "bonds.sh"), libraryText(__dirname, "remove-bonds.sh")]);
/** Defines remember_guests and return_guests. */
export const guestLinkFunctions = lines([vlanFunctions, libraryText(__dirname, "guest-links.sh")]);

/** Take links down and up again; they expect $bridge, $ports, $bonds and $aliases. */
function functionsOf({ system, runTime }: NetworkSwitch): ShellText {
  return lines([guestLinkFunctions, bondFunctions, system.linkFunctions, ...(runTime === undefined ? [] : [runTime])]);
}

/** What stands on the links of the files goes before them, and comes after them. */
function linksDown({ runTime }: NetworkSwitch): ShellText {
  return runTime === undefined ? sh`links_down` : sh`run_time_down; links_down`;
}

function linksUp({ runTime }: NetworkSwitch): ShellText {
  return runTime === undefined ? sh`links_up` : sh`links_up; run_time_up`;
}

type ChangedFiles = NetworkSwitch["files"];

/** Files that travel with a job, each by the number of its place. */
export function travelling(files: ChangedFiles): JobFile[] {
  return files.flatMap(({ content }, at) => (content === undefined ? [] : [{ name: `network-${at}`, content }]));
}

/** Writes what has travelled, and removes what is no more; of a switch in two parts, for the running network and for its next start. */
export function writeFiles(
  files: ChangedFiles,
  { fileMode }: Pick<NetworkSystem, "fileMode">,
  isMeant: (path: string) => boolean = () => true,
): ShellText {
  return joined(
    files.flatMap(({ path, content }, at) => {
      if (!isMeant(path)) return [];
      return [
        content === undefined
          ? sh`rm -f ${path}`
          : sh`install_file "$JOB_FILES"/${`network-${at}`} ${path} ${fileMode}`,
      ];
    }),
  );
}

/** While the old network still is up. None where links alone are to come back: a mkdir without a folder fails. */
function makeFolders(files: ChangedFiles): ShellText {
  const folders = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf("/"))))];
  return joined(folders.map((folder) => sh`(umask 022; mkdir -p ${folder})`));
}

export function switchFiles(change: NetworkSwitch): JobFile[] {
  return [
    ...travelling(change.files),
    { name: "rollback.sh", content: rollbackScript(change).text },
    // What a removal gives back has booted before.
    ...(!change.isForBoot ? [] : [{ name: "first-boot.sh", content: firstBootScript(change).text }]),
  ];
}

function rollbackScript(change: NetworkSwitch): ShellText {
  const { bridge, ports, bonds, aliases, files, folder } = change;
  const { isForNextStart = () => false } = change.system;
  const restored = (isMeant: (path: string) => boolean): ShellText =>
    joined(
      files.flatMap(({ path, untilBoot }, at) => {
        if (!isMeant(path)) return [];
        const copy = `${folder}/rollback/${at}`;
        const restore = sh`if [ -f ${copy} ]; then cp -p ${copy} ${`${path}.pulumi-xen`} && mv -f ${`${path}.pulumi-xen`} ${path}; else rm -f ${path}; fi`;
        return [untilBoot === true ? sh`[ -z "$is_live" ] || { ${restore}; }` : restore];
      }),
    );
  return sh`${preamble}
set +e
is_live=yes
[ "\${1:-}" != ${AT_BOOT} ] || is_live=
if ! mv ${folder}/armed ${folder}/rolling-back 2>/dev/null; then
  [ -z "$is_live" ] && [ -e ${folder}/rolling-back ] || exit 0
fi
exec >>${folder}/rollback.log 2>&1
echo "rolling back at $(date)"
bridge=${bridge}
ports=${ports.join(" ")}
bonds=${bonds.all.join(" ")}
aliases=${aliases.join(" ")}
folder=${folder}
up_failed=
${bootedFunctions}
${functionsOf(change)}
[ ! -e "$folder/to-booted" ] || booted_links
[ -z "$is_live" ] || { remember_guests; ${linksDown(change)}; }
if [ -e "$folder/to-booted" ]; then
  booted_restore
else
  ${restored((path) => !isForNextStart(path))}
fi
[ -z "$is_live" ] || { ${linksUp(change)}; return_guests; }
[ -e "$folder/to-booted" ] || {
  ${restored(isForNextStart)}
}
${removeVlans(change.vlans.made)}
if [ -e "$folder/to-booted" ]; then
  booted_mtus
else
  ${joined(change.mtus.map(({ port, before }) => setMtu(port, before)))}
fi
[ -z "$up_failed" ] || echo "could not bring $up_failed up"
${guestsBack({ bridge, folder }, { isForBoot: change.guestsAtBoot })}
mv ${folder}/rolling-back ${folder}/rolled-back
${noRollbackAtBoot(bridge)}
if [ -e "$folder/to-booted" ] || ! booted_goes_on; then
  ${firstBootIsOver(bridge, folder)}
fi
`;
}

/** Keeps the files as they are now. Before `armRollback`. */
export function keepOldNetwork(change: NetworkSwitch): ShellText {
  const { bridge, files, folder, isForBoot } = change;
  const copies = files.map(({ path }, at) => sh`[ ! -f ${path} ] || cp -p ${path} ${`${folder}/rollback/${at}`}`);
  return sh`mkdir -p ${folder}
${keepBooted({ ...change, files: files.filter(({ untilBoot }) => untilBoot !== true) })}
rm -rf ${folder}/rolled-back ${folder}/confirmed ${folder}/rollback.log ${folder}/first-boot.log ${folder}/to-booted ${folder}/rollback
mkdir ${folder}/rollback
${keepGuests({ bridge, folder }, `${folder}/rollback/guests`)}
${keepGuests({ bridge, folder }, `${folder}/booted/guests`)}
${joined(copies)}
install_file "$JOB_FILES/rollback.sh" ${`${folder}/rollback.sh`} 0700
${!isForBoot ? sh`` : sh`install_file "$JOB_FILES/first-boot.sh" ${`${folder}/first-boot.sh`} 0700`}
sync`;
}

/** On the disk before anything changes: seen on a host whose power failed right then, which had neither mark nor change. */
export function armRollback(change: NetworkSwitch): ShellText {
  return sh`${rollbackAtBoot(change.bridge, change.folder)}
: >${`${change.folder}/armed`}
sync
${startTimer(change, APPLY_SECONDS)}
echo ${`unless confirmed, the old network comes back ${ROLLBACK_SECONDS} seconds after the change`}`;
}

/** A timer that ran already is replaced. */
function startTimer({ folder, bridge }: NetworkSwitch, seconds: number): ShellText {
  return later({ name: timerOf(bridge), seconds, command: ["/bin/sh", `${folder}/rollback.sh`] });
}

function timerOf(bridge: string): string {
  return `pulumi-xen-rollback-${bridge}`;
}

/** The change itself. Where it fails on the host's own evidence, it is rolled back at once. */
export function applyNetwork(change: NetworkSwitch): ShellText {
  const { system, bridge, ports, newPorts, bonds, aliases, files, folder, isRemoval } = change;
  const { isForNextStart = () => false } = system;
  const proof = isRemoval
    ? sh`[ ! -e "/sys/class/net/$bridge" ] || is_broken "$bridge is still there"`
    : sh`if [ -e "/sys/class/net/$bridge/bridge" ]; then
  for port in ${newPorts}; do
    [ -e "/sys/class/net/$bridge/brif/$port" ] || is_broken "$port did not become a port of $bridge"
  done
  for card in ${bonds.cards}; do
    is_bonded "\${card%%/*}" "\${card#*/}" || is_broken "\${card#*/} is not in \${card%%/*}"
  done
else is_broken "$bridge did not come up"; fi`;
  return sh`bridge=${bridge}
ports=${ports.join(" ")}
bonds=${bonds.all.join(" ")}
aliases=${aliases.join(" ")}
up_failed=
broken=
${functionsOf(change)}
${makeFolders(files)}
remember_guests
${linksDown(change)}
${writeFiles(files, system, (path) => !isForNextStart(path))}
${linksUp(change)}
return_guests
${writeFiles(files, system, isForNextStart)}
${removeVlans(change.vlans.gone)}
${joined(change.mtus.map(({ port, after }) => setMtu(port, after)))}
is_broken() { broken="\${broken:+$broken; }$1"; }
[ -z "$up_failed" ] || is_broken "$up_failed could not be brought up"
${proof}
if [ -n "$broken" ]; then
  /bin/sh ${`${folder}/rollback.sh`}
  die "$broken; the old network is back"
fi
${startTimer(change, ROLLBACK_SECONDS)}`;
}

/** Over the new network only: from here on it stays, unless the next boot does not bring it up (first-boot.ts). */
export function confirmNetwork(folder: string, bridge: string): ShellText {
  return sh`if [ -e ${`${folder}/armed`} ]; then
  mv ${`${folder}/armed`} ${`${folder}/confirmed`} || die "the old network came back before the new one could be confirmed"
  ${notLater(timerOf(bridge))}
  ${noRollbackAtBoot(bridge)}
fi
if [ -e ${`${folder}/rolling-back`} ] || [ -e ${`${folder}/rolled-back`} ]; then
  die "the host was not reached over its new network in time and has restored the old one"
fi
rm -rf ${`${folder}/rollback.log`} ${`${folder}/confirmed`}
${awaitFirstBoot(bridge, folder)}`;
}

/** Those that no file makes any more; most network systems have taken them away by themselves. Only what is a VLAN. */
function removeVlans(names: readonly string[]): ShellText {
  return joined(
    names.map(
      (name) =>
        sh`! grep -qx DEVTYPE=vlan ${`/sys/class/net/${name}/uevent`} 2>/dev/null || ip link delete dev ${name} type vlan || :`,
    ),
  );
}

/** At a boot there may be no such link yet. */
function setMtu(port: string, mtu: number): ShellText {
  return sh`[ ! -e ${`/sys/class/net/${port}`} ] || ip link set dev ${port} mtu ${mtu} || :`;
}

function joined(parts: readonly ShellText[]): ShellText {
  return parts.reduce(
    (all, part) => sh`${all}
${part}`,
    sh`:`,
  );
}
