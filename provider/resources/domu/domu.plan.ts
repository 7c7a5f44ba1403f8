/** The guest's plan: the table's, with what stands in its file besides. Preview, update, verification and drift use it. Pure. */
import { type Change, changeText, driftOf, planOf } from "../../change";
import { strongest, type Effect } from "../../effect";
import { type DomainConfig, differingKeys } from "../../xen";
import { finalConfig, keysOf } from "./domu.config";
import { type Guest, powerStateOf } from "./domu.guest";
import { configPath } from "./domu.place";
import { type DomUInputs, domuTable } from "./domu.properties";
import { hasSnapshotBefore, snapshotText } from "./domu.snapshots";
import type { DomUShall, LiveStep } from "./domu.shall";
import { differingFiles } from "./domu.vlans";

export type GuestChange = Change<LiveStep>;

export function guestPlan(is: Guest, shall: DomUInputs): GuestChange[] {
  const secrets = [...(shall.secretProperties ?? []), ...secretsOf(is.declared)];
  const changes = planOf(domuTable, is, shall, { secrets });
  const all = [
    ...changes.map((change) => asFarAsItRuns(change, is, shall)),
    ...fileChanges(is, shall, changes, secrets),
    ...vlanFileChanges(is, shall, changes),
  ];
  return [...all, ...snapshotChanges(all, shall, secrets)];
}

/** What is done besides, where the guest is taken down and booted again. */
function snapshotChanges(
  changes: readonly GuestChange[],
  shall: DomUInputs,
  secrets: readonly string[],
): GuestChange[] {
  const isRestart = shall.powerState !== "stopped" && effectOf(changes) === "restart";
  return isRestart && hasSnapshotBefore(shall, "restart")
    ? [{ property: "snapshotBefore", text: snapshotText(shall, secrets.includes("disks")), effect: "none" }]
    : [];
}

/** Of a guest that is declared stopped only the files change; one that has crashed is built again, with everything that differs. */
function asFarAsItRuns(change: GuestChange, is: Guest, shall: DomUInputs): GuestChange {
  const { steps: _steps, ...bare } = change;
  if (ALWAYS.includes(change.property)) return change;
  if (shall.powerState === "stopped") return { ...bare, effect: "none" };
  return powerStateOf(is) === "crashed" ? { ...bare, effect: change.effect === "none" ? "none" : "restart" } : change;
}

const ALWAYS = ["powerState", "autostart", "name", "uuid"];

/** Other differences in the guest's file, such as the order of its lists: the file is written again, and nothing that runs is touched. */
function fileChanges(
  is: Guest,
  shall: DomUInputs,
  changes: readonly GuestChange[],
  secrets: readonly string[],
): GuestChange[] {
  const path = configPath(is.name ?? shall.name);
  if (is.file === undefined) return [{ property: "config", text: `${path} is missing`, effect: "none" }];
  const config = finalConfig(shall);
  const told = new Set(
    changes.flatMap(({ property }) => {
      const name = property.split(/[.[]/, 1)[0] ?? property;
      // What cloud-init reads is a disk of its own.
      if (name === "cloudInit") return keysOf("disks", config);
      return [...keysOf(name, config), ...(name === "extraConfig" ? Object.keys(is.file?.others ?? {}) : [])];
    }),
  );
  return differences(is, is.file, path, config, secrets).filter(({ key }) => !told.has(key ?? ""));
}

/** Where the interfaces' own changes write them, those tell. */
function vlanFileChanges(is: Guest, shall: DomUInputs, changes: readonly GuestChange[]): GuestChange[] {
  if (changes.some(({ property }) => property.startsWith("vifs"))) return [];
  return differingFiles(is, shall).map((text): GuestChange => ({ property: "config", text, effect: "none" }));
}

/** With the key that differs. */
function differences(
  { on }: Guest,
  file: DomainConfig,
  path: string,
  desired: DomainConfig,
  secrets: readonly string[],
): (GuestChange & { readonly key?: string })[] {
  // Its text is not shown: nobody can tell where in it a password stands.
  if (file.refused !== undefined) {
    return [{ property: "config", text: `${path}: ${on.name} refuses it (line ${file.refused.line})`, effect: "none" }];
  }
  const config = on.asRead(desired);
  const hidden = new Set(["vfb", ...secrets.flatMap((property) => keysOf(property, config))]);
  return differingKeys(file, config).map(({ key, entry, before, after }) => {
    const secret = hidden.has(key) || (secrets.includes("extraConfig") && key in config.others);
    // What tells an entry apart, such as its address, is a part of the secret.
    const what = entry === undefined || secret ? key : `${key} ${entry}`;
    return { key, property: "config", text: changeText(`${path}: ${what}`, before, after, { secret }), effect: "none" };
  });
}

function secretsOf(declared: Guest["declared"]): readonly string[] {
  const names = declared?.["secretProperties"];
  return Array.isArray(names) ? names.map(String) : [];
}

/** The inputs as the host shows them. */
export function guestDrift(is: Guest, declared: DomUInputs): Partial<DomUInputs> {
  return driftOf(domuTable, is, declared as DomUShall) as Partial<DomUInputs>;
}

/**
 * What somebody wrote into the file of a guest that runs, which no input can show. Beside what the guest runs with, and not
 * beside the inputs: those may hold the drift of an earlier refresh. Of a guest that is down the inputs show it.
 */
export function fileDrift(is: Guest, declared: DomUInputs): GuestChange[] {
  const path = configPath(is.name ?? declared.name);
  if (is.file === undefined)
    return [...namesApart(is), ...remains(is), { property: "config", text: `${path} is missing`, effect: "none" }];
  const runs = is.domain === undefined ? is.file : (is.record ?? is.file);
  const vlans = differingFiles(is, { ...declared, ...guestDrift(is, declared) });
  return [
    ...namesApart(is),
    ...remains(is),
    ...vlans.map((text): GuestChange => ({ property: "config", text, effect: "none" })),
    ...differences(is, is.file, path, runs, declared.secretProperties ?? []),
  ];
}

/** Somebody renamed the domain: whoever declares that name now still has its file and link to be renamed. */
function namesApart({ name, domain }: Guest): GuestChange[] {
  if (name === undefined || domain === undefined || domain.name === name) return [];
  return [
    { property: "config", text: `${configPath(name)} belongs to a domain called ${domain.name} now`, effect: "live" },
  ];
}

function remains({ unbuilt }: Guest): GuestChange[] {
  if (unbuilt === undefined) return [];
  const text = `a creation that was cut off has left the domain ${unbuilt.name} (id ${unbuilt.domid})`;
  return [{ property: "config", text, effect: "none" }];
}

export function effectOf(changes: readonly GuestChange[]): Effect {
  return strongest(changes.map(({ effect }) => effect));
}
