/** zod's issue in words: what is allowed, and what to do. Never a text of zod's own. Pure. */
import type { z } from "zod";
import { ended } from "../../errors";
import { nearest } from "./guess";
import { sizeGuess, unitOf } from "./units";

export type Issue = z.core.$ZodIssue;

export interface Rule {
  /** Follows "but" or "it": `must be at least 16 MiB`. */
  readonly rule: string;
  /** A sentence of its own. */
  readonly remedy?: string;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const OTHER = "has a form that is not allowed";

/**
 * @param value - what was given
 * @param here - the property as the program writes it
 */
export function ruleOf(issue: Issue, value: unknown, here: string): Rule {
  const property = here.split(".").at(-1);
  const own = ownText(issue, property ?? here);
  if (own !== undefined) return own;
  switch (issue.code) {
    case "invalid_type":
      return typeRule(issue.expected, value, property);
    case "too_small": {
      const least = Number(issue.minimum);
      const word = issue.inclusive === false ? "more than" : "at least";
      return {
        rule: `must be ${word} ${least}${sizeWord(issue.origin, least, property)}`,
        ...guessed(property, value, least),
      };
    }
    case "too_big": {
      const most = Number(issue.maximum);
      const word = issue.inclusive === false ? "less than" : "at most";
      return {
        rule: `must be ${word} ${most}${sizeWord(issue.origin, most, property)}`,
        ...guessed(property, value, most),
      };
    }
    case "not_multiple_of":
      return { rule: `must be a multiple of ${String(issue.divisor)}` };
    case "invalid_value": {
      const words = issue.values.map(String);
      const near = typeof value === "string" ? nearest(value, words) : undefined;
      const rule = `must be ${words.length === 1 ? "" : "one of "}${words.map((word) => JSON.stringify(word)).join(", ")}`;
      return { rule, ...(near === undefined ? {} : { remedy: `Did you mean "${near}"?` }) };
    }
    default:
      return { rule: OTHER };
  }
}

/** A text that we gave the schema: a rule, and behind `. ` its remedy. `{here}` stands for the property. */
function ownText({ message }: Issue, here: string): Rule | undefined {
  if (!/^(must|has|have|needs|cannot|is|are|may) /.test(message)) return undefined;
  const [rule = "", remedy] = message.replaceAll("{here}", here).split(/\. (.*)/s, 2);
  return { rule, ...(remedy === undefined ? {} : { remedy: ended(remedy) }) };
}

function typeRule(expected: string, value: unknown, property: string | undefined): Rule {
  const unit = unitOf(property)?.word;
  const kind = KIND_WORDS[expected];
  if (kind === undefined) return { rule: OTHER };
  const isNumber = expected === "int" || expected === "number";
  const rule = `must be ${kind}${isNumber && unit !== undefined ? ` of ${unit}` : ""}`;
  if (expected === "array" && value !== undefined)
    return { rule, remedy: `Say \`${property ?? ""}: [${asWritten(value)}]\`.` };
  return { rule, ...(isNumber ? guessed(property, value) : {}) };
}

function asWritten(value: unknown): string {
  return typeof value === "object" && value !== null ? "{ … }" : JSON.stringify(value);
}

function guessed(property: string | undefined, value: unknown, limit?: number): { remedy?: string } {
  const guess = sizeGuess(property, value, limit);
  const [, why = "", say = ""] = /^(.* )?([A-Za-z]+: [\d.]+)$/.exec(guess) ?? [];
  if (say === "") return {};
  return { remedy: why === "" ? `Say \`${say}\`.` : `${why.charAt(0).toUpperCase()}${why.slice(1)}\`${say}\`.` };
}

function sizeWord(origin: string, count: number, property: string | undefined): string {
  if (origin === "string") return count === 1 ? " character long" : " characters long";
  if (origin === "array" || origin === "set") return count === 1 ? " entry long" : " entries long";
  const unit = unitOf(property)?.word;
  return unit === undefined ? "" : ` ${unit}`;
}
