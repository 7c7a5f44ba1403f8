/**
 * How the options of an answer file are checked: a check for each of them, all faults at once, and never a secret in a fault.
 * Pure.
 */
import { AnswersError } from "./answer-file";

/** What is wrong with a text, as it follows `but`; `undefined` where nothing is. */
export type Rule = (value: string) => string | undefined;

/** The sentences about a value, which is at `property`; `undefined` is a value that is missing. */
export type Check = (value: unknown, property: string) => readonly string[];

/** A check for each option: one that has none does not compile. */
export type ChecksOf<T> = { readonly [K in keyof Required<T>]: Check };

const NO_TEXT = "must be a text. Of an Output, make the answers in its apply";

function sentences(property: string, value: unknown, fault: string | undefined, isSecret = false): string[] {
  if (fault === undefined) return [];
  if (value === undefined) return [`${property} is missing: it ${fault}.`];
  return [`${property} is ${isSecret ? "[secret]" : shown(value)}, but ${fault}.`];
}

/** What is inside of an object may be a secret. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "a list";
  // Somebody gave the wrong file of two.
  if (typeof value === "string" && value.includes("PRIVATE KEY")) return "[secret]";
  return typeof value === "object" && value !== null ? "an object" : String(JSON.stringify(value));
}

/** A text that must be there. */
export function text(rule: Rule, isSecret = false): Check {
  return (value, property) => {
    const isText = typeof value === "string" || value === undefined;
    return sentences(property, value, isText ? rule(value ?? "") : NO_TEXT, isSecret);
  };
}

/** A text that no fault may show. */
export function secret(rule: Rule): Check {
  return text(rule, true);
}

export function optional(check: Check): Check {
  return (value, property) => (value === undefined ? [] : check(value, property));
}

/** A list of texts; its entries are named by their index. */
export function list(rule: Rule): Check {
  return (value, property) =>
    Array.isArray(value)
      ? value.flatMap((entry: unknown, index) => text(rule)(entry, `${property}[${index}]`))
      : sentences(property, value, `must be a list. Say \`${property}: ["…"]\``);
}

export function oneOf(...words: readonly string[]): Check {
  const said = words.map((word) => JSON.stringify(word)).join(" or ");
  return (value, property) =>
    sentences(property, value, words.includes(value as string) ? undefined : `must be ${said}`);
}

export function wholeNumber(least: number, most: number, unit: string): Check {
  return (value, property) => {
    const isFine = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
    return sentences(property, value, isFine ? undefined : `must be a whole number of ${unit}, ${least} to ${most}`);
  };
}

export const flag: Check = (value, property) =>
  sentences(property, value, typeof value === "boolean" ? undefined : "must be true or false");

/** An object of these fields, and of no others. */
export function fields<T>(checks: ChecksOf<T>): Check {
  const names = Object.keys(checks);
  return (value, property) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? faultsOf(checks, value, `${property}.`)
      : sentences(property, value, `must be an object of ${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`);
}

function faultsOf<T>(checks: ChecksOf<T>, value: object, prefix = ""): string[] {
  const known = Object.entries<Check>(checks);
  const given = value as Readonly<Record<string, unknown>>;
  const names = known.map(([name]) => name);
  return [
    ...known.flatMap(([name, check]) => check(given[name], `${prefix}${name}`)),
    ...Object.keys(given)
      .filter((name) => given[name] !== undefined && !names.includes(name))
      .map((name) => `${prefix}${name} is not known here. Known are ${names.join(", ")}.`),
  ];
}

/** @throws RangeError with a line for each fault. */
export function refuseFaults<T>(maker: string, checks: ChecksOf<T>, options: T): void {
  const faults =
    typeof options === "object" && options !== null
      ? faultsOf(checks, options)
      : ["the options are missing: they must be an object"];
  if (faults.length > 0) throw new AnswersError(faults.map((fault) => `xen.answers.${maker}: ${fault}`).join("\n"));
}
