/**
 * The declarations that the package ships: one text for the whole public door, made of the sources.
 *
 * The sources derive the arguments from the tables of properties, whose checks are another library's. Users must not
 * compile that library, so what it is derived from is written out here: each argument with its type, its doc comment,
 * its default and what a change of it does. Anything that is neither ours nor Pulumi's fails the build.
 */
import { join } from "node:path";
import * as ts from "typescript";
import { docOf, docText, withFacts } from "./doc-text";
import { factsOf } from "./facts";
import { type Member, collect, merged } from "./members";
import {
  indented,
  isByValue,
  isNameOfOurs,
  isOurs,
  isPlain,
  isPulumi,
  leftmost,
  plainText,
  provider,
  root,
  where,
} from "./sources";

/** @throws Error, naming it, for what has no place in a public declaration. */
export function publicDeclarations(): string {
  const door = join(provider, "index.ts");
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram([door], { ...options, types: ["node"] });
  const source = program.getSourceFile(door);
  if (source === undefined) throw new Error(`${door} is missing.`);
  return new Declarations(program.getTypeChecker()).of(source);
}

class Declarations {
  readonly #checker: ts.TypeChecker;
  /** By name: two types of one name cannot stand in one text. */
  readonly #wanted = new Map<string, ts.Symbol>();
  /** What a namespace of the door declares: named without it inside, and not known outside. */
  #inside: readonly ts.Symbol[] = [];

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  of(door: ts.SourceFile): string {
    const module = this.#checker.getSymbolAtLocation(door);
    if (module === undefined) throw new Error(`${door.fileName} exports nothing.`);
    const names = this.#checker.getExportsOfModule(module).map((symbol) => {
      this.#want(symbol.name, this.#target(symbol));
      return symbol.name;
    });
    const texts: string[] = [];
    // What a declaration names comes after it; a Map goes on to entries that are added meanwhile.
    for (const [name, symbol] of this.#wanted) texts.push(this.#declaration(name, symbol, names.includes(name)));
    return [
      docText(docOf(door.statements[0])),
      'import * as pulumi from "@pulumi/pulumi";\n',
      ...texts,
      // Without this, every declaration of such a file would be an export.
      "export {};\n",
    ].join("\n");
  }

  #want(name: string, symbol: ts.Symbol): void {
    const known = this.#wanted.get(name);
    if (known !== undefined && known !== symbol) throw new Error(`Two public types are called ${name}: rename one.`);
    this.#wanted.set(name, symbol);
  }

  #target(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #declaration(name: string, symbol: ts.Symbol, isExported: boolean): string {
    const prefix = isExported ? "export " : "";
    return (symbol.declarations ?? []).map((node) => this.#one(prefix, name, symbol, node)).join("\n");
  }

  #one(prefix: string, name: string, symbol: ts.Symbol, node: ts.Declaration): string {
    const doc = docText(docOf(node));
    if (ts.isClassDeclaration(node)) {
      return `${doc}${prefix}declare class ${name} extends pulumi.CustomResource {\n${this.#body(this.#classMembers(node))}}\n`;
    }
    if (ts.isInterfaceDeclaration(node)) {
      return `${doc}${prefix}interface ${name} {\n${this.#body(this.#interfaceMembers(node))}}\n`;
    }
    if (ts.isTypeAliasDeclaration(node)) {
      if (ts.isIntersectionTypeNode(node.type)) {
        return `${doc}${prefix}interface ${name} {\n${this.#body(this.#members(node.type))}}\n`;
      }
      const parameters = node.typeParameters?.map((parameter) => parameter.getText()).join(", ");
      return `${doc}${prefix}type ${name}${parameters === undefined ? "" : `<${parameters}>`} = ${this.#type(node.type)};\n`;
    }
    if (ts.isFunctionDeclaration(node)) {
      // Of an overloaded function, the last one is none of the user's.
      const isHidden = node.body !== undefined && (symbol.declarations?.length ?? 0) > 1;
      return isHidden ? "" : `${doc}${prefix}declare function ${name}${this.#signature(node)};\n`;
    }
    if (ts.isSourceFile(node)) {
      const members = this.#checker.getExportsOfModule(symbol).map((member) => this.#target(member));
      this.#inside = members;
      const inner = members.map((member) =>
        this.#declaration(member.name, member, true).replaceAll("export declare ", "export "),
      );
      this.#inside = [];
      return `${docText(docOf(node.statements[0]))}${prefix}declare namespace ${name} {\n${indented(inner.join("\n"))}}\n`;
    }
    throw new Error(`${where(node)}: ${name} has no form that the public declarations know.`);
  }

  #body(members: readonly Member[]): string {
    return indented(
      members
        .filter(({ isOmitted }) => isOmitted !== true)
        .map(({ doc, text }) => `${docText(doc)}${text()}\n`)
        .join(""),
    );
  }

  #classMembers(node: ts.ClassDeclaration): Member[] {
    const own = node.members.flatMap((member): Member[] => {
      if (ts.isConstructorDeclaration(member)) {
        return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) === true
          ? []
          : [{ name: "constructor", doc: docOf(member), text: () => `constructor${this.#signature(member)};` }];
      }
      if (!ts.isPropertyDeclaration(member) || member.type === undefined) {
        throw new Error(`${where(member)}: a public class has outputs and a constructor only.`);
      }
      const [name, type] = [member.name.getText(), member.type];
      return [{ name, doc: docOf(member), text: () => `readonly ${name}: ${this.#type(type)};` }];
    });
    const base = node.heritageClauses?.[0]?.types[0]?.expression;
    const symbol = base !== undefined && ts.isIdentifier(base) ? this.#target(this.#symbolAt(base)) : undefined;
    const parent = symbol?.declarations?.find(ts.isClassDeclaration);
    const inherited = parent !== undefined && isOurs(parent) ? this.#classMembers(parent) : [];
    const isMade = ({ name }: Member): boolean => name === "constructor";
    return [...own.filter((member) => !isMade(member)), ...inherited, ...own.filter(isMade)];
  }

  #interfaceMembers(node: ts.InterfaceDeclaration): Member[] {
    const inherited = (node.heritageClauses ?? []).flatMap(({ types }) => types).flatMap((type) => this.#members(type));
    const own = node.members.map((member) => this.#signatureMember(member));
    return merged(own, inherited);
  }

  /** The members that a type has by what it is made of: `Omit<…>`, `ArgsOf<…>`, `A & B`, the name of such a type. */
  #members(node: ts.TypeNode): Member[] {
    if (ts.isIntersectionTypeNode(node)) return node.types.flatMap((part) => this.#members(part)).reduce(collect, []);
    if (ts.isTypeLiteralNode(node)) return node.members.map((member) => this.#signatureMember(member));
    const [name, args] = ts.isExpressionWithTypeArguments(node)
      ? [node.expression as ts.Identifier, node.typeArguments ?? []]
      : ts.isTypeReferenceNode(node)
        ? [node.typeName, node.typeArguments ?? []]
        : [undefined, []];
    if (name === undefined) throw new Error(`${where(node)}: the members of ${node.getText()} are not known.`);
    const [first, second] = args;
    if (name.getText() === "ArgsOf" && first !== undefined) return this.#valueMembers(first, true);
    if (name.getText() === "Omit" && first !== undefined && second !== undefined) {
      const omitted = this.#checker.getTypeFromTypeNode(second);
      const names = (omitted.isUnion() ? omitted.types : [omitted]).map((part) => (part as ts.StringLiteralType).value);
      return this.#members(first).map((member) =>
        names.includes(member.name) ? { ...member, isOmitted: true } : member,
      );
    }
    const declaration = this.#target(this.#symbolAt(leftmost(name))).declarations?.find(isOurs);
    if (declaration !== undefined && ts.isTypeAliasDeclaration(declaration)) return this.#members(declaration.type);
    if (declaration !== undefined && ts.isInterfaceDeclaration(declaration)) return this.#interfaceMembers(declaration);
    return this.#valueMembers(node, false);
  }

  #valueMembers(node: ts.TypeNode, areArguments: boolean): Member[] {
    const values = this.#checker.getTypeFromTypeNode(node);
    return this.#checker.getPropertiesOfType(values).map((property): Member => {
      const declaration = property.declarations?.[0];
      if (declaration === undefined) throw new Error(`${where(node)}: nobody declares ${property.name}.`);
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const type = (): string => {
        const value = this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(property));
        const text = `${this.#value(value, declaration)}${isOptional ? " | undefined" : ""}`;
        if (!areArguments) return text;
        if (isPlain(value)) return `pulumi.Input<${text}>`;
        this.#want("Args", this.#named("Args", node));
        return `Args<${text}>`;
      };
      return {
        name: property.name,
        doc: withFacts(docOf(declaration), factsOf(declaration)),
        text: () => `readonly ${property.name}${isOptional ? "?" : ""}: ${type()};`,
      };
    });
  }

  /** A type that was derived, written out. */
  #value(type: ts.Type, at: ts.Node): string {
    const values = type.getStringIndexType();
    if (values !== undefined && type.getProperties().length === 0 && !isPlain(type)) {
      return `Readonly<Record<string, ${this.#value(values, at)}>>`;
    }
    const named = [type.aliasSymbol, type.symbol].find(
      (symbol) => symbol !== undefined && isNameOfOurs(symbol) && !isPlain(type),
    );
    if (named !== undefined) {
      this.#want(named.name, named);
      return named.name;
    }
    if (isPlain(type)) return this.#checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
    if (type.isUnion()) return type.types.map((part) => this.#value(part, at)).join(" | ");
    if (this.#checker.isArrayType(type)) {
      const [entry] = this.#checker.getTypeArguments(type as ts.TypeReference);
      if (entry !== undefined) {
        const text = this.#value(entry, at);
        return `readonly ${/[ |]/.test(text) ? `(${text})` : text}[]`;
      }
    }
    throw new Error(
      `${where(at)}: the type ${this.#checker.typeToString(type)} has no name; declare an interface for it, so that users see its doc comments.`,
    );
  }

  #signatureMember(member: ts.TypeElement): Member {
    if (!ts.isPropertySignature(member) || member.type === undefined) {
      throw new Error(`${where(member)}: a public interface has properties only.`);
    }
    const { type, questionToken } = member;
    const name = member.name.getText();
    return {
      name,
      doc: withFacts(docOf(member), factsOf(member)),
      text: () => `readonly ${name}${questionToken === undefined ? "" : "?"}: ${this.#type(type)};`,
    };
  }

  #signature(node: ts.FunctionDeclaration | ts.ConstructorDeclaration): string {
    const parameters = node.parameters.map((parameter) => {
      const name = ts.isIdentifier(parameter.name) ? parameter.name.text : "args";
      const isOptional = parameter.questionToken !== undefined || parameter.initializer !== undefined;
      if (parameter.type === undefined) throw new Error(`${where(parameter)}: ${name} has no type.`);
      return `${name}${isOptional ? "?" : ""}: ${this.#type(parameter.type)}`;
    });
    return `(${parameters.join(", ")})${node.type === undefined ? "" : `: ${this.#type(node.type)}`}`;
  }

  /** A type as its source says it; the types that it names are declared too. */
  #type(node: ts.TypeNode): string {
    if (isByValue(node)) return this.#value(this.#checker.getTypeFromTypeNode(node), node);
    const visit = (child: ts.Node): void => {
      if (ts.isTypeReferenceNode(child)) this.#mention(child.typeName);
      if (ts.isTypeQueryNode(child) || ts.isImportTypeNode(child)) {
        throw new Error(`${where(child)}: ${child.getText()} cannot be followed from outside the package.`);
      }
      child.forEachChild(visit);
    };
    visit(node);
    return plainText(node);
  }

  #mention(name: ts.EntityName): void {
    const first = leftmost(name);
    const symbol = this.#symbolAt(first);
    const target = this.#target(symbol);
    if (symbol.flags & ts.SymbolFlags.TypeParameter || isPulumi(symbol) || this.#inside.includes(target)) return;
    const declarations = target.declarations ?? [];
    if (declarations.some(isOurs)) {
      if (target.name !== first.text) throw new Error(`${where(name)}: import ${target.name} by its own name.`);
      this.#want(target.name, target);
    } else if (!declarations.some((node) => node.getSourceFile().fileName.includes("/typescript/lib/"))) {
      throw new Error(`${where(name)}: ${name.getText()} is neither ours nor Pulumi's; users must not need it.`);
    }
  }

  #named(name: string, at: ts.Node): ts.Symbol {
    const symbol = this.#checker.resolveName(name, at, ts.SymbolFlags.Type, false);
    if (symbol === undefined) throw new Error(`${where(at)}: import the type ${name}.`);
    return this.#target(symbol);
  }

  #symbolAt(name: ts.Identifier): ts.Symbol {
    const symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol === undefined) throw new Error(`${where(name)}: what is ${name.text}?`);
    return symbol;
  }
}
