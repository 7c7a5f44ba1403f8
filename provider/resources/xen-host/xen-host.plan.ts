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
  renderLateDropIn,
} from "../../host/boot/grub-settings";
import { missingArguments, splitArguments } from "../../host/boot/hypervisor-arguments";
import { debian } from "../../host/debian";
import { type RenderedFile, packageVersion } from "../../host/host-family";
import { ROOT_FOLDER, claimFolder, releaseFolder } from "../../host/owned-folder";
import { addPygrubUser, removePygrubUser, restrictPygrubOfXendomains } from "../../host/pygrub-user";
import { type Job, type ShellText, type Step, lines, sh } from "../../shell";
import { HOST_FOLDER, type ObservedHost } from "./xen-host.observe";
import type { XenHostInputs, XenHostPhase } from "./xen-host.schema";
import { type XenHostWishes, wishesOf } from "./xen-host.wishes";

export const HOST_OBJECT = "host/self";
const OUR_GUESTS = `${ROOT_FOLDER}/domu`;

/** How the host's settings differ from the wishes: `edited` needs them written, `regenerate` only the menu made. */
export function settingsDrift(host: ObservedHost, inputs: XenHostInputs): "none" | "edited" | "regenerate" {
  const { grub } = host;
  if (grub === undefined) return "edited";
  const wishes = wishesOf(inputs);
  const late = renderLateDropIn(wishes.hypervisorArgs, wishes.kernelArgs);
  if (grub.early !== earlyDropIn || grub.late !== late || grub.fallback !== fallbackScript) return "edited";
  const entry = xenEntry(grub.entries);
  const isGenerated =
    entry !== undefined &&
    grub.hasFallback &&
    missingArguments(wishes.hypervisorArgs, splitArguments(entry.hypervisorArgs ?? "")).length === 0 &&
    wishes.kernelArgs.every((arg) => splitArguments(entry.kernelArgs ?? "").includes(arg));
  return isGenerated ? "none" : "regenerate";
}

/** What is missing before Xen can boot, or boot again; none: nothing. */
export function preparationSteps(host: ObservedHost, inputs: XenHostInputs): Step[] {
  const wishes = wishesOf(inputs);
  const packages = [...(host.dom0Kernels.length === 0 ? [debian.dom0KernelPackage] : []), ...wishes.packages];
  const lacksPackages = wishes.packages.some((spec) => !isInstalled(host, spec)) || host.dom0Kernels.length === 0;
  const drift = settingsDrift(host, inputs);
  const repository = inputs.repository === undefined ? undefined : debian.repositoryFile(inputs.repository);
  const lacksRepository = repository !== undefined && host.repositories.get(repository.path) !== repository.content;
  return [
    ...(drift === "edited"
      ? [step("write-boot-settings", "write GRUB's settings for Xen", "none", writeSettings(wishes))]
      : []),
    ...(lacksRepository ? [step("add-repository", `add ${repository.path}`, "none", write(repository))] : []),
    ...(lacksPackages
      ? [step("install-packages", `install ${packages.join(" ")}`, "none", debian.installPackages(packages))]
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
      ? [step("make-boot-menu", "make GRUB's menu anew where it is not current", "none", regenerateGrub)]
      : []),
  ];
}

/** The job that ends with the reboot into a Xen on trial, or (`reboot: "never"`) waits for somebody else's. */
export function trialJob(host: ObservedHost, inputs: XenHostInputs): Job {
  const isAttended = inputs.reboot !== "never";
  return job("boot Xen on trial", [
    claim("preparing"),
    step("remember-arguments", "remember what is asked of the command lines", "none", writeAsked(host, inputs)),
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

/** The job for a host that runs the wished Xen already: what is left of preparing, and making it stay. */
export function settleJob(host: ObservedHost, inputs: XenHostInputs): Job | undefined {
  const preparation = preparationSteps(host, inputs);
  const menuChanges = preparation.some(({ name }) => name === "make-boot-menu");
  const isDefault = !menuChanges && defaultBoot(host) === "xen";
  const isTrialLeft =
    host.grub?.isTrialArmed === true ||
    host.grub?.environment.has(TRIAL_VARIABLE) === true ||
    (host.grub?.environment.get("next_entry") ?? "") !== "";
  const asked = askedLines(wishesOf(inputs)).join("\n");
  const isRemembered = host.owner !== undefined && host.phase === "ready" && host.asked.join("\n") === asked;
  if (preparation.length === 0 && isDefault && !isTrialLeft && isRemembered) return undefined;
  return job("keep Xen", [
    claim("preparing"),
    ...preparation,
    ...(isDefault ? [] : [step("make-default", "make Xen what the host boots", "none", makeXenDefault)]),
    ...(isTrialLeft ? [step("end-trial", "take the trial's arrangements away", "none", disarmTrial)] : []),
    step(
      "remember-arguments",
      "remember what is asked of the command lines",
      "none",
      sh`printf '%s\n' ${asked} >${HOST_FOLDER}/asked`,
    ),
    phaseStep("ready", host.bootId),
  ]);
}

/** After a trial that ended in Linux. */
export function fallenBackJob(host: ObservedHost): Job {
  return job("end the failed trial of Xen", [
    step("end-trial", "take the trial's arrangements away", "none", disarmTrial),
    phaseStep("fell-back", host.bootId),
  ]);
}

/** `restore`: from its next boot on the host is plain Linux; the packages stay. */
export function removalJob(inputs: XenHostInputs): Job {
  const forget = step("forget", "remove our notes about the host", "none", releaseFolder("host", "self"));
  if (inputs.onDelete !== "restore") return job("leave the Xen host as it is", [forget]);
  const repository = inputs.repository === undefined ? [] : [debian.repositoryFile(inputs.repository).path];
  return job("make plain Linux the default again", [
    step("end-trial", "take the trial's arrangements away", "none", disarmTrial),
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

/** The boot during which a trial was armed, where the host's notes tell of one. */
export function trialArmedIn(host: ObservedHost): string | undefined {
  return /^trial (\S+)$/.exec(host.phase ?? "")?.[1];
}

function isInstalled(host: ObservedHost, spec: string): boolean {
  const have = host.packages.get(spec.split("=", 1)[0] ?? spec);
  return have !== undefined && (packageVersion(spec) ?? have) === have;
}

function askedLines(wishes: XenHostWishes): string[] {
  return [...wishes.hypervisorArgs.map((arg) => `xen ${arg}`), ...wishes.kernelArgs.map((arg) => `linux ${arg}`)];
}

/** All that was ever asked and may still run, so that what is no longer asked can be seen to be gone. */
function writeAsked(host: ObservedHost, inputs: XenHostInputs): ShellText {
  const all = [...new Set([...host.asked, ...askedLines(wishesOf(inputs))])];
  return sh`printf '%s\n' ${all.join("\n")} >${HOST_FOLDER}/asked`;
}

function writeSettings(wishes: XenHostWishes): ShellText {
  return lines([
    write({ path: EARLY_DROP_IN, content: earlyDropIn, mode: "0644" }),
    write({ path: LATE_DROP_IN, content: renderLateDropIn(wishes.hypervisorArgs, wishes.kernelArgs), mode: "0644" }),
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

function claim(phase: XenHostPhase): Step {
  return step(
    "claim",
    "note that we look after this host",
    "none",
    sh`${claimFolder("host", "self", "this host")}
printf '%s\n' ${phase} >${HOST_FOLDER}/phase`,
  );
}

function phaseStep(phase: XenHostPhase, bootId: string): Step {
  const note = phase === "trial" || phase === "awaiting-reboot" ? `${phase} ${bootId}` : phase;
  return step(
    "note-phase",
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
