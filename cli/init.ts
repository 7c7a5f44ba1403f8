/** `pulumi-xen init [FOLDER]`: a project to start from, made of a template that `pulumi new` takes as well. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { loadSdk } from "../lab/engine/sdk";
import { atMost, DONE, oneOf, runCommand, UsageError } from "./command";
import { isCheckout, manifestIn, packageFolder } from "./package-folder";

const usage = `Usage: npx pulumi-xen init [FOLDER] [OPTIONS]

Makes a Pulumi project in FOLDER (default: here), which must not hold files of the same names.

  --template TEMPLATE   plain-host: a plain Debian host becomes a Xen host with one installed guest (the default)
                        xen-host: a guest on a host that runs Xen already
  --name NAME           the project's name (default: that of the folder)

Its stack "dev" begins with example values, in Pulumi.dev.yaml. With a Pulumi CLI the same templates serve as
pulumi new FOLDER-OF-THIS-PACKAGE/templates/plain-host`;

type Template = "plain-host" | "xen-host";

/** @returns the exit code. */
export function main(args: string[]): Promise<number> {
  return runCommand(
    {
      name: "pulumi-xen init",
      usage,
      options: { template: { type: "string", default: "plain-host" }, name: { type: "string" } },
      run: async (values, words) => {
        atMost(1, words);
        const template: Template = oneOf(["plain-host", "xen-host"], values.template, "--template");
        const folder = resolve(words[0] ?? ".");
        const name = values.name ?? basename(folder);
        if (!/^[A-Za-z0-9_.-]{1,100}$/.test(name)) {
          throw new UsageError(
            `"${name}" is no project name: letters, digits, "_", "-" and "." go into one. Give one with --name.`,
          );
        }
        console.log(nextSteps(folder, makeProject(template, folder, name)));
        return DONE;
      },
    },
    args,
  );
}

interface Made {
  readonly files: readonly string[];
  /** What must be done first, when pulumi-xen itself is not where the project looks for it. */
  readonly first: readonly string[];
}

/** @throws Error, before anything is written, when one of the files is there already. */
function makeProject(template: Template, folder: string, name: string): Made {
  const from = packageFolder();
  const source = join(from, "templates", template);
  const origin = packageOrigin(from);
  const fill = (text: string): string =>
    text.replaceAll("${PROJECT}", name).replaceAll("${DESCRIPTION}", "Made by pulumi-xen init.");
  const read = (file: string): string => fill(readFileSync(join(source, file), "utf8"));
  const [project = "", settings = ""] = splitTemplate(read("Pulumi.yaml"));
  const manifest = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  manifest.dependencies["pulumi-xen"] = origin.range;
  const files: Readonly<Record<string, string>> = {
    "Pulumi.yaml": project,
    "Pulumi.dev.yaml": exampleConfig(name, settings, from),
    "package.json": `${JSON.stringify(manifest, undefined, 2)}\n`,
    "tsconfig.json": read("tsconfig.json"),
    "index.ts": read("index.ts"),
    // npm leaves files of this name out of packages.
    ".gitignore": "node_modules/\n",
  };
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const inTheWay = Object.keys(files).filter((file) => there.includes(file));
  if (inTheWay.length > 0) {
    throw new Error(`${folder} has ${inTheWay.join(", ")} already; nothing was written. Name another folder.`);
  }
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text, { flag: "wx" });
  return { files: Object.keys(files), first: origin.first };
}

/** The part that stays, and the part that only tells `pulumi new` what to ask; it stands last in the file. */
function splitTemplate(yaml: string): string[] {
  return yaml.split(/^(?=template:)/m);
}

/** The template's defaults: a preview works with them, and they reach no host of anybody's. */
function exampleConfig(project: string, settings: string, from: string): string {
  const { template } = loadSdk(from).parseYaml(settings) as {
    template: { config: Record<string, { description: string; default: string }> };
  };
  const lines = Object.entries(template.config).flatMap(([key, entry]) => [
    `  # ${entry.description}`,
    `  ${project}:${key}: ${JSON.stringify(entry.default)}`,
  ]);
  return `# Example values: put your own here.\nconfig:\n${lines.join("\n")}\n`;
}

/** What package.json says about pulumi-xen, so that npm finds it where this run of it came from. */
function packageOrigin(from: string): { readonly range: string; readonly first: readonly string[] } {
  const { version } = manifestIn(from);
  if (isCheckout(from)) {
    const file = join(from, `pulumi-xen-${version}.tgz`);
    return { range: `file:${file}`, first: existsSync(file) ? [] : [`(cd ${from} && npm pack)`] };
  }
  // npm's own record of what it has installed, beside the packages.
  const modules = dirname(from);
  const record = join(modules, ".package-lock.json");
  const { packages = {} } = existsSync(record)
    ? (JSON.parse(readFileSync(record, "utf8")) as { packages?: Record<string, { resolved?: string }> })
    : {};
  const resolved = packages["node_modules/pulumi-xen"]?.resolved;
  const range =
    resolved?.startsWith("file:") === true ? `file:${resolve(modules, "..", resolved.slice(5))}` : undefined;
  return { range: range ?? `^${version}`, first: [] };
}

function nextSteps(folder: string, { files, first }: Made): string {
  const here = relative(process.cwd(), folder);
  const steps = [
    ...first,
    ...(here === "" ? [] : [`cd ${here}`]),
    "npm install",
    "npx pulumi-xen stack preview          shows what up would do; with a Pulumi CLI: pulumi stack init dev && pulumi preview",
  ];
  return [
    `Made in ${folder}: ${files.join(", ")}.`,
    "",
    "Next:",
    ...steps.map((step) => `  ${step}`),
    "",
    "It previews as it is. Before an up, put your own values into Pulumi.dev.yaml.",
  ].join("\n");
}
