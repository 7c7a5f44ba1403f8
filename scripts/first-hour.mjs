// npm run first-hour: a user's first hour, from the packed package in an empty folder: install, init, compile under each
// compiler and module kind, preview, and what is said of wrong inputs (test/first-hour). Needs the npm registry.
// A sample of it, without installing anything, is in npm test (test/contract/cli/first-hour.test.ts).
// The last line: first-hour checks=N failed=N
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
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
    check(`stack preview, the project of ${template} as it is`, () =>
      cli(
        join(start, template),
        "stack",
        "preview",
        "--engine",
        "practice",
        "--state",
        join(scratch, `${template}.json`),
      ),
    );
  }

  const compilers = { 5.9: "typescript@~5.9.3", "6.0": "typescript@~6.0.3" };
  for (const [version, name] of Object.entries(compilers)) {
    const place = folder(`typescript-${version}`);
    npm(place, "install", "--ignore-scripts", name);
    for (const [kind, { options, type }] of Object.entries(moduleKinds(version))) {
      check(`tsc ${version}, ${kind}`, () => {
        const at = folder(`${version}-${kind.replaceAll(/[^a-z0-9]+/g, "-")}`);
        cpSync(join(project, "index.ts"), join(at, "index.ts"));
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
  check("JavaScript without types, CommonJS", () =>
    javascript("cjs", 'const xen = require("pulumi-xen"); console.log(typeof xen.DomU, typeof xen.answers.preseed);'),
  );
  check("JavaScript without types, an ES module", () =>
    javascript("mjs", 'import { DomU, answers } from "pulumi-xen"; console.log(typeof DomU, typeof answers.preseed);'),
  );

  for (const { what, fault } of await judge(project))
    check(`told: ${what}`, () => ({ status: fault === undefined ? 0 : 1, output: fault ?? "" }));

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

function moduleKinds(version) {
  // TypeScript 6 calls the classic settings deprecated; who upgrades silences it like this.
  const silenced = version === "6.0" ? { ignoreDeprecations: "6.0" } : {};
  return {
    "commonjs, moduleResolution node, no esModuleInterop, no skipLibCheck": {
      type: "commonjs",
      options: {
        module: "commonjs",
        moduleResolution: "node",
        esModuleInterop: false,
        skipLibCheck: false,
        ...silenced,
      },
    },
    "nodenext, CommonJS": { type: "commonjs", options: { module: "nodenext", skipLibCheck: false } },
    "nodenext, ES module": { type: "module", options: { module: "nodenext", skipLibCheck: false } },
    bundler: { type: "module", options: { module: "esnext", moduleResolution: "bundler", skipLibCheck: false } },
  };
}

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

function run(cwd, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", input: "" });
  return { status: status ?? 1, output: `${stdout}${stderr}` };
}
