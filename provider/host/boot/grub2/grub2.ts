/** GRUB 2 behind the contract of a boot loader: files of settings, a script and the environment block, wherever its layout has them. Pure. */
import { type ShellText, lines, sh } from "../../../shell";
import { type RenderedFile, writeFile } from "../../rendered-file";
import type { BootLoader, DesiredBoot, SeenBoot, SettingsDrift } from "../boot-loader";
import { missingArguments } from "../hypervisor-arguments";
import { armTrial, endTrial, makeLinuxDefault, makeXenDefault } from "./boot-trial";
import { defaultEntry, xenEntry } from "./grub-config";
import { type Grub2Facts, readGrub2, sayGrub2 } from "./grub-facts";
import { NO_DROP_INS, trialFaults } from "./grub-faults";
import { type Grub2Layout, grubLayout, layoutVariables, readOurSettings } from "./grub-layout";
import { regenerateGrub } from "./grub-regenerate";
import {
  FALLBACK_SCRIPT,
  TRIAL_VARIABLE,
  earlyDropIn,
  fallbackScript,
  lateInNormalForm,
  readLateDropIn,
  renderLateDropIn,
  restoredDropIn,
} from "./grub-settings";

export const grub2: BootLoader = {
  name: "grub2",
  ask: sayGrub2,
  read: (answer) => {
    const found = readGrub2(answer);
    return found === undefined ? undefined : seenGrub2(found.facts, found.layout);
  },
};

export function seenGrub2(facts: Grub2Facts, layout: Grub2Layout = grubLayout): SeenBoot {
  const { environment } = facts;
  const xen = xenEntry(facts.entries);
  const byDefault = defaultEntry(facts.entries, facts.defaultSetting, environment);
  return {
    program: "GRUB",
    boots: byDefault?.hypervisorArgs === undefined ? "linux" : "xen",
    isTrialLeft: environment.has(TRIAL_VARIABLE) || (environment.get("next_entry") ?? "") !== "",
    configured: facts.late === undefined ? undefined : readLateDropIn(facts.late),
    menu:
      xen === undefined ? undefined : { hypervisorArgs: xen.hypervisorArgs ?? [], kernelArgs: xen.kernelArgs ?? [] },
    drift: (desired) => driftOf(facts, layout, desired),
    faults: (boots) => (facts.readsDropIns === false ? [NO_DROP_INS] : boots ? trialFaults(facts, layout) : []),
    writeSettings: (desired) => lines([...settingsFiles(layout, desired).map(writeFile), ...readOurSettings(layout)]),
    makeMenu: () => regenerateGrub(layout),
    armTrial: (_desired, watch) => armTrial(layout, watch),
    endTrial: endTrial(layout),
    makeXenDefault: () => makeXenDefault(layout),
    makeLinuxDefault: makeLinuxDefault(layout),
    removeSettings: removeSettings(layout),
  };
}

function driftOf(facts: Grub2Facts, layout: Grub2Layout, desired: DesiredBoot): SettingsDrift {
  const { hypervisorArgs, kernelArgs } = desired;
  const late = renderLateDropIn(hypervisorArgs, kernelArgs, layout);
  const isEarly = layout.early === undefined || facts.early === earlyDropIn;
  const isLate = facts.late !== undefined && lateInNormalForm(facts.late) === lateInNormalForm(late);
  if (!isEarly || !isLate || facts.lateUnread === true || facts.fallback !== fallbackScript) return "edited";
  const entry = xenEntry(facts.entries);
  const isGenerated =
    entry !== undefined &&
    facts.hasFallback &&
    facts.staleFor === undefined &&
    missingArguments(hypervisorArgs, entry.hypervisorArgs ?? []).length === 0 &&
    kernelArgs.every((arg) => entry.kernelArgs?.includes(arg) === true);
  return isGenerated ? "none" : "regenerate";
}

function settingsFiles(layout: Grub2Layout, { hypervisorArgs, kernelArgs }: DesiredBoot): RenderedFile[] {
  const { early, late } = layout;
  return [
    ...(early === undefined ? [] : [{ path: early, content: earlyDropIn, mode: "0644" }]),
    { path: late, content: renderLateDropIn(hypervisorArgs, kernelArgs, layout), mode: "0644" },
    { path: FALLBACK_SCRIPT, content: fallbackScript, mode: "0755" },
  ];
}

function removeSettings(layout: Grub2Layout): ShellText {
  const { early, late, makeMenu } = layout;
  return lines([
    ...readOurSettings(layout, { without: true }),
    sh`rm -f ${[FALLBACK_SCRIPT, late]}`,
    ...(early === undefined ? [] : [writeFile({ path: early, content: restoredDropIn, mode: "0644" })]),
    layoutVariables(layout),
    sh`umask 022
${makeMenu}`,
  ]);
}
