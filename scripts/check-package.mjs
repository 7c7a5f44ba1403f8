// npm run check, its part "package": packs the package and holds what is in it against what we promise.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
/** Whoever needs more raises these, with a reason in the commit. Measured: 839 files, 2.99 MB, since wicked, zypper, extlinux, bonds, VLANs of guests, bridges until the next boot and the families of EL, SUSE and Alpine came in. */
const budget = { files: 950, unpackedBytes: 3_400_000 };
/** What the owner decides, and nobody invents: PUBLISHING.md. */
const ownersFields = ["repository", "homepage", "bugs"];

const scratch = mkdtempSync(join(tmpdir(), "pulumi-xen-pack-"));
const faults = [];
try {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  // prepack builds; npm's own talk goes to stderr.
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", scratch], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [report] = Object.values(JSON.parse(packed.slice(packed.search(/^[[{]/m))));
  const tarball = join(scratch, report.filename);
  const files = new Set(report.files.map(({ path }) => path));

  console.log(`package: ${files.size} files, ${report.unpackedSize} bytes, ${report.size} packed`);
  if (files.size > budget.files) faults.push(`${files.size} files; the budget is ${budget.files}`);
  if (report.unpackedSize > budget.unpackedBytes)
    faults.push(`${report.unpackedSize} bytes unpacked; the budget is ${budget.unpackedBytes}`);
  faults.push(
    ...mapsWithoutSources(files),
    ...deadLinks(files),
    ...missingParts(files, manifest),
    ...foreignTypes(files),
  );

  const missing = ownersFields.filter((field) => manifest[field] === undefined);
  if (missing.length > 0 && missing.length < ownersFields.length)
    faults.push(`package.json has some of ${ownersFields.join(", ")} and not ${missing.join(", ")} (PUBLISHING.md)`);
  if (missing.length > 0) console.log(`package: the owner has not set ${missing.join(", ")} yet (PUBLISHING.md)`);

  tool("publint", [tarball, "--strict"]);
  // ./lifecycle is loaded by Node for Pulumi (provider/pulumi/provider-text.ts), never compiled against; node10 knows no exports.
  tool("attw", [tarball, "--exclude-entrypoints", "lifecycle", "--no-emoji", "--format", "ascii"]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const fault of faults) console.error(`package: ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);

function tool(name, args) {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules", ".bin", name), args, {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) faults.push(`${name} ended with ${status}\n${stdout}${stderr}`);
}

/** A map names the sources it leads to: they must be there, or in the map itself. */
function mapsWithoutSources(files) {
  return [...files]
    .filter((file) => file.endsWith(".map"))
    .filter((file) => {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(root, file), "utf8"));
      return (
        sourcesContent === undefined && sources.some((source) => !files.has(normalize(join(dirname(file), source))))
      );
    })
    .map((file) => `${file} is a map without its sources`);
}

/** Users compile one file, and no library of ours with it. */
function foreignTypes(files) {
  return [...files]
    .filter((file) => file.endsWith(".d.ts"))
    .flatMap((file) => {
      if (file !== "dist/provider/index.d.ts") return [`${file} is no public declaration`];
      const named = readFileSync(join(root, file), "utf8").matchAll(/\b(?:from|import|require)\s*\(?\s*"([^"]+)"/g);
      return [...named]
        .filter(([, module]) => module !== "@pulumi/pulumi")
        .map(([, module]) => `${file} needs the types of ${module}`);
    });
}

/** Links of the shipped pages lead into the package, or are absolute. */
function deadLinks(files) {
  const folders = new Set([...files].flatMap((file) => parents(file)));
  return [...files]
    .filter((file) => file.endsWith(".md"))
    .flatMap((page) =>
      [
        ...readFileSync(join(root, page), "utf8")
          .replaceAll(/^```[\s\S]*?^```/gm, "")
          .matchAll(/\]\(([^)\s#]+)[^)]*\)/g),
      ]
        .map(([, target]) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => {
          const path = normalize(join(dirname(page), target)).replace(/\/$/, "");
          return !files.has(path) && !folders.has(path);
        })
        .map((target) => `${page} links to ${target}, which is not in the package`),
    );
}

function parents(file) {
  const parts = file.split("/");
  return parts.slice(1).map((_part, at) => parts.slice(0, at + 1).join("/"));
}

function missingParts(files, manifest) {
  const doors = Object.values(manifest.exports).flatMap((door) =>
    typeof door === "string" ? [door] : Object.values(door),
  );
  const wanted = [
    ...doors,
    ...Object.values(manifest.bin),
    "dist/examples/install-then-pygrub/index.js", // the quickstart's
    "dist/examples/cloud-image/index.js", // the same, with --cloud-image
    "examples/install-then-pygrub/index.ts",
    "lab/host/recipe/programs.table",
    ...["plain-host", "xen-host"].flatMap((name) =>
      ["index.ts", "Pulumi.yaml", "package.json", "tsconfig.json"].map((file) => `templates/${name}/${file}`),
    ),
  ].map((path) => normalize(path));
  return wanted.filter((path) => !files.has(path)).map((path) => `${path} is not in the package`);
}
