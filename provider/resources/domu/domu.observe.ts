/** What there is of a guest on its host: one question, one script. Pure. */
import { CommandError, OutputParseError } from "../../errors";
import { confirmAbsence } from "../../host/absence";
import { type Answer, type Question, type ShellText, lines, sh } from "../../shell";
import { type Domain, type XenInfo, parseDomainStates, parseDomains, parseXlInfo } from "../../toolstack";
import type { DomainState } from "../../xen";
import type { DomUInputs } from "./domu.schema";
import { autostartLink, configPath, guestFolder } from "./domu.place";

export interface RunningDomain extends Domain {
  readonly state: DomainState;
}

export interface ObservedDomU {
  readonly machineId: string | undefined;
  /** All domains of the host, dom0 among them. */
  readonly domains: readonly RunningDomain[];
  readonly xen: XenInfo;
  /** Of our ownership mark; `undefined`: no guest of ours has this name here. */
  readonly ownerUuid: string | undefined;
  readonly phase: string | undefined;
  /** /etc/xen/NAME.cfg. */
  readonly config: string | undefined;
  /** The configuration that the running domain was built from. */
  readonly bootConfig: string | undefined;
  /** Found while waiting for the guest. */
  readonly address: string | undefined;
  readonly isAutostarted: boolean;
  /** A stored configuration that the guest's next reboot takes (`xl config-update`). */
  readonly isUpdatePending: boolean;
  readonly vncPort: number | undefined;
  readonly paths: ReadonlyMap<string, "file" | "block" | "folder" | "absent">;
  readonly bridges: ReadonlyMap<string, boolean>;
  readonly hasPygrub: boolean;
  /** The reason a step of ours wrote down when it gave up. */
  readonly failure: string | undefined;
  /** The end of what the installer wrote on its console. */
  readonly consoleTail: string | undefined;
}

/**
 * Forks are what costs on a busy or emulated host (100 of them: 50 s under load), so whatever the shell can tell by
 * itself is gathered in one text.
 * @throws CommandError when xl does not work on the host: that never means "is not there".
 */
export function observeDomU(inputs: DomUInputs): Question<ObservedDomU> {
  const { name } = inputs;
  const paths = pathsOf(inputs);
  const bridges = [...new Set((inputs.vifs ?? []).map(({ bridge }) => bridge))];
  const files = { config: configPath(name), bootConfig: `${guestFolder(name)}/boot.cfg` };
  return {
    about: `the guest ${name}`,
    script: sh`folder=${guestFolder(name)} facts=
fact() { facts="$facts$1
"; }
first_line() { if [ -f "$2" ]; then { read -r line || :; } <"$2"; fact "$1=$line"; fi; }
line=
first_line machineId /etc/machine-id
if [ -f "$folder/owner" ]; then while read -r line; do fact "owner.$line"; done <"$folder/owner"
else ${confirmAbsence(sh`"$folder/owner"`)}
fi
first_line phase "$folder/phase"
first_line address "$folder/address"
if [ ${autostartLink(name)} -ef ${configPath(name)} ]; then fact autostart=yes; fi
for userdata in /var/lib/xen/userdata-d.*.${inputs.uuid ?? "-"}.xl; do if [ -f "$userdata" ]; then fact pending=yes; fi; done
major=; { read -r major </sys/hypervisor/version/major; } 2>/dev/null || :
minor=; { read -r minor </sys/hypervisor/version/minor; } 2>/dev/null || :
for tool in "/usr/lib/xen-$major.$minor/bin/pygrub" /usr/libexec/xen/bin/pygrub /usr/lib/xen/bin/pygrub /usr/bin/pygrub; do
  if [ -x "$tool" ]; then fact pygrub=yes; break; fi
done
${lines(paths.map(pathFact))}
${lines(bridges.map((bridge, index) => sh`if [ -d ${`/sys/class/net/${bridge}/bridge`} ]; then fact ${`bridge.${index}=yes`}; fi`))}
${
  inputs.vfb === undefined
    ? sh`:`
    : sh`domid=$(xl domid ${name} 2>/dev/null) && fact "vncPort=$(xenstore-read "/local/domain/$domid/console/vnc-port" 2>/dev/null || :)" || :`
}
fact end=yes
say facts "$facts"
${lines(Object.entries(files).map(([key, path]) => sh`say_file ${key} ${path}`))}
if [ -f "$folder/failure" ]; then
  say_file failure "$folder/failure"
  say consoleTail "$(tail -c 6000 "$folder/console.log" 2>/dev/null | tr '\r' '\n' | tr -cd '\n\40-\176' | grep -v '^ *$' | tail -n 25)"
fi
say_once xl-domains xl list -l
say_once xl-table xl list
say_once xl-info xl info`,
    read: (answer) => {
      const facts = new Map(
        answer
          .need("facts")
          .split("\n")
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).trim()]),
      );
      // Our mark may be all that is left of a guest that is down: facts that were cut short are none.
      if (facts.get("end") !== "yes") throw new OutputParseError(`The host's answer on ${name} was cut short.`);
      return {
        ...readXl(answer),
        machineId: facts.get("machineId"),
        ownerUuid: facts.get("owner.uuid"),
        phase: facts.get("phase"),
        config: answer.get("config"),
        bootConfig: answer.get("bootConfig"),
        address: facts.get("address"),
        failure: answer.get("failure")?.trim(),
        consoleTail: answer.get("consoleTail"),
        isAutostarted: facts.get("autostart") === "yes",
        isUpdatePending: facts.get("pending") === "yes",
        vncPort: Number(facts.get("vncPort") ?? "") || undefined,
        hasPygrub: facts.get("pygrub") === "yes",
        paths: new Map(paths.map((path, index) => [path, pathKind(facts.get(`path.${index}`))])),
        bridges: new Map(bridges.map((bridge, index) => [bridge, facts.get(`bridge.${index}`) === "yes"])),
      };
    },
  };
}

function pathFact(path: string, index: number): ShellText {
  return sh`if [ -f ${path} ]; then fact ${`path.${index}=file`}
elif [ -b ${path} ]; then fact ${`path.${index}=block`}
elif [ -d ${path} ]; then fact ${`path.${index}=folder`}; fi`;
}

function readXl(answer: Answer): Pick<ObservedDomU, "domains" | "xen"> {
  const states = parseDomainStates(xlSaid(answer, "xl-table"));
  return {
    domains: parseDomains(xlSaid(answer, "xl-domains")).map((domain) => ({
      ...domain,
      state: states.get(domain.domid) ?? "runnable",
    })),
    xen: parseXlInfo(xlSaid(answer, "xl-info")),
  };
}

function xlSaid(answer: Answer, key: string): string {
  if (answer.need(`${key}.rc`) === "0") return answer.need(key);
  const said = answer.need(`${key}.err`).trim().split("\n").at(-1) ?? "";
  throw new CommandError(`xl does not work on this host: ${said === "" ? "it said nothing" : said}.`, {
    hint: "Declare the host as a XenHost first, or look at `xl list` on it.",
  });
}

/** What must exist for the guest to be built. */
export function pathsOf({ disks = [], install, kernel, ramdisk, boot }: DomUInputs): string[] {
  const files = [
    ...disks.map(({ path }) => path),
    ...(install === undefined ? [] : [install.media.kernelPath, install.media.ramdiskPath]),
    ...(boot === "pygrub" ? [] : [kernel, ramdisk]),
  ];
  return [...new Set(files.filter((path) => path !== undefined))];
}

function pathKind(text: string | undefined): "file" | "block" | "folder" | "absent" {
  return text === "file" || text === "block" || text === "folder" ? text : "absent";
}

/** Our guest's domain, if it runs. */
export function ownDomain(observed: ObservedDomU, { uuid }: DomUInputs): RunningDomain | undefined {
  return observed.domains.find((domain) => domain.uuid === uuid && domain.domid !== 0);
}
