/** What people see of a run: calm lines, one for each operation, with what changes below it. */
import type { EngineEvent, OperationKind } from "./events";
import { type DiffLine, diffLines, withContext } from "./line-diff";
import { diffProperties, type PropertyChange } from "./property-diff";
import type { ResourceState } from "./resource-state";
import { shownLine } from "./shown-values";
import { isProviderUrn, nameOfUrn, STACK_TYPE, typeOfUrn } from "./urn";
import { type Json, type PropertyMap, UNKNOWN } from "./wire-values";

type Colour = "green" | "yellow" | "red" | "magenta" | "dim" | "bold";

const CODES: Readonly<Record<Colour, number>> = { green: 32, yellow: 33, red: 31, magenta: 35, dim: 2, bold: 1 };

export type Paint = (colour: Colour, text: string) => string;
export const inColour: Paint = (colour, text) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
export const plain: Paint = (_colour, text) => text;

const SIGNS: Readonly<Record<OperationKind, readonly [sign: string, colour: Colour, doing: string, done: string]>> = {
  same: ["  ", "dim", "", ""],
  create: ["+ ", "green", "creating", "created"],
  update: ["~ ", "yellow", "updating", "updated"],
  delete: ["- ", "red", "deleting", "deleted"],
  replace: ["+-", "magenta", "replacing", "replaced"],
  "create-replacement": ["++", "green", "creating the replacement", "replacement created"],
  "delete-replaced": ["--", "red", "deleting the original", "original deleted"],
  "remove-pending-replace": ["- ", "red", "forgetting", "forgotten"],
  refresh: ["~ ", "yellow", "reading", "read"],
};

/** Lines of context around a change in a text of many lines. */
const CONTEXT_LINES = 2;
/** Computed by the provider's check, for people: shown first and without quotes. */
const VERDICTS = ["effect", "plan"];

/** The lines for one event; none for what people need not see. */
export function describe(event: EngineEvent, paint: Paint): string[] {
  switch (event.kind) {
    case "started":
      return startedLines(event, paint);
    case "done":
      return doneLines(event, paint);
    case "failed": {
      const [first = "", ...rest] = event.message.split("\n");
      const seconds = event.elapsedMs > 0 ? ` ${elapsed(event.elapsedMs)}` : "";
      const head = `${paint("red", "failed")} ${title(event.urn)}${seconds}: ${first}`;
      return [`  ${head}`, ...rest.map((line) => `      ${line}`)];
    }
    case "message": {
      if (event.severity === "debug") return [];
      const whose = event.urn === undefined || typeOfUrn(event.urn) === STACK_TYPE ? "" : `${nameOfUrn(event.urn)}: `;
      const label = { info: "", warning: paint("yellow", "warning: "), error: paint("red", "error: ") }[event.severity];
      const [first = "", ...rest] = event.text.trimEnd().split("\n");
      return [
        `  ${paint("dim", "|")} ${label}${whose}${first}`,
        ...rest.map((line) => `  ${paint("dim", "|")} ${line}`),
      ];
    }
    case "outputs":
      return [];
  }
}

/** `outputs:` and a line each. */
export function describeOutputs(outputs: PropertyMap, paint: Paint): string[] {
  const entries = Object.entries(outputs);
  return entries.length === 0
    ? []
    : [paint("bold", "Outputs"), ...entries.map(([key, value]) => `  ${key}: ${shownLine(value)}`)];
}

/** `1 to create, 3 unchanged`, from counts by operation; empty when there are none. */
export function describeCounts(counts: ReadonlyMap<OperationKind, number>, preview: boolean): string {
  const verbs = [
    ["create", "create", "created"],
    ["update", "update", "updated"],
    ["replace", "replace", "replaced"],
    ["delete", "delete", "deleted"],
  ] as const;
  const parts = verbs.flatMap(([op, todo, did]) => {
    const count = counts.get(op) ?? 0;
    return count === 0 ? [] : [preview ? `${count} to ${todo}` : `${count} ${did}`];
  });
  const same = counts.get("same") ?? 0;
  return [...parts, ...(same > 0 ? [`${same} unchanged`] : [])].join(", ");
}

export function elapsed(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 60 ? `(${seconds.toFixed(1)} s)` : `(${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s)`;
}

function title(urn: string): string {
  return `${typeOfUrn(urn).split(/[:/]/).at(-1) ?? ""} ${nameOfUrn(urn)}`;
}

function isHidden(urn: string, op: OperationKind): boolean {
  return isProviderUrn(urn) || op === "same" || typeOfUrn(urn) === STACK_TYPE;
}

function startedLines({ op, urn, preview }: EngineEvent & { kind: "started" }, paint: Paint): string[] {
  if (preview || isHidden(urn, op) || op === "replace" || op === "refresh") return [];
  const [sign, colour, doing] = SIGNS[op];
  return [`  ${paint(colour, sign)} ${title(urn)} ${paint("dim", `${doing} …`)}`];
}

function doneLines(event: EngineEvent & { kind: "done" }, paint: Paint): string[] {
  const { op, urn, preview, olds, news } = event;
  if (isHidden(urn, op)) return [];
  const [sign, colour, , done] = SIGNS[op];
  if (op === "refresh") return refreshLines(event, paint);
  if (preview) {
    const changes =
      op === "delete" || op === "delete-replaced"
        ? []
        : changeLines(op === "create-replacement" ? news : olds, news, paint);
    return [`  ${paint(colour, sign)} ${title(urn)} ${paint(colour, op)}`, ...changes];
  }
  // In an up the plan was previewed; the line says that it is done. What an update changed is worth repeating.
  const changes = op === "update" || op === "replace" ? changeLines(olds, news, paint) : [];
  return [
    `  ${paint(colour, sign)} ${title(urn)} ${paint(colour, done)} ${paint("dim", elapsed(event.elapsedMs))}`,
    ...changes,
  ];
}

function refreshLines({ urn, olds, news, elapsedMs }: EngineEvent & { kind: "done" }, paint: Paint): string[] {
  if (news === undefined || news === olds)
    return [`  ${paint("red", "- ")} ${title(urn)} ${paint("red", "is gone")} ${paint("dim", elapsed(elapsedMs))}`];
  const changes = changeLines(olds, news, paint);
  if (changes.length === 0) return [`     ${title(urn)} ${paint("dim", `as it was ${elapsed(elapsedMs)}`)}`];
  return [
    `  ${paint("yellow", "~ ")} ${title(urn)} ${paint("yellow", "has drifted")} ${paint("dim", elapsed(elapsedMs))}`,
    ...changes,
  ];
}

/** Verdicts first, then each property that differs; of a new resource, all its inputs. */
function changeLines(olds: ResourceState | undefined, news: ResourceState | undefined, paint: Paint): string[] {
  const after = visible(news?.inputs);
  const verdicts = VERDICTS.flatMap((key) => verdictLines(key, after[key], paint));
  const before = olds === undefined || olds === news ? {} : visible(olds.inputs);
  const changes = diffProperties(before, after).filter(
    ({ path }) => !(path.length === 1 && VERDICTS.includes(String(path[0]))),
  );
  if (changes.length === 0) return olds === news || olds === undefined ? verdicts : [];
  return [...verdicts, ...changes.flatMap((change) => propertyLines(change, paint))];
}

function visible(properties: PropertyMap = {}): PropertyMap {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith("__")));
}

function verdictLines(key: string, value: Json | undefined, paint: Paint): string[] {
  if (typeof value !== "string" || value === "") return [];
  const [first = "", ...rest] = (value === UNKNOWN ? "[unknown]" : value).split("\n");
  return [
    `       ${paint("bold", `${key}: ${first}`)}`,
    ...rest.map((line) => `       ${paint("bold", `      ${line}`)}`),
  ];
}

function propertyLines({ path, old, new: value }: PropertyChange, paint: Paint): string[] {
  const name = path.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");
  if (isLongText(old) || isLongText(value)) {
    const lines = withContext(textLines(old, value), CONTEXT_LINES);
    const shown = lines.map(({ mark, line }) => {
      const text = `${mark} ${line}`.trimEnd();
      return `           ${mark === "+" ? paint("green", text) : mark === "-" ? paint("red", text) : text}`;
    });
    return [`       ${name}:`, ...shown];
  }
  if (old === undefined) return [`       ${paint("green", `+ ${name}: ${shownLine(value)}`)}`];
  if (value === undefined) return [`       ${paint("red", `- ${name}: ${shownLine(old)}`)}`];
  return [`       ${paint("yellow", `~ ${name}: ${shownLine(old)} => ${shownLine(value)}`)}`];
}

/** A text that was not there, or is no more, is all new or all old: it has no empty line to compare with. */
function textLines(old: Json | undefined, value: Json | undefined): DiffLine[] {
  if (old === undefined)
    return asText(value)
      .split("\n")
      .map((line) => ({ mark: "+", line }));
  if (value === undefined)
    return asText(old)
      .split("\n")
      .map((line) => ({ mark: "-", line }));
  return diffLines(asText(old), asText(value));
}

function isLongText(value: Json | undefined): boolean {
  return typeof value === "string" && value.includes("\n");
}

function asText(value: Json | undefined): string {
  return typeof value === "string" && value !== UNKNOWN
    ? value.replace(/\n$/, "")
    : value === undefined
      ? ""
      : shownLine(value);
}
