// Runs the tiers one after the other and adds them up: format, types, lint, arrows, unused, api, package, laws, faults, histories, networks, unit, contract, lab.
// The last line is `N passed, N failed`; the lines above it say which engine ran and what could not run, and why.
//
//   node scripts/test-tiers.mjs [--fast] [tier…]     --fast: everything that needs no lab
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "pulumi-xen-test-"));
const notesFile = join(scratch, "notes");
const bin = (name) => join(root, "node_modules", ".bin", name);

/** One claim each: passes or fails as a whole. */
const claims = {
  format: [bin("biome"), "format", "."],
  types: [bin("tsc"), "--noEmit", "-p", "tsconfig.json"],
  lint: [bin("eslint"), "."],
  arrows: [
    bin("depcruise"),
    "--config",
    ".dependency-cruiser.cjs",
    "--output-type",
    "err-long",
    "provider",
    "lab",
    "cli",
    "bench",
    "test/histories",
  ],
  unused: [bin("knip"), "--no-progress"],
  api: [process.execPath, "-r", "./test/support/typescript-loader.cjs", "scripts/public-types/main.ts", "report"],
  package: [process.execPath, "scripts/check-package.mjs"],
  // A part of them (npm run laws tries more).
  laws: [process.execPath, "-r", "./test/support/typescript-loader.cjs", "test/laws/main.ts", "--sample"],
};
const loaded = [process.execPath, "-r", "./test/support/typescript-loader.cjs"];
/**
 * Parts of what `npm run NAME` tries whole; each of what they try passes or fails. `tally` reads their last line: how many were
 * tried, and how many of them held or did not.
 */
const samples = {
  faults: {
    command: [...loaded, "test/faults/main.ts", "--sample", "--over=ssh2"],
    whole: "npm run faults",
    tally: (output) => {
      const [, cells, survived] = /^faults cells=(\d+) survived=(\d+)$/m.exec(output) ?? [];
      return cells && { tried: Number(cells), wrong: Number(cells) - Number(survived) };
    },
  },
  histories: {
    command: [...loaded, "test/histories/main.ts", "--sample"],
    whole: "npm run histories",
    tally: (output) => {
      const [, played, broken] = /^histories n=(\d+) broken=(\d+) seed=\d+$/m.exec(output) ?? [];
      return played && { tried: Number(played), wrong: Number(broken) };
    },
  },
  networks: {
    command: [...loaded, "test/networks/main.ts", "--sample"],
    whole: "npm run laws:network",
    tally: (output) => {
      const [, files, wrong] = /^networks files=(\d+) wrong=(\d+) backends=\d+$/m.exec(output) ?? [];
      return files && { tried: Number(files), wrong: Number(wrong) };
    },
  },
};
/**
 * Jest projects. The contract tests mostly wait: two cores take four files at a time (806 s with two, 447 with four). The lab's
 * run one after the other: two cores carry two hosts at most.
 */
const tiers = {
  unit: [],
  contract: ["--maxWorkers=4"],
  lab: ["--runInBand"],
};

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith("-"));
const isWanted = (name) => (wanted.length > 0 ? wanted.includes(name) : !(args.includes("--fast") && name === "lab"));

let passed = 0;
let failed = 0;
const failures = [];
const skipped = [];
const started = Date.now();

for (const [name, command] of Object.entries(claims)) {
  if (!isWanted(name)) continue;
  const { code, seconds } = await run(command);
  if (code === 0) passed++;
  else {
    failed++;
    failures.push(`${name}: ${command.slice(1).join(" ")} ended with ${code}`);
  }
  console.log(`${name} ${code === 0 ? "ok" : "FAILED"} (${seconds} s)`);
}

for (const [name, { command, whole, tally }] of Object.entries(samples)) {
  if (!isWanted(name)) continue;
  const { code, seconds, output } = await run(command, { keep: true });
  skipped.push(...(output.match(/^not (run|steady): .*$/gm) ?? []));
  // One that did not come to its last line has failed as a whole.
  const { tried, wrong } = tally(output) || { tried: 1, wrong: 1 };
  passed += tried - wrong;
  failed += wrong;
  if (wrong > 0 || code !== 0) failures.push(`${name}: ended with ${code}\n${output}`);
  if (wrong === 0 && code !== 0) failed++;
  console.log(`${name}: ${tried - wrong} passed, ${wrong} failed, a sample of ${whole} (${seconds} s)`);
}

for (const [name, options] of Object.entries(tiers)) {
  if (!isWanted(name)) continue;
  const report = join(scratch, `${name}.json`);
  const { code, seconds } = await run(
    [bin("jest"), "--selectProjects", name, "--json", `--outputFile=${report}`, ...options],
    { quiet: true },
  );
  const result = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
  if (result === undefined) {
    failed++;
    failures.push(`${name}: jest ended with ${code} and left no report`);
    continue;
  }
  passed += result.numPassedTests;
  // A file that does not even load has no failed test: it counts as one.
  failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  for (const file of result.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === "failed") failures.push(`${name}: ${test.fullName}\n${test.failureMessages.join("\n")}`);
      if (test.status === "pending" || test.status === "todo") skipped.push(`not run: ${test.fullName}`);
    }
    if (file.assertionResults.length === 0 && file.status === "failed")
      failures.push(`${name}: ${file.name}\n${file.message}`);
  }
  console.log(
    `${name}: ${result.numPassedTests} passed, ${result.numFailedTests + result.numRuntimeErrorTestSuites} failed (${seconds} s)`,
  );
}

if (failures.length > 0) console.log(`\n${failures.map((text) => `FAILED ${text}`).join("\n\n")}\n`);
const notes = existsSync(notesFile) ? readFileSync(notesFile, "utf8").trim().split("\n") : [];
const more = (process.env.LAB_MORE ?? "").split(",");
const stories = JSON.parse(readFileSync(join(root, "test/lab/more.json"), "utf8"));
const further = stories.filter((name) => !more.includes(name));
if (isWanted("lab") && further.length > 0)
  skipped.push(
    `not run: ${further.map((name) => `test/lab/${name}`).join(", ")} (set LAB_MORE=${further.join(",")} for them)`,
  );
for (const line of new Set([...notes, ...skipped])) console.log(line);
rmSync(scratch, { recursive: true, force: true });
console.log(`all tiers: ${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function run(command, { quiet = false, keep = false } = {}) {
  const begun = Date.now();
  // Tests tell what could not run by a line in this file (test/support/notes.ts).
  const env = { ...process.env, PULUMI_XEN_TEST_NOTES: notesFile };
  return new Promise((done) => {
    const child = spawn(command[0], command.slice(1), {
      cwd: root,
      env,
      stdio: ["ignore", keep ? "pipe" : quiet ? "ignore" : "inherit", "inherit"],
    });
    let output = "";
    child.stdout?.on("data", (bytes) => {
      output += bytes;
    });
    child.on("error", (error) => {
      console.error(String(error));
      done({ code: 127, seconds: 0, output });
    });
    child.on("close", (code) => done({ code: code ?? 1, seconds: Math.round((Date.now() - begun) / 1000), output }));
  });
}
