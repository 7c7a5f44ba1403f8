/** What there is of a guest on its host: one question, one script. Pure. */
import { CommandError } from "../../errors";
import { type Answer, type Question, type ShellText, lines, sh } from "../../shell";
import {
  type Domain,
  type XenInfo,
  parseDomainStates,
  parseDomains,
  parseXlInfo,
  pygrubFunctions,
} from "../../toolstack";
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

/** @throws CommandError when xl does not work on the host: that never means "is not there". */
export function observeDomU(inputs: DomUInputs): Question<ObservedDomU> {
  const { name } = inputs;
  const paths = pathsOf(inputs);
  const bridges = [...new Set((inputs.vifs ?? []).map(({ bridge }) => bridge))];
  const folder = guestFolder(name);
  return {
    about: `the guest ${name}`,
    script: sh`${pygrubFunctions}
${lines([
  sh`say_cmd domains xl list -l`,
  sh`say_cmd table xl list`,
  sh`say_cmd info xl info`,
  sh`say_file machineId /etc/machine-id`,
  sh`say_file owner ${`${folder}/owner`}`,
  sh`say_file phase ${`${folder}/phase`}`,
  sh`say_file config ${configPath(name)}`,
  sh`say_file bootConfig ${`${folder}/boot.cfg`}`,
  sh`say_file address ${`${folder}/address`}`,
  sh`say_file failure ${`${folder}/failure`}`,
  sh`if [ -f ${`${folder}/console.log`} ]; then say consoleTail "$(tail -c 6000 ${`${folder}/console.log`} | tr '\r' '\n' | tr -cd '\n\40-\176' | grep -v '^ *$' | tail -n 25)"; fi`,
  sh`if [ -L ${autostartLink(name)} ] && [ "$(readlink -f ${autostartLink(name)})" = ${configPath(name)} ]; then say autostart yes; fi`,
  sh`for userdata in /var/lib/xen/userdata-d.*.${inputs.uuid ?? "-"}.xl; do if [ -f "$userdata" ]; then say pending yes; fi; done`,
  sh`domid=$(xl domid ${name} 2>/dev/null || true)
if [ -n "$domid" ]; then say vncPort "$(xenstore-read "/local/domain/$domid/console/vnc-port" 2>/dev/null || true)"; fi`,
  sh`if pygrub_tool >/dev/null; then say pygrub yes; fi`,
  ...paths.map(
    (path, index): ShellText => sh`if [ -f ${path} ]; then say ${`path.${index}`} file
elif [ -b ${path} ]; then say ${`path.${index}`} block
elif [ -d ${path} ]; then say ${`path.${index}`} folder
else say ${`path.${index}`} absent; fi`,
  ),
  ...bridges.map(
    (bridge, index) => sh`if [ -d ${`/sys/class/net/${bridge}/bridge`} ]; then say ${`bridge.${index}`} yes; fi`,
  ),
])}`,
    read: (answer) => ({
      ...readXl(answer),
      machineId: answer.get("machineId")?.trim(),
      ownerUuid: /^uuid=(.+)$/m.exec(answer.get("owner") ?? "")?.[1],
      phase: answer.get("phase")?.trim(),
      config: answer.get("config"),
      bootConfig: answer.get("bootConfig"),
      address: answer.get("address")?.trim(),
      failure: answer.get("failure")?.trim(),
      consoleTail: answer.get("consoleTail"),
      isAutostarted: answer.get("autostart") === "yes",
      isUpdatePending: answer.get("pending") === "yes",
      vncPort: Number(answer.get("vncPort") ?? "") || undefined,
      hasPygrub: answer.get("pygrub") === "yes",
      paths: new Map(paths.map((path, index) => [path, pathKind(answer.get(`path.${index}`))])),
      bridges: new Map(bridges.map((bridge, index) => [bridge, answer.get(`bridge.${index}`) === "yes"])),
    }),
  };
}

function readXl(answer: Answer): Pick<ObservedDomU, "domains" | "xen"> {
  for (const key of ["domains", "table", "info"]) {
    if (answer.get(`${key}.rc`) === "0") continue;
    const said = (answer.get(`${key}.err`) ?? "").trim().split("\n").at(-1) ?? "";
    throw new CommandError(`xl does not work on this host: ${said === "" ? "it said nothing" : said}.`, {
      hint: "Declare the host as a XenHost first, or look at `xl list` on it.",
    });
  }
  const states = parseDomainStates(answer.need("table"));
  return {
    domains: parseDomains(answer.need("domains")).map((domain) => ({
      ...domain,
      state: states.get(domain.domid) ?? "runnable",
    })),
    xen: parseXlInfo(answer.need("info")),
  };
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
