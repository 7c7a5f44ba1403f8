/** What the tables know of a property besides its doc comment: the default, and what a change does. */
import * as ts from "typescript";
import { tableNames } from "../docs/doc-comments";
import { type DocumentedKind, KINDS } from "../docs/kinds";
import { defaultWords } from "../docs/property-table";

const TABLES = KINDS.map((kind) => ({ kind, names: tableNames(kind.file, kind.name) }));
const PARTS = KINDS.flatMap((kind) => kind.parts.map(({ of, name }) => ({ kind, of, name })));
/** What makes an answer file is read when that is. */
const ANSWERS = KINDS.filter(({ title }) => title === "DomU").flatMap((kind) =>
  [
    "Answers",
    "AnswersOptions",
    "AnswersNetwork",
    "AnswersLogin",
    "AnswersUser",
    "PreseedOptions",
    "KickstartOptions",
    "AutoinstallOptions",
    "AutoyastOptions",
    "AlpineOptions",
  ].map((name) => ({ kind, of: "install", name })),
);

/** `Default: 512. A change: live.`; empty for what is no property of a table, and no field of one's value. */
export function factsOf(declaration: ts.Node): string {
  if (ts.isPropertyAssignment(declaration)) {
    const kind = kindOf(declaration);
    const entry = kind?.table[declaration.name.getText()];
    if (kind === undefined || entry === undefined) return "";
    const isNeeded = kind.required.includes(declaration.name.getText());
    const said = defaultWords(entry);
    return [...(isNeeded ? [] : [`Default: ${said === "" ? "none" : said}.`]), change(entry.change.says)].join(" ");
  }
  if (ts.isPropertySignature(declaration) && ts.isInterfaceDeclaration(declaration.parent)) {
    const owner = declaration.parent.name.text;
    const of = [...PARTS, ...ANSWERS].find(({ name }) => name === owner);
    if (of !== undefined) return change(holder(of.kind, of.of).change.says);
    return owner === "Connection" ? change("none") : "";
  }
  return "";
}

/** The kind whose table, or a part of it, has this entry. */
function kindOf(entry: ts.PropertyAssignment): DocumentedKind | undefined {
  const table = ts.findAncestor(entry, ts.isVariableDeclaration)?.name.getText() ?? "";
  return TABLES.find(({ names }) => names.includes(table))?.kind;
}

/** The property whose value has these fields: `disks` of `disks[]`. */
function holder(kind: DocumentedKind, of: string): DocumentedKind["table"][string] {
  const found = kind.table[of.replace(/\W.*/, "")];
  if (found === undefined) throw new Error(`${kind.title} has no property ${of}.`);
  return found;
}

function change(says: string): string {
  return `A change: ${says}.`;
}
