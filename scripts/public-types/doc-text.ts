/** Doc comments in the declarations that the package ships: as the source has them, and what the tables know besides. */
import * as ts from "typescript";

export interface Doc {
  /** Without the comment's marks; empty where there is none. */
  readonly text: string;
  /** A paragraph of its own: the default, and what a change does. */
  readonly facts: string;
}

export function docOf(node: ts.Node | undefined): Doc {
  if (node === undefined) return { text: "", facts: "" };
  // The first is the module's own, where a file has one before its first statement's.
  const comments = ts.getJSDocCommentsAndTags(node).filter((part) => ts.isJSDoc(part));
  const text = comments.at(-1)?.getText() ?? "";
  return { text: bare(text), facts: "" };
}

export function withFacts(doc: Doc, facts: string): Doc {
  return { ...doc, facts };
}

/** The comment with its marks, or nothing. */
export function docText({ text, facts }: Doc): string {
  const lines = [...(text === "" ? [] : text.split("\n")), ...(facts === "" ? [] : ["", facts])];
  const [only, ...others] = lines;
  if (only === undefined) return "";
  if (others.length === 0) return `/** ${only} */\n`;
  return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

function bare(comment: string): string {
  return comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}
