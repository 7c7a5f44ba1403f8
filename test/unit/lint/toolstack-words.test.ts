/** What Xen's toolstack is asked for goes through provider/toolstack: no other text for a host's shell calls xl or xm. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { asWritten, libraryFiles } from "../../support/lint/library-files";
import { projectRoot } from "../../support/project-root";

const TOOLSTACKS = ["xl", "xm"].map((name) => join("provider", "toolstack", name));
const isToolstacks = (path: string): boolean => TOOLSTACKS.some((folder) => path.startsWith(folder));

/** The calls of xl and xm in a text of shell; what stands in a comment, or in a sentence for people, is none. */
function calls(shell: string): string[] {
  return [...codeOf(shell).matchAll(/(?:^|[\s;&|(!])(x[lm]\s+[-a-z]\S*)/gm)].map(([, call = ""]) => call);
}

/** Without comments, and of quoted text only the commands in it. */
function codeOf(shell: string): string {
  const text = shell.replaceAll(/(^|\s)#.*$/gm, "$1");
  let code = "";
  let isQuoted = false;
  // For each "$(" that is open: whether it stands in quotes.
  const open: boolean[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const two = text.slice(at, at + 2);
    if (text[at] === "\\") at += 1;
    else if (two === "$(") {
      open.push(isQuoted);
      isQuoted = false;
      code += "$(";
      at += 1;
    } else if (text[at] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && text[at] === "'") at = Math.max(at, text.indexOf("'", at + 1));
    else if (!isQuoted && text[at] === ")" && open.length > 0) {
      isQuoted = open.pop() ?? false;
      code += ")";
    } else if (!isQuoted) code += text[at] ?? "";
  }
  return code;
}

/** All that the tag sh`…` makes in a file. */
function shellIn(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "sh") {
      const { template } = node;
      texts.push(
        ts.isNoSubstitutionTemplateLiteral(template)
          ? template.text
          : [template.head, ...template.templateSpans.map(({ literal }) => literal)]
              .map(({ text }) => text)
              .join("VALUE"),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

function sources(): string[] {
  return readdirSync(join(projectRoot, "provider"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .filter((path) => !isToolstacks(path));
}

test("only provider/toolstack/xl calls xl, and only provider/toolstack/xm calls xm", () => {
  const made = sources().flatMap((path) => shellIn(join(projectRoot, path)).map((text) => ({ path, text })));
  const written = libraryFiles()
    .filter((path) => path.endsWith(".sh") && !isToolstacks(path))
    .map((path) => ({ path, text: asWritten(path) }));
  expect([...made, ...written].flatMap(({ path, text }) => calls(text).map((call) => `${path}: ${call}`))).toEqual([]);
});

test("a call of xl is told from a sentence about it", () => {
  const shell = `said=$(xl rename "$domid" new 2>&1) || give_up "xl list shows $said" 'xl list'
# xl list
say_cmd row timeout 60 xl vcpu-list
echo "it is $(xl list 0), says xl list"`;
  expect(calls(shell)).toEqual(["xl rename", "xl vcpu-list", "xl list"]);
});

test("no resource imports a toolstack by name: the one that its host has is passed to it", () => {
  const named = sources()
    .filter((path) => path.startsWith(join("provider", "resources")))
    .filter((path) =>
      /from "[^"]*toolstack\/|import \{[^}]*\b(xl|xm)\b[^}]*\} from/.test(
        readFileSync(join(projectRoot, path), "utf8"),
      ),
    );
  expect(named).toEqual([]);
});
