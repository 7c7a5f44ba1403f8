/** What has to be done on a host, as data: the steps of its jobs. Pure. */
import { armTrial, disarmTrial, makeLinuxDefault, makeXenDefault, rebootSoon } from "../../host/boot/boot-trial";
import { xenEntry } from "../../host/boot/grub-config";
import { regenerateGrub } from "../../host/boot/grub-regenerate";
import {
  EARLY_DROP_IN,
  FALLBACK_SCRIPT,
  LATE_DROP_IN,
  TRIAL_VARIABLE,
  earlyDropIn,
  fallbackScript,
  lateInNormalForm,
  renderLateDropIn,
} from "../../host/boot/grub-settings";
import { missingArguments, splitArguments } from "../../host/boot/hypervisor-arguments";
import { debian } from "../../host/debian";
import { type Claim, takeClaim } from "../../host/claim";
import type { RenderedFile } from "../../host/host-family";
import { ROOT_FOLDER, releaseFolder } from "../../host/owned-folder";
import { addPygrubUser, removePygrubUser, restrictPygrubOfXendomains } from "../../host/pygrub-user";
import { type Job, type ShellText, type Step, lines, sh } from "../../shell";
import { shown } from "../../property";
import { HOST_FOLDER, type ObservedHost } from "./xen-host.observe";
import { mustTakeClaim } from "../claimed";
import { type DesiredHost, desiredHost } from "./xen-host.desired";
import type { XenHostInputs, XenHostPhase } from "./xen-host.properties";
import { isInstalled } from "./xen-host.seen";

export const HOST_OBJECT = "host/self";

/** How a job claims the host: the owner, and whether the claim gets a new id. */
export interface Claiming {
  readonly owner: string;
  readonly renews: boolean;
}

const OUR_GUESTS = `${ROOT_FOLDER}/domu`;

/** How the host's settings differ from what is desired: `edited` needs them written, `regenerate` only the menu made. */
export function settingsDrift(host: ObservedHost, inputs: XenHostInputs): "none" | "edited" | "regenerate" {
  const { grub } = host;
  if (grub === undefined) return "edited";
  const desired = desiredHost(inputs);
  const late = renderLateDropIn(desired.hypervisorArgs, desired.kernelArgs);
  const isLate = grub.late !== undefined && lateInNormalForm(grub.late) === lateInNormalForm(late);
  if (grub.early !== earlyDropIn || !isLate || grub.fallback !== fallbackScript) return "edited";
  const entry = xenEntry(grub.entries);
  const isGenerated =
    entry !== undefined &&
    grub.hasFallback &&
    missingArguments(desired.hypervisorArgs, splitArguments(entry.hypervisorArgs ?? "")).length === 0 &&
    desired.kernelArgs.every((arg) => splitArguments(entry.kernelArgs ?? "").includes(arg));
  return isGenerated ? "none" : "regenerate";
}

/** For texts: those of the program itself may be a secret. */
export function packageWords(
  specs: readonly string[],
  { packages: own = [], secretProperties = [] }: XenHostInputs,
): string {
  if (!secretProperties.includes("packages")) return specs.join(" ");
  const others = specs.filter((spec) => !own.includes(spec));
  return [...others, ...(others.length < specs.length ? ["[secret]"] : [])].join(" ");
}

/** What is missing before Xen can boot, or boot again; none: nothing. */
export function preparationSteps(host: ObservedHost, inputs: XenHostInputs): Step[] {
  const desired = desiredHost(inputs);
  const isSecret = (property: string): boolean => inputs.secretProperties?.includes(property) === true;
  const packages = [...(host.dom0Kernels.length === 0 ? [debian.dom0KernelPackage] : []), ...desired.packages];
  const lacksPackages =
    desired.packages.some((spec) => !isInstalled(host.packages, spec)) || host.dom0Kernels.length === 0;
  const drift = settingsDrift(host, inputs);
  const repository = inputs.repository === undefined ? undefined : debian.repositoryFile(inputs.repository);
  const lacksRepository = repository !== undefined && host.repositories.get(repository.path) !== repository.content;
  return [
    ...(drift === "edited"
      ? [step("write-boot-settings", "write GRUB's settings for Xen", "none", writeSettings(desired))]
      : []),
    ...(lacksRepository
      ? [
          step(
            "add-repository",
            `add ${shown(repository.path, { secret: isSecret("repository") })}`,
            "none",
            write(repository),
          ),
        ]
      : []),
    ...(lacksPackages
      ? [
          step(
            "install-packages",
            `install ${packageWords(packages, inputs)}`,
            "none",
            debian.installPackages(packages),
          ),
        ]
      : []),
    ...(lacksPackages || !host.hasPygrubUser
      ? [
          step(
            "restrict-pygrub",
            "let pygrub run without privileges",
            "none",
            lines([addPygrubUser, restrictPygrubOfXendomains(debian.xendomainsEnvironmentFile, OUR_GUESTS)]),
          ),
        ]
      : []),
    ...(lacksPackages || drift !== "none"
      ? [step("make-boot-menu", "make GRUB's menu where it is not current", "none", regenerateGrub)]
      : []),
  ];
}

/** The job that ends with the reboot into a Xen on trial, or (`reboot: "never"`) waits for somebody else's. */
export function trialJob(host: ObservedHost, inputs: XenHostInputs, claiming: Claiming): Job {
  const isAttended = inputs.reboot !== "never";
  return job("boot Xen on trial", [
    claim(host.claim, claiming),
    phaseStep("preparing", host.bootId, "note-beginning"),
    step("remember-arguments", "record what is asked of the command lines", "none", writeAsked(host, inputs)),
    ...preparationSteps(host, inputs),
    step(
      "arm-trial",
      "let Xen boot once, and Linux again unless it is proven",
      "none",
      armTrial(HOST_FOLDER, { attended: isAttended }),
    ),
    phaseStep(isAttended ? "trial" : "awaiting-reboot", host.bootId),
    ...(isAttended ? [step("reboot", "reboot", "reboot", rebootSoon)] : []),
  ]);
}

/** The job for a host that runs the desired Xen already: what is left of preparing, and making it stay. */
export function settleJob(host: ObservedHost, inputs: XenHostInputs, claiming: Claiming): Job | undefined {
  const preparation = preparationSteps(host, inputs);
  const menuChanges = preparation.some(({ name }) => name === "make-boot-menu");
  const isDefault = !menuChanges && defaultBoot(host) === "xen";
  const isTrialLeft =
    host.grub?.isTrialArmed === true ||
    host.grub?.environment.has(TRIAL_VARIABLE) === true ||
    (host.grub?.environment.get("next_entry") ?? "") !== "";
  const asked = askedLines(desiredHost(inputs));
  const isRemembered = host.phase === "ready" && isSameAsked(host.asked, asked);
  const claims = mustTakeClaim(host.claim, claiming.owner, claiming.renews);
  if (preparation.length === 0 && isDefault && !isTrialLeft && isRemembered)
    return claims ? job("claim the host", [claim(host.claim, claiming)]) : undefined;
  return job("keep Xen", [
    claim(host.claim, claiming),
    phaseStep("preparing", host.bootId, "note-beginning"),
    ...preparation,
    ...(isDefault ? [] : [step("make-default", "make Xen what the host boots", "none", makeXenDefault)]),
    ...(isTrialLeft ? [step("end-trial", "remove the trial's arrangements", "none", disarmTrial)] : []),
    step(
      "remember-arguments",
      "record what is asked of the command lines",
      "none",
      sh`printf '%s\n' ${asked.join("\n")} >${HOST_FOLDER}/asked`,
    ),
    phaseStep("ready", host.bootId),
  ]);
}

/** After a trial that ended in Linux. */
export function fallenBackJob(host: ObservedHost): Job {
  return job("end the failed trial of Xen", [
    step("end-trial", "remove the trial's arrangements", "none", disarmTrial),
    phaseStep("fell-back", host.bootId),
  ]);
}

/** `restore`: from its next boot on the host is plain Linux; the packages stay. */
export function removalJob(seen: Claim | undefined, inputs: XenHostInputs, claiming: Claiming): Job {
  const begin = claim(seen, claiming);
  const forget = step("forget", "release the claim on the host", "none", releaseFolder("host", "self"));
  if (inputs.onDelete !== "restore") return job("leave the Xen host as it is", [begin, forget]);
  const repository = inputs.repository === undefined ? [] : [debian.repositoryFile(inputs.repository).path];
  return job("make plain Linux the default again", [
    begin,
    step("end-trial", "remove the trial's arrangements", "none", disarmTrial),
    step("make-default", "make plain Linux what the host boots", "none", makeLinuxDefault),
    step(
      "remove-settings",
      "remove our settings",
      "none",
      sh`if [ -e ${debian.xendomainsEnvironmentFile} ]; then
  rm -f ${debian.xendomainsEnvironmentFile}
  rmdir "$(dirname ${debian.xendomainsEnvironmentFile})" 2>/dev/null || :
  systemctl daemon-reload
fi
${removePygrubUser}
rm -f ${[FALLBACK_SCRIPT, LATE_DROP_IN, ...repository]}
printf '%s\n' '# Written by pulumi-xen (XenHost); plain Linux boots by default. Remove at will.' XEN_OVERRIDE_GRUB_DEFAULT=0 >${EARLY_DROP_IN}
chmod 644 ${EARLY_DROP_IN}
umask 022
update-grub`,
    ),
    forget,
  ]);
}

/** What the host boots when nobody intervenes. */
export function defaultBoot(host: ObservedHost): "xen" | "linux" {
  const entry = host.grub === undefined ? undefined : xenEntry(host.grub.entries);
  return entry?.id !== undefined && host.grub?.environment.get("saved_entry") === entry.id ? "xen" : "linux";
}

/** The boot during which a trial was armed, where the host's phase says so. */
export function trialArmedIn(host: ObservedHost): string | undefined {
  return /^trial (\S+)$/.exec(host.phase ?? "")?.[1];
}

function askedLines(desired: DesiredHost): string[] {
  return [...desired.hypervisorArgs.map((arg) => `xen ${arg}`), ...desired.kernelArgs.map((arg) => `linux ${arg}`)];
}

/** In any order, as the arguments themselves. */
function isSameAsked(a: readonly string[], b: readonly string[]): boolean {
  return a.every((line) => b.includes(line)) && b.every((line) => a.includes(line));
}

/** All that was ever asked and may still run, so that what is no longer asked can be seen to be gone. */
function writeAsked(host: ObservedHost, inputs: XenHostInputs): ShellText {
  const all = [...new Set([...host.asked, ...askedLines(desiredHost(inputs))])];
  return sh`printf '%s\n' ${all.join("\n")} >${HOST_FOLDER}/asked`;
}

function writeSettings(desired: DesiredHost): ShellText {
  return lines([
    write({ path: EARLY_DROP_IN, content: earlyDropIn, mode: "0644" }),
    write({ path: LATE_DROP_IN, content: renderLateDropIn(desired.hypervisorArgs, desired.kernelArgs), mode: "0644" }),
    write({ path: FALLBACK_SCRIPT, content: fallbackScript, mode: "0755" }),
  ]);
}

function write({ path, content, mode }: RenderedFile): ShellText {
  return sh`new=$(mktemp)
printf '%s' ${content} >"$new"
(umask 022; mkdir -p "$(dirname ${path})")
install_file "$new" ${path} ${mode}
rm -f "$new"`;
}

/** The first effect of every job: it stops where somebody else has claimed the host since it was observed. */
function claim(seen: Claim | undefined, { owner, renews }: Claiming): Step {
  const script = takeClaim({ folder: HOST_FOLDER, owner, of: "this host", seen, renews });
  return step("claim", `claim the host for ${owner}`, "none", script);
}

function phaseStep(phase: XenHostPhase, bootId: string, name = "note-phase"): Step {
  const note = phase === "trial" || phase === "awaiting-reboot" ? `${phase} ${bootId}` : phase;
  return step(
    name,
    `note: ${phase}`,
    "none",
    sh`printf '%s\n' ${note} >${HOST_FOLDER}/phase
sync`,
  );
}

function step(name: string, title: string, effect: Step["effect"], script: ShellText): Step {
  return { name, title, effect, script };
}

function job(title: string, steps: readonly Step[]): Job {
  return { object: HOST_OBJECT, title, steps, sections: ["boot", "packages"], timeoutSeconds: 3600 };
}
