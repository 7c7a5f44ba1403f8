/** What the public declarations need to know of the sources' nodes and types. */
import { join, resolve } from "node:path";
import * as ts from "typescript";

export const root = resolve(__dirname, "../..");
export const provider = join(root, "provider");

/** Names a constant of ours, which users do not have. */
export function isByValue(node: ts.Node): boolean {
  return ts.isTypeQueryNode(node) || (node.getChildCount() > 0 && node.getChildren().some(isByValue));
}

export function isPlain(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isPlain);
  return (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike)) !== 0;
}

export function isNameOfOurs(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (node) => isOurs(node) && (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)),
  );
}

export function isOurs(node: ts.Node): boolean {
  return node.getSourceFile().fileName.startsWith(provider);
}

/** `import * as pulumi from "@pulumi/pulumi"`. */
export function isPulumi(symbol: ts.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  return (
    symbol.name === "pulumi" &&
    declaration !== undefined &&
    ts.isNamespaceImport(declaration) &&
    declaration.parent.parent.moduleSpecifier.getText() === '"@pulumi/pulumi"'
  );
}

export function leftmost(name: ts.EntityName): ts.Identifier {
  return ts.isIdentifier(name) ? name : leftmost(name.left);
}

export function where(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${source.fileName.slice(root.length + 1)}:${line + 1}`;
}

export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

/** On one line, unless it holds doc comments. */
export function plainText(node: ts.TypeNode): string {
  const text = node.getText();
  if (!text.includes("/**")) return text.replaceAll(/\s+/g, " ").replace(/^\| /, "");
  const depth = /\n( *)\S[^\n]*$/.exec(text)?.[1] ?? "";
  return text.replaceAll(`\n${depth}`, "\n");
}
