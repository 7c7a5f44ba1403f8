// The public face of the package as text, kept in git: docs/api.txt. A change of it is seen in review, as a diff.
//   node scripts/api-report.mjs           compares; ends with 1 where they differ (npm run check, its part "api")
//   node scripts/api-report.mjs --write   writes it (npm run api)
//
// Every export of provider/index.ts and all declarations of ours that these name, without comments, sorted by name.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";

const root = resolve(import.meta.dirname, "..");
const file = join(root, "docs", "api.txt");
const report = makeReport();

if (process.argv.includes("--write")) {
  writeFileSync(file, report);
  console.log(`Wrote ${relative(root, file)}.`);
} else if (!existsSync(file) || readFileSync(file, "utf8") !== report) {
  console.error(
    "docs/api.txt is not what the sources declare. Look at what changed for users: npm run api && git diff docs/api.txt",
  );
  process.exit(1);
}

function makeReport() {
  const declarations = emitDeclarations();
  const host = ts.createCompilerHost({});
  const read = host.getSourceFile;
  host.getSourceFile = (name, ...rest) =>
    declarations.has(name)
      ? ts.createSourceFile(name, declarations.get(name), ts.ScriptTarget.ES2023, true)
      : read(name, ...rest);
  const exists = host.fileExists;
  host.fileExists = (name) => declarations.has(name) || (!isOurs(name) && exists(name));
  const door = join(root, "provider", "index.d.ts");
  const options = { module: ts.ModuleKind.Node20, target: ts.ScriptTarget.ES2023, types: ["node"], skipLibCheck: true };
  const program = ts.createProgram([door], options, host);
  const checker = program.getTypeChecker();
  const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

  const entries = new Map();
  const seen = new Set();
  const follow = (symbol, prefix = "") => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (seen.has(target)) return;
    seen.add(target);
    for (const declaration of target.declarations ?? []) {
      const source = declaration.getSourceFile();
      if (!isOurs(source.fileName)) continue;
      if (ts.isSourceFile(declaration)) {
        for (const member of checker.getExportsOfModule(target)) follow(member, `${symbol.name}.`);
        continue;
      }
      const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      const text = printer.printNode(ts.EmitHint.Unspecified, node, source).replace(/^export (declare )?/, "");
      const name = `${prefix}${target.name}`;
      // Two of ours may have the same name, in different files; an overloaded function has several declarations.
      entries.set(name, entries.has(name) ? `${entries.get(name)}\n\n${text}` : text);
      node.forEachChild(function visit(child) {
        if (ts.isIdentifier(child)) {
          const named = checker.getSymbolAtLocation(child);
          if (named !== undefined && !isMember(named)) follow(named);
        }
        child.forEachChild(visit);
      });
    }
  };
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(door)));
  for (const symbol of exported) follow(symbol);
  const names = exported.map(({ name }) => name).sort();
  const body = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `## ${name}\n\n${text}\n`);
  return `# The public face of pulumi-xen. Made by npm run api; do not edit.\n\nExports: ${names.join(", ")}\n\n${body.join("\n")}`;
}

/** Each source's declarations, by the name of the file they would be in. */
function emitDeclarations() {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const declarations = new Map();
  const program = ts.createProgram([join(root, "provider", "index.ts")], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: root,
    types: ["node"],
  });
  program.emit(undefined, (name, text) => declarations.set(resolve(name), text));
  return declarations;
}

function isOurs(name) {
  return name.startsWith(join(root, "provider"));
}

/** Properties and parameters are told with what they stand in. */
function isMember(symbol) {
  const members =
    ts.SymbolFlags.Property |
    ts.SymbolFlags.Method |
    ts.SymbolFlags.FunctionScopedVariable |
    ts.SymbolFlags.TypeParameter |
    ts.SymbolFlags.Constructor;
  return (symbol.flags & members) !== 0 && (symbol.flags & ts.SymbolFlags.Alias) === 0;
}
