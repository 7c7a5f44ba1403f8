/** From zod's issues to Pulumi's check failures: a property path, and a sentence with value, rule and remedy. */
import type { z } from "zod";
import { ended } from "../errors";
import type { Failure } from "./resource-kind";
import { type Notice, pathText } from "./noticed";
import { type SecretPath, masked } from "./secret-paths";
import { guessAtKey, knownKeys } from "./words/guess";
import { type Issue, type Rule, ruleOf } from "./words/rule";
import { hasUnknown, isUnknown, shown } from "../property";

type Path = readonly PropertyKey[];

export interface Telling {
  /** Places whose values are shown as `[secret]`. */
  readonly secrets?: readonly SecretPath[];
  /** A property's path as the program writes it. */
  readonly spelled?: (property: string) => string;
}

/** Secret by their nature, whatever the program marks. */
const SECRET_NAME = /^(privateKey|passphrase|\w*password(hash)?|userData)$/i;

const asItIs = (property: string): string => property;

/** Every fault of `raw` against `schema`; what is not known yet has no fault. */
export function faultsOf(schema: z.ZodType, raw: object, { secrets = [], spelled = asItIs }: Telling = {}): Failure[] {
  const result = schema.safeParse(raw, { reportInput: false });
  if (result.success) return [];
  const visible = masked(raw, secrets);
  return result.error.issues.flatMap(within).flatMap((issue) => {
    if (isExcused(issue, raw)) return [];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        property: spelled(pathText([...issue.path, key])),
        reason: `is not known here${guessAtKey(key, knownKeys(schema, issue.path))}`,
      }));
    }
    const property = spelled(pathText(issue.path));
    // What is hidden with all that it stands in is there all the same.
    const value = valueAt(raw, issue.path) === undefined ? undefined : (valueAt(visible, issue.path) ?? "[secret]");
    const shownValue = value !== undefined && SECRET_NAME.test(String(issue.path.at(-1))) ? "[secret]" : value;
    return [{ property, reason: sentence(shownValue, ruleOf(issue, shownValue, property), issue) }];
  });
}

/** What the constructors noticed, in the same form. */
export function noticedFault(
  { path, rule, remedy }: Notice,
  raw: object,
  { secrets = [], spelled = asItIs }: Telling,
): Failure {
  const property = spelled(pathText(path));
  const [, about = ""] = /^(which|must) /.exec(rule) ?? [];
  if (about === "") return { property, reason: rule };
  const value = shownShort(valueAt(masked(raw, secrets), path));
  return { property, reason: `is ${value}, ${about === "must" ? "but " : ""}${rule}. ${remedy}` };
}

/**
 * Of several allowed forms, the faults of the one that was meant: the one whose kind of value fits and that has the fewest, where
 * there is only one such. They stand at the very member that is wrong, and say more than a list of all forms.
 */
function within(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  // zod's types call every branch present; a discriminated union without a match has none.
  const meant = (issue.errors ?? []).filter((branch) =>
    branch.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
  const least = Math.min(...meant.map(countOf));
  const [branch, ...others] = meant.filter((each) => countOf(each) === least);
  return others.length > 0 || branch === undefined
    ? [issue]
    : branch.flatMap((fault) => within({ ...fault, path: [...issue.path, ...fault.path] }));
}

/** How many members are wrong or unknown to the form. */
function countOf(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
}

function isExcused(issue: Issue, raw: object): boolean {
  if (issue.code === "unrecognized_keys") return false;
  if ([...issue.path, ""].some((_, index) => isUnknown(valueAt(raw, issue.path.slice(0, index))))) return true;
  return hasUnknown(valueAt(raw, issue.path));
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    raw,
  );
}

function sentence(value: unknown, { rule, remedy }: Rule, issue: Issue): string {
  const does = remedy === undefined ? "" : ` ${ended(remedy)}`;
  if (value === undefined) return `is missing: it ${rule}.${does}`;
  // A rule over the members of an object names them; the whole object beside it would say nothing more.
  if (issue.code === "custom" && typeof value === "object") return `${rule}.${does}`;
  return `is ${shownShort(value, issue)}, but ${rule}.${does}`;
}

/** Longer values are cut: what is wrong with them is in the rule. */
const LONGEST = 120;

function shownShort(value: unknown, issue?: Issue): string {
  // A text where none goes: `"22"` and not 22.
  const isOtherKind = issue?.code === "invalid_type" && typeof value === "string" && value !== "[secret]";
  // Somebody gave the wrong file of two.
  if (typeof value === "string" && value.includes("PRIVATE KEY")) return "[secret]";
  const text = (isOtherKind ? JSON.stringify(value) : shown(value))
    .replaceAll('"[secret]"', "[secret]")
    // A password in a URL is one, whatever the program marks.
    .replaceAll(/(?<=:\/\/)[^/@\s"]*(?=@)/g, "[secret]");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
