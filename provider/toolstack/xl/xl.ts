/** xl, behind the contract of a toolstack. Comments name what the real one was seen to do. Pure. */
import { CommandError } from "../../errors";
import { type Answer, libraryText, sh } from "../../shell";
import { type VifSpec, parseDomainConfig, renderDiskSpec, renderDomainConfig, renderVifSpec } from "../../xen";
import { setDom0Memory } from "../dom0-memory";
import { inUseProgram } from "../in-use";
import { lifeFunctions, lifeLibrary, lifeVerbs, sayUnbuilt } from "../life";
import type { Toolstack } from "../toolstack";
import { parseXlInfo } from "./xl-info.parse";
import { guestsOf, joinDomains, parseDom0, parseDomainRows, parseDomains, parsePinning } from "./xl.parse";

const functions = lifeFunctions(libraryText(__dirname, "builder.sh"), libraryText(__dirname, "domains.sh"));
const dom0Memory = libraryText(__dirname, "dom0-memory.sh");
const inUse = inUseProgram(libraryText(__dirname, "in-use-domains.py"));

export const xl: Toolstack = {
  ...lifeVerbs(sh`xl`),
  name: "xl",
  typed: {
    console: (name) => `xl console ${name}`,
    list: "xl list",
    details: (domid) => `xl list -l ${domid}`,
    destroy: "xl destroy",
    log: (name) => `/var/log/xen/xl-${name}.log`,
  },
  runsVifScripts: true,
  monitor: "xl's monitor",
  python: sh`python3`,
  library: lifeLibrary(functions),

  writeConfig: renderDomainConfig,
  readConfig: parseDomainConfig,
  asRead: (config) => config,
  refusals: () => [],

  sayXen: sh`say_cmd xl-own-info timeout 60 xl info
say_cmd xl-own-rows timeout 60 xl list -v`,
  readXen: (answer) => {
    const answers = ["xl-own-info", "xl-own-rows"].every((key) => answer.get(`${key}.rc`) === "0");
    if (answers) {
      const rows = answer.need("xl-own-rows");
      const guests = guestsOf(parseDomainRows(rows));
      return { xen: { ...parseXlInfo(answer.need("xl-own-info")), ...parseDom0(rows), guests } };
    }
    const complaint = ["xl-own-info.err", "xl-own-rows.err"].map((key) => answer.get(key)?.trim() ?? "").find(Boolean);
    return { fault: complaint ?? "xl does not answer" };
  },
  answers: sh`timeout 20 xl list 0`,

  sayDomains: sh`say_once xl-rows xl list -v
say_once xl-domains xl list -l
say_once xl-vcpus xl vcpu-list
say_once xl-info xl info`,
  readDomains: (answer) => ({
    ...joinDomains(
      parseDomainRows(said(answer, "xl-rows")),
      parseDomains(said(answer, "xl-domains")),
      parsePinning(said(answer, "xl-vcpus")),
    ),
    xen: parseXlInfo(said(answer, "xl-info")),
  }),

  // With a kernel of the host's it takes a moment only.
  sayUnbuilt: sayUnbuilt(functions),

  // Where xl chose the display itself, it stands only in xenstore, by the domain's number.
  sayVncPort: sh`domid=$(xl list -v 2>/dev/null | awk -v uuid="$uuid" 'NR > 1 { for (i = 7; i <= NF; i++) if ($i == uuid) { print $(i - 5); exit } }')
if [ -n "$domid" ]; then vnc_port=$(xenstore-read "/local/domain/$domid/console/vnc-port" 2>/dev/null || :); say vncPort "$vnc_port"; fi`,

  inUse,

  setDom0Memory: (mebibytes) => setDom0Memory(dom0Memory, mebibytes),

  // Without a unit xl's manual says KiB and xl takes MiB. The guest follows by itself, a moment later.
  setMemory: (mebibytes) => sh`desired=${mebibytes}
need_domain
said=$(xl mem-set "$domid" "$desired"m 2>&1) || give_up "xl did not set the memory of $guest: $said" "Look at the host's free memory."
tries=0
until used=$(xl list "$domid" 2>/dev/null | awk 'NR == 2 { print $3 }') && [ -n "$used" ] && [ "$used" -ge "$((desired - 2))" ] && [ "$used" -le "$((desired + 2))" ]; do
  if [ -z "$used" ]; then
    # Not in a condition: there nobody sees that the host could not be asked.
    still=$(domain_row)
    [ -n "$still" ] || give_up "$guest ended while its memory was changed to $desired MiB: that was too little for it." "Raise memoryMiB."
  fi
  tries=$((tries + 1))
  [ "$tries" -le 70 ] || give_up "$guest did not follow to $desired MiB within a minute; it uses $used MiB." "Does its kernel have Xen's balloon driver?"
  # Most guests follow at once: the first second is looked at closely.
  if [ "$tries" -gt 10 ] || ! sleep 0.1 2>/dev/null; then sleep 1; fi
done
echo "$guest uses $used MiB"`,

  setVcpus: (vcpus) => sh`need_domain
said=$(xl vcpu-set "$domid" ${vcpus} 2>&1) || give_up "xl did not set the vcpus of $guest: $said" "Lower vcpus."
if xl vcpu-list "$domid" 2>/dev/null | awk 'NR > 1 && $5 == "--p" { found = 1 } END { exit !found }'; then
  echo "$guest may have to bring the new CPU online itself: echo 1 >/sys/devices/system/cpu/cpuN/online"
fi`,

  // xl ends with 0 for a CPU that does not exist, and only says so.
  pinVcpus: (cpus) => sh`need_domain
said=$(xl vcpu-pin "$domid" all ${cpus} 2>&1) || true
[ -z "$said" ] || give_up "xl did not pin $guest: $said" "Look at the host's CPUs with xl info."`,

  // Which command it is depends on the scheduler that the host runs; the wrong one ends with 1 and changes nothing.
  setScheduling: ({ weight, cap }) => sh`need_domain
case $(xl info 2>/dev/null | sed -n 's/^xen_scheduler *: *//p') in
  credit2) command=sched-credit2 ;;
  credit) command=sched-credit ;;
  *) give_up "The scheduler of this host knows neither weight nor cap." "Remove cpuWeight and cpuCap." ;;
esac
said=$(xl "$command" -d "$domid"${weight === undefined ? sh`` : sh` -w ${weight}`}${cap === undefined ? sh`` : sh` -c ${cap}`} 2>&1) || give_up "xl did not set the share of $guest: $said" "Look at xl $command on the host."`,

  attachDisk: (disk) => sh`need_domain
connected() { xl block-list "$domid" | awk 'NR > 1 && $4 == 4 { count++ } END { print count + 0 }'; }
before=$(connected); tries=0
said=$(xl block-attach "$domid" ${renderDiskSpec(disk)} 2>&1) || give_up "xl did not plug "${disk.device}" into $guest: $said" "Look at the disk on the host."
# xl is content where nobody serves the disk, or no driver takes it.
until [ "$(connected)" -gt "$before" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 30 ]; then
    xl block-detach "$domid" ${disk.device} >/dev/null 2>&1 || xl block-detach "$domid" ${disk.device} force >/dev/null 2>&1 || true
    give_up "$guest did not take the disk "${disk.device}" within half a minute; it was unplugged again." "Does its kernel have Xen's block driver? Restart the guest so that it boots with the disk attached."
  fi
  sleep 1
done`,

  detachDisk: (device) => sh`need_domain
said=$(xl block-detach "$domid" ${device} 2>&1) || give_up "xl did not unplug "${device}" from $guest: $said" "Unmount it in the guest first."`,

  // A failed attach leaves a dead interface behind (seen on 4.17).
  attachVif: (vif) => sh`need_domain
said=$(xl network-attach "$domid" ${vifWords(vif)} 2>&1) || {
  xl network-detach "$domid" ${vif.mac ?? ""} >/dev/null 2>&1 || true
  give_up "xl did not plug the interface "${vif.mac ?? ""}" into $guest: $said" "Look at the bridge on the host."
}`,

  detachVif: (mac) => sh`need_domain
said=$(xl network-detach "$domid" ${mac} 2>&1) || give_up "xl did not unplug the interface "${mac}" from $guest: $said" "Look at xl network-list on the host."`,

  storeForNextBoot: (config) =>
    sh`stored=$(xl config-update "$domid" ${config} 2>&1) || give_up "xl refused the configuration of $guest: $stored" "Look at /etc/xen on the host."`,
};

/** xl takes each `key=value` as an argument of its own. */
function vifWords(vif: VifSpec): string[] {
  return renderVifSpec(vif).split(",");
}

function said(answer: Answer, key: string): string {
  if (answer.need(`${key}.rc`) === "0") return answer.need(key);
  const complaint = answer.need(`${key}.err`).trim().split("\n").at(-1) ?? "";
  if (complaint === "there is no program xl") {
    throw new CommandError("This host has no xl: it does not run Xen, or lacks Xen's tools.", {
      hint: "Declare the host as a XenHost first, or install its package (xen-utils on Debian).",
    });
  }
  throw new CommandError(`xl does not work on this host: ${complaint === "" ? "it said nothing" : complaint}.`, {
    hint: "Declare the host as a XenHost first, or look at `xl list` on it.",
  });
}
