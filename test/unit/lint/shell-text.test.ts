/** The rule "house/shell-text" with the project's whole configuration: what it refuses, and what it lets pass. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../support/project-root";

// ESLint loads the whole project's types once.
jest.setTimeout(180_000);

// Texts stand in place of these files: types are those of the project.
const RESOURCE = "provider/resources/domu/domu.wait.ts";
const REMOTE = "provider/remote/upload/upload.ts";
const TEST = "test/unit/shell/sh.test.ts";

const shell = 'import { type ShellText, type Step, sh } from "../../shell";\n';
const session =
  'import { lines, sh } from "../shell";\nimport { framed } from "./host-script";\nimport type { Session } from "./session";\n';

const bad: readonly [what: string, path: string, text: string, expected: string][] = [
  [
    "vouches by hand",
    RESOURCE,
    `import { ShellText } from "../../shell";\nexport const x = ShellText.vouchedFor("id");`,
    "vouched",
  ],
  [
    "vouches by another way to say it",
    RESOURCE,
    `import { ShellText } from "../../shell";\nexport const x = ShellText["vouchedFor"]("id");`,
    "vouched",
  ],
  [
    "takes vouchedFor out",
    RESOURCE,
    `import { ShellText } from "../../shell";\nexport const { vouchedFor } = ShellText;`,
    "vouched",
  ],
  [
    "has the class as a value",
    RESOURCE,
    `import { ShellText } from "../../shell";\nexport const x = Object.create(ShellText.prototype) as unknown;`,
    "value",
  ],
  [
    "has the class as a value under another name",
    RESOURCE,
    `import { ShellText as Text } from "../../shell/sh";\nexport const x = new (Text as unknown as new (t: string) => object)("id");`,
    "value",
  ],
  [
    "has the whole room as a value",
    RESOURCE,
    `import * as room from "../../shell";\nexport const x = room.sh\`id\`;`,
    "value",
  ],
  ["casts a string", RESOURCE, `${shell}export const x = ("id " + process.title) as unknown as ShellText;`, "cast"],
  ["casts an object", RESOURCE, `${shell}export const x = { text: "id" } as unknown as ShellText;`, "cast"],
  ["casts by the old writing", RESOURCE, `${shell}export const x = <ShellText>(<unknown>"id");`, "cast"],
  ["casts by a step's type", RESOURCE, `${shell}export const x = JSON.parse("{}") as Step["script"];`, "cast"],
  ["casts by an alias", RESOURCE, `${shell}type T = ShellText;\nexport const x = JSON.parse("{}") as T;`, "cast"],
  ["calls the tag", RESOURCE, `${shell}export const x = sh(Object.assign(["id"], { raw: ["id"] }));`, "tag"],
  ["lends the tag", RESOURCE, `${shell}const make = sh;\nexport const x = make\`id\`;`, "tag"],
  [
    "applies the tag",
    RESOURCE,
    `${shell}export const x = sh.call(undefined, Object.assign(["id"], { raw: ["id"] }));`,
    "tag",
  ],
  [
    "names a library file by a value",
    RESOURCE,
    `import { libraryText } from "../../shell";\nexport const x = (name: "a.sh") => libraryText(__dirname, name);`,
    "library",
  ],
  [
    "reads a library file from elsewhere",
    RESOURCE,
    `import { libraryText } from "../../shell";\nexport const x = libraryText("/etc", "a.sh");`,
    "library",
  ],
  [
    "lends the reader of library files",
    RESOURCE,
    `import { libraryText } from "../../shell";\nexport const x = [libraryText];`,
    "library",
  ],
  ["has a string for a script", RESOURCE, `export const x = { name: "a", script: "id" };`, "script"],
  [
    "has a template for a script",
    RESOURCE,
    `export const x = { name: "a", script: \`id \${process.title}\` };`,
    "script",
  ],
  [
    "has a constant string for a script",
    RESOURCE,
    `const s = "id " + process.title;\nexport const x = { name: "a", script: s };`,
    "script",
  ],
  ["puts texts together by hand", RESOURCE, `${shell}export const x = sh\`id\`.text + process.title;`, "loose"],
  [
    "puts a text into a template",
    RESOURCE,
    `${shell}const a = sh\`id\`;\nexport const x = \`\${a.text}; \${process.title}\`;`,
    "loose",
  ],
  ["changes a text", RESOURCE, `${shell}export const x = sh\`id\`.text.replace("id", process.title);`, "loose"],
  ["quotes by hand", RESOURCE, `import { quote } from "../../shell";\nexport const x = quote("a");`, "quote"],
  [
    "starts programs",
    RESOURCE,
    `import { execFileSync } from "node:child_process";\nexport const x = execFileSync("ls");`,
    "process",
  ],
  [
    "starts programs through a shell",
    REMOTE,
    `import { exec } from "node:child_process";\nexport const x = exec(process.title);`,
    "process",
  ],
  [
    "starts a shell",
    REMOTE,
    `import { spawn } from "node:child_process";\nexport const x = spawn("/bin/sh", ["-c", process.title]);`,
    "process",
  ],
  [
    "starts programs with a shell",
    REMOTE,
    `import { spawn } from "node:child_process";\nexport const x = spawn("ssh", [process.title], { shell: true });`,
    "process",
  ],
  ["sends a string", REMOTE, `${session}export const x = (s: Session) => s.run("id", { timeoutSeconds: 1 });`, "sent"],
  [
    "sends a template",
    REMOTE,
    `${session}export const x = (s: Session, p: string) => s.run(\`rm \${p}\`, { timeoutSeconds: 1 });`,
    "sent",
  ],
  [
    "sends what it put together",
    REMOTE,
    `${session}export const x = (s: Session, p: string) => s.run(framed(sh\`id\`) + p, { timeoutSeconds: 1 });`,
    "sent",
  ],
  [
    "sends a constant that it put together",
    REMOTE,
    `${session}export const x = (s: Session, p: string) => { const t = ["rm", p].join(" "); return s.run(t, { timeoutSeconds: 1 }); };`,
    "sent",
  ],
  [
    "sends a variable that grew",
    REMOTE,
    `${session}export const x = (s: Session, p: string) => { let t = framed(sh\`id\`); t = t + p; return s.run(t, { timeoutSeconds: 1 }); };`,
    "sent",
  ],
  [
    "has ssh2 run a string",
    REMOTE,
    `import type { Client } from "ssh2";\nexport const x = (c: Client, p: string) => c.exec(\`id \${p}\`, () => undefined);`,
    "sent",
  ],
  [
    "vouches in a test",
    TEST,
    `import { ShellText } from "../../../provider/shell";\nexport const x = ShellText.vouchedFor("id");`,
    "vouched",
  ],
  [
    "casts in a test",
    TEST,
    `import type { ShellText } from "../../../provider/shell";\nexport const x = "id" as unknown as ShellText;`,
    "cast",
  ],
];

const good: readonly [what: string, path: string, text: string][] = [
  ["the tag", RESOURCE, `${shell}export const x = (p: string): ShellText => sh\`rm -f -- \${p}\`;`],
  [
    "a text in a text",
    RESOURCE,
    `${shell}const a = sh\`id\`;\nexport const x: ShellText = sh\`\${a}; echo \${process.title}\`;`,
  ],
  ["a step", RESOURCE, `${shell}export const x: Step = { name: "a", title: "b", effect: "none", script: sh\`id\` };`],
  [
    "a library file",
    RESOURCE,
    `import { libraryText } from "../../shell";\nexport const x = libraryText(__dirname, "a.sh");`,
  ],
  ["lines", RESOURCE, `import { lines, sh } from "../../shell";\nexport const x = lines([sh\`a\`, sh\`b\`]);`],
  ["a text as the content of a file", RESOURCE, `${shell}export const x = { name: "a", content: sh\`id\`.text };`],
  [
    "another thing's text",
    RESOURCE,
    `export const x = (line: { text: string }) => \`\${line.text}: \${process.title}\`;`,
  ],
  ["a cast of what is shell text", RESOURCE, `${shell}export const x = sh\`id\` as ShellText;`],
  ["the type of the tag", RESOURCE, `${shell}export const x = (make: () => ReturnType<typeof sh>) => make();`],
  [
    "a framed script",
    REMOTE,
    `${session}export const x = (s: Session) => s.run(framed(lines([sh\`id\`])), { timeoutSeconds: 1 });`,
  ],
  [
    "a framed script by name",
    REMOTE,
    `${session}export const x = (s: Session) => { const script = framed(sh\`id\`); return s.run(script, { timeoutSeconds: 1 }); };`,
  ],
  [
    "a regular expression",
    REMOTE,
    `export const x = (t: string) => /a/.exec(t + "b");\nconst r = new RegExp("a");\nexport const y = r.exec("a");`,
  ],
  [
    "a program without a shell",
    REMOTE,
    `import { spawn } from "node:child_process";\nexport const x = spawn("ssh", ["host"], { stdio: "pipe" });`,
  ],
];

let found: string[][] = [];
beforeAll(() => {
  const texts = [...bad, ...good].map(([, path, text]) => ({ path: join(projectRoot, path), text: `${text}\n` }));
  const { stdout, stderr } = spawnSync(process.execPath, ["test/support/programs/lint-texts.mjs"], {
    cwd: projectRoot,
    input: JSON.stringify(texts),
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  found = JSON.parse(stdout) as string[][];
});

describe("the rule for shell text", () => {
  it.each(bad)("refuses code that %s (%s)", (what, _path, _text, expected) => {
    expect(found[bad.findIndex(([title]) => title === what)]).toContain(expected);
  });

  it.each(good)("passes %s", (what) => {
    expect(found[bad.length + good.findIndex(([title]) => title === what)]).toEqual([]);
  });
});
