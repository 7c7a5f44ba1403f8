/** The guest's plan: the table's, with what stands in its file besides. Preview, update, verification and drift use it. Pure. */
import { type Change, changeText, driftOf, planOf } from "../../change";
import { strongest, type Effect } from "../../effect";
import { differingKeys } from "../../xen";
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

/** What somebody wrote into the guest's file: it is written again, and touches nothing that runs. */
function fileChanges(
  is: Guest,
  shall: DomUInputs,
  changes: readonly GuestChange[],
  secrets: readonly string[],
): GuestChange[] {
  // A guest that saved inputs made has no file that could differ from them.
  if (is.declared !== undefined) return [];
  const path = configPath(is.name ?? shall.name);
  if (is.file === undefined) return [{ property: "config", text: `${path} is missing`, effect: "none" }];
  const config = finalConfig(shall);
  const told = new Set(
    changes.flatMap(({ property }) => {
      const name = property.split(/[.[]/, 1)[0] ?? property;
      return [...keysOf(name, config), ...(name === "extraConfig" ? Object.keys(is.file?.others ?? {}) : [])];
    }),
  );
  const hidden = new Set(["vfb", ...secrets.flatMap((property) => keysOf(property, config))]);
  return differingKeys(is.file, config)
    .filter(({ key }) => !told.has(key))
    .map(({ key, entry, before, after }) => ({
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

/** What differs in the guest's files alone, which no input can show. */
export function fileDrift(is: Guest, declared: DomUInputs): GuestChange[] {
  return guestPlan(is, declared).filter(({ property }) => property === "config");
}

export function effectOf(changes: readonly GuestChange[]): Effect {
  return strongest(changes.map(({ effect }) => effect));
}
