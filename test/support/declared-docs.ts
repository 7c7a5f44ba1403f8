/** What the public declarations say of each property, argument and output, and what is missing there. */
import * as ts from "typescript";

export interface DeclaredProperty {
  /** `DomUArgs.memoryMiB` */
  readonly path: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly doc: string;
}

export interface Declared {
  /** Arguments and all that they are made of. */
  readonly inputs: readonly DeclaredProperty[];
  readonly outputs: readonly DeclaredProperty[];
  readonly classes: readonly { readonly name: string; readonly doc: string }[];
  /** Every module that the text names. */
  readonly imports: readonly string[];
}

export function declaredIn(text: string): Declared {
  const source = ts.createSourceFile("index.d.ts", text, ts.ScriptTarget.ES2023, true);
  const inputs: DeclaredProperty[] = [];
  const outputs: DeclaredProperty[] = [];
  const classes: { name: string; doc: string }[] = [];
  const imports: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier !== undefined) imports.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    if (ts.isImportTypeNode(node)) imports.push(node.argument.getText(source));
    if (ts.isClassDeclaration(node)) {
      const name = node.name?.text ?? "";
      classes.push({ name, doc: docOf(node) });
      outputs.push(...node.members.filter(ts.isPropertyDeclaration).map((member) => propertyOf(name, member)));
    }
    if (ts.isInterfaceDeclaration(node)) {
      const members = node.members.filter(ts.isPropertySignature).map((member) => propertyOf(node.name.text, member));
      // What names another resource holds its outputs, and nobody writes it by hand.
      const isReference = members.every(({ type }) => type.startsWith("pulumi.Output<"));
      if (!isReference && !GIVEN.includes(node.name.text)) inputs.push(...members);
    }
    node.forEachChild(visit);
  };
  visit(source);
  for (const { fileName } of [...source.referencedFiles, ...source.typeReferenceDirectives]) imports.push(fileName);
  return { inputs, outputs, classes, imports };
}

/** What is wanting in the doc comment of an argument: meaning, unit, default, and what a change does. */
export function wantingIn({ path, type, isOptional, doc }: DeclaredProperty): string[] {
  const [meaning = ""] = doc.split(/\bDefault: |\bA change\b/);
  return [
    ...(meaning.trim().split(/\s+/).length >= 4 ? [] : ["meaning"]),
    ...(!/\bnumber\b/.test(type) || UNIT.test(meaning) ? [] : ["unit"]),
    ...(!isOptional || /\bDefault: \S/.test(doc) ? [] : ["default"]),
    ...(/\bA change\b.*: \S/.test(doc) ? [] : ["change"]),
  ].map((part) => `${path}: no ${part}`);
}

const UNIT = /\b(MiB|GiB|bytes|milliseconds|seconds|minutes|percent|number)\b/i;

/** What outputs and functions give; no program writes them. */
const GIVEN = ["ServeAt", "Answers"];

function propertyOf(owner: string, member: ts.PropertyDeclaration | ts.PropertySignature): DeclaredProperty {
  return {
    path: `${owner}.${member.name.getText()}`,
    type: member.type?.getText() ?? "",
    isOptional: member.questionToken !== undefined,
    doc: docOf(member),
  };
}

function docOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter((part) => ts.isJSDoc(part));
  const text = comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").join(" ");
  return text.replaceAll(/\s+/g, " ").trim();
}
