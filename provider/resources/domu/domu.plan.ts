/** The guest's plan: the table's, with what stands in its file besides. Preview, update, verification and drift use it. Pure. */
import { type Change, changeText, driftOf, planOf } from "../../change";
import { strongest, type Effect } from "../../effect";
import { type DomainConfig, differingKeys } from "../../xen";
import { finalConfig, keysOf } from "./domu.config";
import { type Guest, powerStateOf } from "./domu.guest";
import { configPath } from "./domu.place";
import { type DomUInputs, domuTable } from "./domu.properties";
import type { DomUShall, LiveStep } from "./domu.shall";

export type GuestChange = Change<LiveStep>;

export function guestPlan(is: Guest, shall: DomUInputs): GuestChange[] {
  const secrets = [...(shall.secretProperties ?? []), ...secretsOf(is.declared)];
  const changes = planOf(domuTable, is, shall, { secrets });
  return [...changes.map((change) => asFarAsItRuns(change, is, shall)), ...fileChanges(is, shall, changes, secrets)];
}

/** Of a guest that shall be down nothing is changed but its files; one that has crashed is built again, with all that differs. */
function asFarAsItRuns(change: GuestChange, is: Guest, shall: DomUInputs): GuestChange {
  const { steps: _steps, ...bare } = change;
  if (ALWAYS.includes(change.property)) return change;
  if (shall.powerState === "stopped") return { ...bare, effect: "none" };
  return powerStateOf(is) === "crashed" ? { ...bare, effect: change.effect === "none" ? "none" : "restart" } : change;
}

const ALWAYS = ["powerState", "autostart", "name", "uuid"];

/** What stands in the guest's file otherwise: it is written again, and touches nothing that runs. */
function fileChanges(
  is: Guest,
  shall: DomUInputs,
  changes: readonly GuestChange[],
  secrets: readonly string[],
): GuestChange[] {
  // A guest that saved inputs made has no file that could differ from them.
  if (is.declared !== undefined) return [];
  const config = finalConfig(shall);
  const told = changes.flatMap(({ property }) => {
    const name = property.split(/[.[]/, 1)[0] ?? property;
    return [...keysOf(name, config), ...(name === "extraConfig" ? Object.keys(is.file?.others ?? {}) : [])];
  });
  return differences(is, shall, config, secrets).filter(({ key }) => !told.includes(key ?? ""));
}

/** With the key that differs. */
function differences(
  is: Guest,
  shall: DomUInputs,
  config: DomainConfig,
  secrets: readonly string[],
): (GuestChange & { readonly key?: string })[] {
  const path = configPath(is.name ?? shall.name);
  if (is.file === undefined) return [{ property: "config", text: `${path} is missing`, effect: "none" }];
  const hidden = new Set(["vfb", ...secrets.flatMap((property) => keysOf(property, config))]);
  return differingKeys(is.file, config).map(({ key, entry, before, after }) => ({
    key,
    property: "config",
    text: changeText(`${path}: ${key}${entry === undefined ? "" : ` ${entry}`}`, before, after, {
      secret: hidden.has(key) || (secrets.includes("extraConfig") && key in config.others),
    }),
    effect: "none",
  }));
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
  const config = is.domain === undefined ? is.file : (is.record ?? is.file);
  return differences(is, declared, config ?? finalConfig(declared), declared.secretProperties ?? []);
}

export function effectOf(changes: readonly GuestChange[]): Effect {
  return strongest(changes.map(({ effect }) => effect));
}
