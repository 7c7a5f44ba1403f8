/** Is what a preview shows of this very change, and possible? What it showed of an earlier one must not be consented to. */
import { isDeepStrictEqual } from "node:util";
import type { Announced, Run } from "../engine/run";
import type { Properties } from "../engine/provider-protocol";

/** Properties whose change each plan tells. */
const TOLD = [
  ...["memoryMiB", "vcpus", "maxVcpus", "cpus", "name", "extra", "boot", "kernel", "disks", "vifs", "vfb"],
  ...["onPoweroff", "onReboot", "onCrash", "autostart", "powerState", "waitFor", "sizeGiB"],
];
const EFFECTS = ["none", "live", "restart", "reboot", "migrate", "replace"];

export function faultsOfPreview({ announced }: Run): string[] {
  const guests = announced.filter(({ kind, op }) => kind === "domu" && op !== "delete");
  return [
    ...announced.filter(({ op }) => op === "update").flatMap(staleOf),
    ...guests.flatMap(configOf),
    ...guests.flatMap(({ key, inputs }) => doubles(key, "device", listOf(inputs, "disks", "device"))),
    ...doubles(
      "the program",
      "MAC",
      guests.flatMap(({ inputs }) => listOf(inputs, "vifs", "mac")),
    ),
    ...guests.flatMap(({ key, inputs }) =>
      listOf(inputs, "disks", "device")
        .filter((device) => !/^(xvd|sd|hd)[a-z]{1,2}\d*$/.test(device))
        .map((device) => `${key} has a disk called ${device}`),
    ),
  ];
}

function staleOf({ key, plan, effect, inputs, old }: Announced): string[] {
  // Of what a failed update or a refresh has left, the host knows more than the inputs.
  if (old === undefined || old.initErrors !== undefined || old.inputs["unfinished"] !== undefined) return [];
  const lines = plan.split("\n").filter((line) => line !== "");
  const said = new Set(lines.map(saidIn));
  const differ = TOLD.filter((name) => !isDeepStrictEqual(old.inputs[name], inputs[name]));
  const effects = lines.map((line) => EFFECTS.indexOf(/: (\w+)$/.exec(line)?.[1] ?? "none"));
  const strongest = EFFECTS[Math.max(0, ...effects)] ?? "none";
  return [
    ...differ
      .filter((name) => !said.has(name))
      .map((name) => `the plan of ${key} says nothing of ${name}, which changes: ${plan}`),
    ...TOLD.filter((name) => said.has(name) && !differ.includes(name)).map(
      (name) => `the plan of ${key} speaks of ${name}, which stays: ${plan}`,
    ),
    ...(effect === strongest ? [] : [`the effect of ${key} is ${effect}, and its plan says ${strongest}: ${plan}`]),
  ];
}

/** `vifs[0].bridge …`, or, where only its file changes, `/etc/xen/guest1.cfg: vif order …`. */
function saidIn(line: string): string {
  const key = /^\/etc\/xen\/\S+: (\w+)/.exec(line)?.[1];
  return TOLD.find((name) => key !== undefined && name.startsWith(key)) ?? /^\w+/.exec(line)?.[0] ?? line;
}

/** The configuration that is shown has what is declared. */
function configOf({ key, inputs }: Announced): string[] {
  const { config, memoryMiB, secretProperties = [] } = inputs;
  if (typeof config !== "string") return [];
  const isSecret = (name: string): boolean => (secretProperties as readonly string[]).includes(name);
  const wanted = [
    ...(typeof memoryMiB === "number" ? [`memory = ${String(memoryMiB)}`] : []),
    ...(isSecret("vifs") ? [] : listOf(inputs, "vifs", "mac")),
    ...(isSecret("disks") ? [] : listOf(inputs, "disks", "path")),
  ];
  return wanted.filter((text) => !config.includes(text)).map((text) => `the config of ${key} lacks ${text}`);
}

function doubles(whose: string, what: string, names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `${whose} has the ${what} ${name} twice`,
  );
}

function listOf(inputs: Properties, property: string, name: string): string[] {
  const list = inputs[property];
  return (Array.isArray(list) ? (list as readonly Properties[]) : [])
    .map((one) => one[name])
    .filter((one) => typeof one === "string");
}
