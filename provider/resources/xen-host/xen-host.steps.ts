/** What has to be done on a host, as data: the steps of its jobs. Pure. */
import type { SeenBoot, SettingsDrift } from "../../host/boot/boot-loader";
import { dom0KernelWord, hiddenDevices, hidesDevices, pciDevice } from "../../host/boot/hidden-devices";
import { splitArguments } from "../../host/boot/hypervisor-arguments";
import { armTrialTimer, disarmTrialTimer, rebootSoon } from "../../host/boot/trial-timer";
import { type Claim, takeClaim } from "../../host/claim";
import type { HostFamily } from "../../host/families/host-family";
import { folderOfKind } from "../../host/owned-folder";
import { switchOn } from "../../host/services/switched-off";
import { addPygrubUser, restrictPygrubOfXendomains } from "../../host/pygrub-user";
import { writeFile } from "../../host/rendered-file";
import { missingAtBoot, startAtBoot } from "../../host/services/services-at-boot";
import { InvariantError } from "../../errors";
import { type Job, type ShellText, type Step, lines, sh } from "../../shell";
import { shown } from "../../property";
import { ADOPTION_FILE, HOST_FOLDER, type ObservedHost, installedVersions } from "./xen-host.observe";
import { mustTakeClaim } from "../claimed";
import { type DesiredHost, desiredHost } from "./xen-host.desired";
import { bringBackStep, guestsToTakeDown, takeDownStep } from "./xen-host.guests";
import { memorySteps } from "./xen-host.memory";
import type { XenHostInputs, XenHostOutputs, XenHostPhase } from "./xen-host.properties";
import { isInstalled } from "./xen-host.seen";

export const HOST_OBJECT = "host/self";
/** Services that are started at each boot since we had them so. */
export const SERVICES_FILE = `${HOST_FOLDER}/services`;

/** How a job claims the host: the owner, and whether the claim gets a new id. */
export interface Claiming {
  readonly owner: string;
  readonly renews: boolean;
}

/** How the boot loader's settings differ from what is desired: `edited` needs them written, `regenerate` only the menu made. */
export function settingsDrift(host: ObservedHost, inputs: XenHostInputs): SettingsDrift {
  return host.boot?.drift(desiredHost(inputs, host.family).boot) ?? "edited";
}

/** Where the family has it run without privileges. */
export function lacksPygrubUser({ family, hasPygrubUser }: ObservedHost): boolean {
  return family?.xendomainsEnvironmentFile !== undefined && !hasPygrubUser;
}

/** Units that the family's Xen needs and that a boot does not start. */
export function servicesOff({ family, unitsOff }: ObservedHost): readonly string[] {
  return (family?.services ?? []).filter((unit) => unitsOff.includes(unit));
}

/** Services and modules that a Xen host of its family needs at each boot, and that nobody starts then. */
export function lacksAtBoot({ family, atBoot }: ObservedHost): string[] {
  return family?.atBoot === undefined ? [] : missingAtBoot(family.atBoot, atBoot);
}

/** A host that lacks either was refused before. */
export function partsOf({ family, boot }: ObservedHost): { family: HostFamily; boot: SeenBoot } {
  if (family === undefined || boot === undefined)
    throw new InvariantError("The host is of no family, or boots with nothing, that we know.");
  return { family, boot };
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
  const { family, boot } = partsOf(host);
  const desired = desiredHost(inputs, family);
  const isSecret = (property: string): boolean => inputs.secretProperties?.includes(property) === true;
  const { dom0KernelPackage, beforePackages, services } = family;
  // Where the user names it, it was refused before that nobody did.
  const ownKernel = dom0KernelPackage === undefined ? [] : [dom0KernelPackage];
  const lacking = host.dom0Kernels.length === 0 ? ownKernel.filter((name) => !desired.packageNames.includes(name)) : [];
  const packages = [...lacking, ...desired.packages];
  const installed = installedVersions(host, desired.packages);
  const lacksPackages = desired.packages.some((spec) => !isInstalled(installed, spec)) || host.dom0Kernels.length === 0;
  const drift = settingsDrift(host, inputs);
  const repository = inputs.repository === undefined ? undefined : family.packages.repositoryFile(inputs.repository);
  const lacksRepository = repository !== undefined && host.repositories.get(repository.path) !== repository.content;
  const environmentFile = family.xendomainsEnvironmentFile;
  const steps: (Step | false | undefined)[] = [
    drift === "edited" &&
      boot.writeSettings !== undefined &&
      step("write-boot-settings", `write ${boot.program}'s settings for Xen`, "none", boot.writeSettings(desired.boot)),
    lacksRepository &&
      step(
        "add-repository",
        `add ${shown(repository.path, { secret: isSecret("repository") })}`,
        "none",
        writeFile(repository),
      ),
    lacksPackages &&
      beforePackages !== undefined &&
      step("before-packages", beforePackages.title, "none", beforePackages.script),
    lacksPackages &&
      step("install-packages", `install ${packageWords(packages, inputs)}`, "none", family.packages.install(packages)),
    environmentFile !== undefined &&
      (lacksPackages || lacksPygrubUser(host)) &&
      step(
        "restrict-pygrub",
        "let pygrub run without privileges",
        "none",
        lines([addPygrubUser, restrictPygrubOfXendomains(environmentFile, folderOfKind("domu"))]),
      ),
    services !== undefined &&
      (lacksPackages || servicesOff(host).length > 0) &&
      step("enable-services", "have Xen's services started at each boot", "none", switchOn(services)),
    family.atBoot !== undefined &&
      (lacksPackages || lacksAtBoot(host).length > 0) &&
      step(
        "start-at-boot",
        "have Xen's services and modules started at each boot",
        "none",
        startAtBoot(family.atBoot, SERVICES_FILE),
      ),
    (lacksPackages || drift !== "none") &&
      step(
        "make-boot-menu",
        `make ${boot.program}'s menu where it is not current`,
        "none",
        boot.makeMenu(desired.boot),
      ),
  ];
  return steps.filter((each): each is Step => typeof each === "object");
}

/** The job that ends with the reboot into a Xen on trial, or (`reboot: "never"`) waits for somebody else's. */
export function trialJob(host: ObservedHost, inputs: XenHostInputs, claiming: Claiming): Job {
  const isAttended = inputs.reboot !== "never";
  // Those of an earlier boot that are not back, too.
  const taken = guestsToTakeDown(host, inputs);
  const down = [...host.guestsDown.filter(({ uuid }) => !taken.some((guest) => guest.uuid === uuid)), ...taken];
  const takesDown = host.xen !== undefined;
  const { boot, family } = partsOf(host);
  // A trial makes Linux the default; a host that is not rebooted keeps the one that it had.
  const asBefore = lines([
    endTrialScript(boot),
    ...(defaultBoot(host) === "xen" ? [boot.makeXenDefault(desiredHost(inputs, family).boot)] : []),
  ]);
  return job(
    "boot Xen on trial",
    [
      claim(host.claim, claiming),
      phaseStep("preparing", host.bootId, "note-beginning"),
      step("remember-arguments", "record what is asked of the command lines", "none", writeAsked(host, inputs)),
      ...preparationSteps(host, inputs),
      step(
        "arm-trial",
        "let Xen boot once, and Linux again unless it is proven",
        "none",
        // At a time that somebody else chooses, nobody may be there to prove anything for hours: no timer then.
        boot.armTrial(desiredHost(inputs, family).boot, isAttended ? armTrialTimer(HOST_FOLDER) : forgetExpired),
      ),
      ...(isAttended && takesDown ? [takeDownStep(HOST_FOLDER, down, asBefore)] : []),
      phaseStep(isAttended ? "trial" : "awaiting-reboot", host.bootId),
      ...(isAttended ? [step("reboot", "reboot", "reboot", rebootSoon)] : []),
    ],
    host,
  );
}

/** The job for a host that runs the desired Xen already: what is left of preparing, and making it stay. */
export function settleJob(host: ObservedHost, inputs: XenHostInputs, claiming: Claiming): Job | undefined {
  const preparation = preparationSteps(host, inputs);
  const menuChanges = preparation.some(({ name }) => name === "make-boot-menu");
  const isDefault = !menuChanges && defaultBoot(host) === "xen";
  const { boot } = partsOf(host);
  const isTrialLeft = boot.isTrialLeft || host.boot?.isWatched === true;
  const desired = desiredHost(inputs, host.family);
  const memory = memorySteps(host, inputs);
  const asked = [...new Set([...askedLines(inputs, desired), ...stillRunning(host)])];
  const isRemembered = host.phase === "ready" && host.adopted === undefined && isSameAsked(host.asked, asked);
  const claims = mustTakeClaim(host.claim, claiming.owner, claiming.renews);
  if (
    preparation.length === 0 &&
    memory.length === 0 &&
    bringBack(host).length === 0 &&
    isDefault &&
    !isTrialLeft &&
    isRemembered
  )
    return claims ? job("claim the host", [claim(host.claim, claiming)]) : undefined;
  return job(
    "keep Xen",
    [
      claim(host.claim, claiming),
      phaseStep("preparing", host.bootId, "note-beginning"),
      ...preparation,
      ...(isDefault
        ? []
        : [step("make-default", "make Xen what the host boots", "none", boot.makeXenDefault(desired.boot))]),
      ...(isTrialLeft ? [endTrialStep(boot)] : []),
      step("remember-arguments", "record what is asked of the command lines", "none", remember(asked)),
      ...bringBack(host),
      // Last: what says so at the next boot is there already, and no guest waits for it.
      ...memory,
      phaseStep("ready", host.bootId),
    ],
    host,
  );
}

/** After a trial that ended in Linux. */
export function fallenBackJob(host: ObservedHost): Job {
  const steps = [endTrialStep(partsOf(host).boot), ...bringBack(host), phaseStep("fell-back", host.bootId)];
  return job("end the failed trial of Xen", steps, host);
}

/** What the host boots when nobody intervenes. */
export function defaultBoot(host: ObservedHost): XenHostOutputs["defaultBoot"] {
  return host.boot?.boots ?? "unknown";
}

/** The boot during which a trial was armed, where the host's phase says so. */
export function trialArmedIn(host: ObservedHost): string | undefined {
  return /^trial (\S+)$/.exec(host.phase ?? "")?.[1];
}

/** For the host's file of what was asked (ObservedHost.asked). */
export function askedLines({ kernelArgs = [], passthrough = [] }: XenHostInputs, { boot }: DesiredHost): string[] {
  return [
    ...boot.hypervisorArgs.map((arg) => `xen ${arg}`),
    ...kernelArgs.map((arg) => `linux ${dom0KernelWord(arg)}`),
    ...passthrough.map((address) => `hide ${pciDevice(address)}`),
  ];
}

/** Sizes of dom0 that Xen was booted with, since when another was set while it runs. */
function stillRunning({ asked, xen }: ObservedHost): string[] {
  const running = splitArguments(xen?.commandLine ?? "");
  return asked.filter((line) => line.startsWith("xen dom0_mem=") && running.includes(line.slice("xen ".length)));
}

/** In any order, as the arguments themselves; a device is hidden the same, whichever property says so. */
function isSameAsked(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [a.flatMap(byDevice), b.flatMap(byDevice)];
  return one.every((line) => other.includes(line)) && other.every((line) => one.includes(line));
}

function byDevice(line: string): string[] {
  const word = line.startsWith("linux ") ? line.slice("linux ".length) : "";
  return hidesDevices(word) ? hiddenDevices([word]).map((device) => `hide ${device}`) : [line];
}

/** All that was ever asked and may still run, so that what is no longer asked can be seen to be gone. */
function writeAsked(host: ObservedHost, inputs: XenHostInputs): ShellText {
  const all = [...new Set([...host.asked, ...askedLines(inputs, desiredHost(inputs, host.family))])];
  return remember(all);
}

/** Whoever asks for something does not use the host as it is. */
function remember(asked: readonly string[]): ShellText {
  return sh`printf '%s\n' ${asked.join("\n")} >${HOST_FOLDER}/asked
rm -f ${ADOPTION_FILE}`;
}

/** Word of an earlier trial. */
const forgetExpired = sh`rm -f ${HOST_FOLDER}/trial-expired`;

export function endTrialStep(boot: SeenBoot): Step {
  return step("end-trial", "remove the trial's arrangements", "none", endTrialScript(boot));
}

function endTrialScript(boot: SeenBoot): ShellText {
  return lines([disarmTrialTimer(HOST_FOLDER), boot.endTrial]);
}

/** Where Xen runs: on plain Linux they wait for its next boot. */
function bringBack({ xen, guestsDown }: ObservedHost): Step[] {
  return xen === undefined || guestsDown.length === 0 ? [] : [bringBackStep(HOST_FOLDER)];
}

/** The first effect of every job: it stops where somebody else has claimed the host since it was observed. */
export function claim(seen: Claim | undefined, { owner, renews }: Claiming): Step {
  const script = takeClaim({ folder: HOST_FOLDER, owner, of: "this host", seen, renews });
  return step("claim", `claim the host for ${owner}`, "none", script);
}

export function phaseStep(phase: XenHostPhase, bootId: string, name = "note-phase"): Step {
  const note = phase === "trial" || phase === "awaiting-reboot" ? `${phase} ${bootId}` : phase;
  return step(
    name,
    `note: ${phase}`,
    "none",
    sh`note_down ${HOST_FOLDER}/phase ${note}
sync`,
  );
}

export function step(name: string, title: string, effect: Step["effect"], script: ShellText): Step {
  return { name, title, effect, script };
}

/** `host`: of a job that touches its guests. */
export function job(title: string, steps: readonly Step[], host?: Pick<ObservedHost, "toolstack">): Job {
  const files = host?.toolstack === undefined ? {} : { files: [host.toolstack.library] };
  return { object: HOST_OBJECT, title, steps, sections: ["boot", "packages"], timeoutSeconds: 3600, ...files };
}
