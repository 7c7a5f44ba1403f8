/** Doc comments, read from the source with TypeScript's own parser: they are the documentation of what they stand at. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as ts from "typescript";

const root = resolve(__dirname, "../..");

export interface Field {
  readonly name: string;
  /** As the source says it; only of an interface. */
  readonly type?: string;
  readonly comment: string;
}

/** The entries of a table: `export const domuTable = { … } as const`, those of its parts in their places. @throws Error where there is no such table. */
export function tableFields(file: string, table: string): Field[] {
  const { source, value } = tableOf(file, table);
  return value.properties.flatMap((entry): Field[] => {
    if (ts.isSpreadAssignment(entry)) {
      const part = partOf(file, source, entry);
      return tableFields(part.file, part.name);
    }
    return entry.name === undefined ? [] : [{ name: entry.name.getText(source), comment: commentOf(entry, source) }];
  });
}

/** What a table is called in its sources: its own name, and those of the parts that it is made of (`...guestBoot`). */
export function tableNames(file: string, table: string): string[] {
  const { source, value } = tableOf(file, table);
  const parts = value.properties.filter(ts.isSpreadAssignment).map((entry) => partOf(file, source, entry));
  return [table, ...parts.flatMap((part) => tableNames(part.file, part.name))];
}

function tableOf(file: string, table: string): { source: ts.SourceFile; value: ts.ObjectLiteralExpression } {
  const source = sourceOf(file);
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const declared = statement.declarationList.declarations.find(({ name }) => name.getText(source) === table);
    const value = declared?.initializer === undefined ? undefined : bare(declared.initializer);
    if (value !== undefined && ts.isObjectLiteralExpression(value)) return { source, value };
  }
  throw new Error(`${file} has no table ${table}.`);
}

/** Where the part that is spread into a table is: an import of a file beside it. */
function partOf(file: string, source: ts.SourceFile, entry: ts.SpreadAssignment): { file: string; name: string } {
  const name = entry.expression.getText(source);
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const names = statement.importClause?.namedBindings;
    if (names !== undefined && ts.isNamedImports(names) && names.elements.some((each) => each.name.text === name))
      return { file: `${join(dirname(file), statement.moduleSpecifier.text)}.ts`, name };
  }
  throw new Error(`${file} imports no ${name}.`);
}

/** The members of an interface. @throws Error where there is no such interface. */
export function interfaceFields(file: string, name: string): Field[] {
  const source = sourceOf(file);
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (found === undefined) throw new Error(`${file} has no interface ${name}.`);
  return found.members.flatMap((member) => {
    if (!ts.isPropertySignature(member) || member.type === undefined) return [];
    const comment = commentOf(member, source);
    if (comment === "") throw new Error(`${file}: ${name}.${member.name.getText(source)} has no doc comment.`);
    return [{ name: member.name.getText(source), type: typeText(member.type, source), comment }];
  });
}

function sourceOf(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.ES2023, true);
}

/** Without `undefined`; an object by the names of its fields. */
function typeText(type: ts.TypeNode, source: ts.SourceFile): string {
  const parts = ts.isUnionTypeNode(type) ? [...type.types] : [type];
  return parts
    .filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword)
    .map((part) =>
      ts.isTypeLiteralNode(part)
        ? `{${part.members.map((member) => member.name?.getText(source) ?? "").join(", ")}}`
        : oneLine(part.getText(source)),
    )
    .join(" | ");
}

/** Without `as const`, `satisfies …`. */
function bare(value: ts.Expression): ts.Expression {
  return ts.isAsExpression(value) || ts.isSatisfiesExpression(value) ? bare(value.expression) : value;
}

function commentOf(node: ts.Node, source: ts.SourceFile): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter((part) => ts.isJSDoc(part));
  return oneLine(comments.map((part) => ts.getTextOfJSDocComment(part.comment) ?? part.getText(source)).join(" "));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
