/** xm and xend (Xen 4.1 to 4.4), behind the contract of a toolstack. Comments name what the real 4.2.5 was seen to do. Pure. */
import { CommandError } from "../../errors";
import { type Answer, anyPython, libraryText, sh } from "../../shell";
import { type VifSpec, deviceNumber } from "../../xen";
import { setDom0Memory } from "../dom0-memory";
import { inUseProgram } from "../in-use";
import { lifeFunctions, lifeLibrary, lifeVerbs, sayUnbuilt } from "../life";
import type { Toolstack } from "../toolstack";
import { asXmReads, readXmConfig, renderXmVif, writeXmConfig, xmRefusals } from "./xm.config";
import { diskRefusals, diskUname } from "./xm.disk";
import { joinXmDomains, parseXmInfo, parseXmPinning, parseXmRows, xmGuests } from "./xm.parse";

const functions = lifeFunctions(libraryText(__dirname, "domains.sh"));
const dom0Memory = libraryText(__dirname, "dom0-memory.sh");
const inUse = inUseProgram(libraryText(__dirname, "in-use-domains.py"));

export const xm: Toolstack = {
  ...lifeVerbs(sh`xm`),
  name: "xm",
  typed: {
    console: (name) => `xm console ${name}`,
    list: "xm list",
    details: (domid) => `xm list -l ${domid}`,
    destroy: "xm destroy",
    log: () => "/var/log/xen/xend.log",
  },
  runsVifScripts: false,
  monitor: "xend",
  // xend is a Python program itself: whatever it is called there, it is on the host.
  python: anyPython,
  library: lifeLibrary(functions),

  writeConfig: writeXmConfig,
  readConfig: readXmConfig,
  asRead: asXmReads,
  refusals: xmRefusals,

  sayXen: sh`say_cmd xm-own-info timeout 60 xm info
say_cmd xm-own-rows timeout 60 xm list
say_cmd xm-own-domains timeout 60 xm list -l`,
  readXen: (answer) => {
    const keys = ["xm-own-info", "xm-own-rows", "xm-own-domains"];
    if (keys.some((key) => answer.get(`${key}.rc`) !== "0")) return { fault: complaintOf(answer, keys) };
    const rows = parseXmRows(answer.need("xm-own-rows"));
    const dom0 = rows.find(({ domid }) => domid === 0);
    const guests = xmGuests(rows, joinXmDomains(rows, answer.need("xm-own-domains"), new Map()));
    const { memoryMiB: dom0MemoryMiB = 0, vcpus: dom0Vcpus = 0 } = dom0 ?? {};
    return { xen: { ...parseXmInfo(answer.need("xm-own-info")), dom0MemoryMiB, dom0Vcpus, guests } };
  },
  answers: sh`timeout 20 xm list 0`,

  sayDomains: sh`say_once xm-rows xm list
say_once xm-domains xm list -l
say_once xm-vcpus xm vcpu-list
say_once xm-info xm info`,
  readDomains: (answer) => ({
    ...joinXmDomains(
      parseXmRows(said(answer, "xm-rows")),
      said(answer, "xm-domains"),
      parseXmPinning(said(answer, "xm-vcpus")),
    ),
    xen: parseXmInfo(said(answer, "xm-info")),
  }),

  sayUnbuilt: sayUnbuilt(functions),
  sayVncPort: sh`${functions}
row=$(domain_row)
if [ -n "$row" ]; then vnc_port=$(xenstore-read "/local/domain/\${row%% *}/console/vnc-port" 2>/dev/null || :); say vncPort "$vnc_port"; fi`,

  inUse,

  setDom0Memory: (mebibytes) => setDom0Memory(dom0Memory, mebibytes),

  // It returns before the guest has followed, and shows what was asked for: whether the guest follows it does not tell.
  setMemory: (mebibytes) => sh`desired=${mebibytes}
need_domain
said=$(xm mem-set "$domid" "$desired" 2>&1) || give_up "xm did not set the memory of $guest: $(complaint_in "$said")" "Look at the host's free memory."
shown=$(xm list "$domid" | awk 'NR == 2 { print $3 }')
[ "$shown" = "$desired" ] || give_up "xm was told to give $guest $desired MiB and shows \${shown:-nothing}." "Look at /var/log/xen/xend.log on the host."
echo "$guest was told to use $desired MiB"`,

  setVcpus: (vcpus) => sh`desired=${vcpus}
need_domain
said=$(xm vcpu-set "$domid" "$desired" 2>&1) || give_up "xm did not set the vcpus of $guest: $(complaint_in "$said")" "Lower vcpus."
online() { xm vcpu-list "$domid" | awk 'NR > 1 && $4 != "-" { count++ } END { print count + 0 }'; }
tries=0
until now=$(online) && [ "$now" = "$desired" ]; do
  tries=$((tries + 1))
  [ "$tries" -le 30 ] || give_up "$guest was told to use $desired vcpus, and $now of them are online." "Bring them online in the guest (echo 1 >/sys/devices/system/cpu/cpuN/online), then run up again."
  sleep 1
done`,

  // It ends with 0 for a CPU that is not there, and the guest then has none that it may run on ("no cpus").
  pinVcpus: (cpus) => sh`need_domain
count=$(xm info | sed -n 's/^nr_cpus *: *//p')
for cpu in $(printf '%s' ${cpus} | tr -c '0-9' ' '); do
  [ "$cpu" -lt "\${count:-0}" ] || give_up "$guest cannot run on CPU $cpu: the host has \${count:-no} CPUs, numbered from 0." "Correct cpus."
done
said=$(xm vcpu-pin "$domid" all ${cpus} 2>&1) || give_up "xm did not pin $guest: $(complaint_in "$said")" "Look at the host's CPUs with xm info."
if xm vcpu-list "$domid" | grep -q ' no cpus *$'; then
  xm vcpu-pin "$domid" all all || true
  give_up "xm left $guest no CPU to run on; it may run on all of them again." "Correct cpus."
fi`,

  setScheduling: ({ weight, cap }) => sh`need_domain
weight=${weight ?? ""} cap=${cap ?? ""}
case $(xm info | sed -n 's/^xen_scheduler *: *//p') in
  credit) command=sched-credit ;;
  credit2) command=sched-credit2; [ -z "$cap" ] || give_up "The scheduler credit2 of this host knows no cap." "Remove cpuCap." ;;
  *) give_up "The scheduler of this host knows neither weight nor cap." "Remove cpuWeight and cpuCap." ;;
esac
share() { xm "$command" -d "$domid" | awk -v column="$1" 'NR == 2 { print $column }'; }
if [ -z "$weight" ]; then weight=$(share 3); fi
# Of one that is not named xm passes on -1: both are.
if [ "$command" = sched-credit ] && [ -z "$cap" ]; then cap=$(share 4); fi
said=$(xm "$command" -d "$domid" -w "$weight" \${cap:+-c "$cap"} 2>&1) || give_up "xm did not set the share of $guest: $(complaint_in "$said")" "Look at xm $command on the host."
{ [ "$(share 3)" = "$weight" ] && [ "$(share 4)" = "$cap" ]; } || give_up "xm was told the share of $guest and shows another." "Look at xm $command on the host."`,

  // A failed one leaves a dead device that the next attach runs into; its detach complains and takes it away all the same.
  attachDisk: (disk) => sh`need_domain
device=${disk.device} number=${deviceNumber(disk.device) ?? 0} refusal=${diskRefusals(disk).join(" ")}
[ -z "$refusal" ] || give_up "$refusal" "Nothing was touched."
take_away() {
  xm block-detach "$domid" "$device" -f >/dev/null 2>&1 || xm block-detach "$domid" "$number" -f >/dev/null 2>&1 || true
  wait_unplugged block-list "$domid" "$number" || echo "what xm has left of $device is still in xm block-list"
}
said=$(xm block-attach "$domid" ${diskUname(disk)} "$device" ${disk.mode} 2>&1) || {
  take_away
  give_up "xm did not plug $device into $guest: $(complaint_in "$said")" "Look at the disk on the host."
}
tries=0
until [ "$(device_row block-list "$domid" "$number")" = 4 ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 30 ]; then
    take_away
    give_up "$guest did not take the disk $device within half a minute; it was unplugged again." "Does its kernel have Xen's block driver? Restart the guest so that it boots with the disk attached."
  fi
  sleep 1
done`,

  detachDisk: (device) => sh`need_domain
said=$(xm block-detach "$domid" ${device} 2>&1) || give_up "xm did not unplug "${device}" from $guest: $(complaint_in "$said")" "Unmount it in the guest first."
wait_unplugged block-list "$domid" ${deviceNumber(device) ?? 0} || give_up "$guest has not let "${device}" go within half a minute." "Unmount it in the guest, then run up again."`,

  attachVif: (vif) => sh`need_domain
mac=${vif.mac ?? ""}
said=$(xm network-attach "$domid" ${vifWords(vif)} 2>&1) || {
  xm network-detach "$domid" "$mac" -f >/dev/null 2>&1 || true
  wait_unplugged network-list "$domid" "$mac" || echo "what xm has left of $mac is still in xm network-list"
  give_up "xm did not plug the interface $mac into $guest: $(complaint_in "$said")" "Look at the bridge on the host."
}
[ -n "$(device_row network-list "$domid" "$mac")" ] || give_up "xm plugged no interface $mac into $guest, and did not complain." "Look at xm network-list on the host."`,

  detachVif: (mac) => sh`need_domain
said=$(xm network-detach "$domid" ${mac} 2>&1) || give_up "xm did not unplug the interface "${mac}" from $guest: $(complaint_in "$said")" "Look at xm network-list on the host."
wait_unplugged network-list "$domid" ${mac} || give_up "$guest has not let the interface "${mac}" go within half a minute." "Run up again."`,

  // xend builds a guest that reboots from what it has in memory, and cannot be told of another configuration.
  storeForNextBoot: undefined,
};

/** xm takes each `key=value` as an argument of its own. */
function vifWords(vif: VifSpec): string[] {
  return renderXmVif(vif).split(",");
}

function complaintOf(answer: Answer, keys: readonly string[]): string {
  const complaint = keys
    .flatMap((key) => (answer.get(`${key}.err`) ?? "").split("\n"))
    .find((line) => line.trim() !== "" && !line.startsWith("WARNING"));
  return complaint?.replace(/^Error: /, "").replace(/\.$/, "") ?? "xm does not answer";
}

function said(answer: Answer, key: string): string {
  if (answer.need(`${key}.rc`) === "0") return answer.need(key);
  throw new CommandError(`xm does not work on this host: ${complaintOf(answer, [key])}.`, {
    hint: "Look at `xm list` and at /var/log/xen/xend.log on it.",
  });
}
