// npm run first-hour: a user's first hour, from the packed package in an empty folder: install (npm and pnpm), init and pulumi new,
// compile under each compiler and module kind, preview, and what is said of wrong inputs (test/first-hour). Needs the npm registry.
// A sample of it, without installing anything, is in npm test (test/contract/cli/first-hour.test.ts).
// The last line: first-hour checks=N failed=N
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { COMPILERS, moduleKinds, TOO_NEW } from "./first-hour/compilers.mjs";

const root = resolve(import.meta.dirname, "..");
/** The one that was tried; any other manager is not. */
const PNPM = "pnpm@10";
const { judge } = createRequire(import.meta.url)("../test/first-hour/judge.cjs");
const scratch = mkdtempSync(join(tmpdir(), "pulumi-xen-first-hour-"));
let checks = 0;
let failed = 0;

try {
  const file = execFileSync("npm", ["pack", "--pack-destination", scratch], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
    .trim()
    .split("\n")
    .at(-1);
  const tarball = join(scratch, file);
  const start = folder("start");
  check("npm install --ignore-scripts of the package, in an empty folder", () =>
    npm(start, "install", "--ignore-scripts", tarball),
  );
  const cli = (cwd, ...args) =>
    run(cwd, process.execPath, join(start, "node_modules/pulumi-xen/dist/cli/main.js"), ...args);

  for (const template of ["plain-host", "xen-host"]) {
    check(`init --template ${template}`, () => cli(start, "init", template, "--template", template));
  }
  const project = join(start, "plain-host");
  check("npm install --ignore-scripts in the project that init made", () =>
    npm(project, "install", "--ignore-scripts"),
  );
  symlinkSync(join(project, "node_modules"), join(start, "xen-host", "node_modules"), "dir");
  for (const template of ["plain-host", "xen-host"]) {
    check(`tsc, the project of ${template} as it is`, () => tsc(join(start, template), "node_modules"));
    check(`stack preview, the project of ${template} as it is`, () => preview(join(start, template)));
  }

  for (const [version, name] of Object.entries(COMPILERS)) {
    const place = folder(`typescript-${version}`);
    npm(place, "install", "--ignore-scripts", name);
    for (const [kind, { options, type }] of Object.entries(moduleKinds(version))) {
      check(`tsc ${version}, ${kind}`, () => {
        const at = folder(`${version}-${kind.replaceAll(/[^a-z0-9]+/gi, "-")}`);
        cpSync(join(project, "index.ts"), join(at, "index.ts"));
        cpSync(join(root, "test", "first-hour", "programs"), at, { recursive: true });
        writeFileSync(join(at, "package.json"), JSON.stringify({ type }));
        writeFileSync(
          join(at, "tsconfig.json"),
          JSON.stringify({
            compilerOptions: { noEmit: true, target: "es2022", strict: true, types: ["node"], ...options },
            include: ["*.ts"],
          }),
        );
        symlinkSync(join(project, "node_modules"), join(at, "node_modules"), "dir");
        return tsc(at, join(place, "node_modules"));
      });
    }
  }
  check(`TypeScript ${TOO_NEW}, which Pulumi's runner dies at: one sentence with the command that helps`, () => {
    const at = folder("too-new");
    cli(at, "init", "--name", "too-new");
    // By itself npm refuses it beside Pulumi's SDK.
    npm(at, "install", "--ignore-scripts", "--legacy-peer-deps", "--save-dev", `typescript@${TOO_NEW}`);
    const { status, output } = preview(at);
    const isTold =
      /Pulumi's runner works with TypeScript up to 6\. Run this in the project: npm install \S+ typescript@6$/m;
    return { status: status !== 0 && isTold.test(output) && !/^\s+at /m.test(output) ? 0 : 1, output };
  });

  check("JavaScript without types, CommonJS", () =>
    javascript("cjs", 'const xen = require("pulumi-xen"); console.log(typeof xen.DomU, typeof xen.answers.preseed);'),
  );
  check("JavaScript without types, an ES module", () =>
    javascript("mjs", 'import { DomU, answers } from "pulumi-xen"; console.log(typeof DomU, typeof answers.preseed);'),
  );
  const esm = { type: "module", main: "index.js" };
  check("stack preview, a program of JavaScript that is an ES module", () => preview(program("esm-js", "js", esm)));
  check("stack preview, a program of TypeScript that is an ES module", () =>
    preview(program("esm-ts", "ts", { ...esm, main: "index.ts" })),
  );

  const byPnpm = join(start, "by-pnpm");
  cli(start, "init", "by-pnpm");
  check("pnpm install --ignore-scripts in a project that init made", () =>
    run(byPnpm, "npx", "--yes", PNPM, "install", "--ignore-scripts"),
  );
  check("tsc, the project by pnpm", () => tsc(byPnpm, "node_modules"));
  check("stack preview, the project by pnpm", () => preview(byPnpm));

  if (run(scratch, "pulumi", "version").status === 0) {
    for (const template of ["plain-host", "xen-host"]) {
      check(`pulumi new ${template}, npm install, pulumi preview`, () => pulumiNew(template));
    }
  } else {
    console.log("not run: pulumi new, since there is no pulumi on PATH");
  }

  for (const { what, fault } of await judge(project))
    check(`told: ${what}`, () => ({ status: fault === undefined ? 0 : 1, output: fault ?? "" }));

  function preview(at) {
    return cli(at, "stack", "preview", "--engine", "practice", "--state", join(at, "state.json"));
  }

  function program(name, extension, manifest) {
    const at = folder(name);
    writeFileSync(join(at, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    writeFileSync(join(at, "package.json"), JSON.stringify(manifest));
    const compilerOptions = { target: "es2022", module: "nodenext", strict: true, noEmit: true, types: ["node"] };
    if (extension === "ts") writeFileSync(join(at, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    writeFileSync(
      join(at, `index.${extension}`),
      'import { DomU } from "pulumi-xen";\nexport const { ip } = new DomU("a", { host: { host: "h" }, disks: [{ image: "/a.img" }] });\n',
    );
    symlinkSync(join(project, "node_modules"), join(at, "node_modules"), "dir");
    return at;
  }

  /** The template is asked for its values, and has them all; npm knows pulumi-xen only once it is published. */
  function pulumiNew(template) {
    const at = join(scratch, `new-${template}`);
    const source = join(start, "node_modules/pulumi-xen/templates", template);
    const made = pulumi(scratch, "new", source, "--yes", "--stack", "dev", "--name", `new-${template}`, "--dir", at);
    if (!made.output.includes("Saved config")) return { status: 1, output: made.output };
    npm(at, "install", "--ignore-scripts", tarball);
    return pulumi(at, "preview", "--stack", "dev", "--non-interactive");
  }

  function javascript(extension, text) {
    writeFileSync(join(project, `plain.${extension}`), text);
    const { status, output } = run(project, process.execPath, `plain.${extension}`);
    return { status: output.trim() === "function function" ? status : 1, output };
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`first-hour checks=${checks} failed=${failed}`);
process.exit(failed === 0 && checks > 0 ? 0 : 1);

function check(what, work) {
  checks += 1;
  const begun = Date.now();
  const { status, output } = work();
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  if (status === 0) return console.log(`ok      ${what} (${seconds} s)`);
  failed += 1;
  const lines = output.trim().split("\n");
  const more = lines.length > 8 ? [`… and ${lines.length - 8} lines more`] : [];
  console.log([`FAILED  ${what}`, ...[...lines.slice(0, 8), ...more].map((line) => `          ${line}`)].join("\n"));
}

function folder(name) {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function npm(cwd, ...args) {
  return run(cwd, "npm", ...args, "--no-audit", "--no-fund");
}

function tsc(cwd, modules) {
  const bin = JSON.parse(readFileSync(resolve(cwd, modules, "typescript", "package.json"), "utf8")).bin.tsc;
  return run(cwd, process.execPath, resolve(cwd, modules, "typescript", bin), "-p", ".");
}

/** Away from the user's own stacks. */
function pulumi(cwd, ...args) {
  const [home, backend] = [folder("pulumi-home"), folder("pulumi-backend")];
  return runWith(
    {
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: "first-hour",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
    cwd,
    "pulumi",
    ...args,
  );
}

function run(cwd, command, ...args) {
  return runWith({}, cwd, command, ...args);
}

function runWith(env, cwd, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    input: "",
    env: { ...process.env, ...env },
  });
  return { status: status ?? 1, output: `${stdout}${stderr}` };
}
