/** The public declarations without their comments, sorted by name: docs/api.txt. */
import * as ts from "typescript";

export function apiReport(declarations: string): string {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.ES2023, true);
  const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });
  const entries = source.statements.flatMap((statement) => {
    const name = (statement as { name?: ts.Identifier }).name?.text;
    return name === undefined
      ? []
      : [{ name, text: printer.printNode(ts.EmitHint.Unspecified, statement, source).replace(" declare ", " ") }];
  });
  const body = entries.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, text }) => `## ${name}\n\n${text}\n`);
  return `# The public face of pulumi-xen. Made by npm run api; do not edit.\n\n${body.join("\n")}`;
}
