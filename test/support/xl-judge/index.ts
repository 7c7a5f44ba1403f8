/** xl's own parser, and xl itself, asked what they make of configuration texts: the judge of provider/xen. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtJudge } from "../built-judge";

/** A value as xl holds it. */
type XlTree = string | readonly XlTree[];

/** What libxlutil makes of a text. */
export interface Judgement {
  /** All that it prints when it does not read it. */
  readonly refused?: string;
  /** The newest value of each key; `number` where xl can take it for one. */
  readonly keys?: Readonly<Record<string, { readonly value: XlTree; readonly number?: string }>>;
  /** The disks, each through xlu_disk_parse: its fields, or why it is refused. */
  readonly disks?: readonly Readonly<Record<string, unknown>>[];
}

/** What `xl -N create` does with a text. */
interface Created {
  readonly exitCode: number;
  /** The whole domain as libxl would get it, without a uuid that xl made up. */
  readonly domain: unknown;
  readonly said: string;
}

export interface XlJudge {
  readonly version: string;
  read(texts: readonly string[]): Judgement[];
  create(texts: readonly string[]): Created[];
}

/** The judge, built where it is not there yet; or why it cannot be. */
export function xlJudge(): XlJudge | { readonly missing: string } {
  const built = builtJudge(join(__dirname, "build.sh"));
  if ("missing" in built) return built;
  const { folder } = built;
  const libraries = readFileSync(join(folder, "library"), "utf8").trim();
  return {
    version: readFileSync(join(folder, "version"), "utf8").trim(),
    read: (texts) => read(folder, libraries, texts),
    create: (texts) => create(folder, libraries, texts),
  };
}

function read(folder: string, libraries: string, texts: readonly string[]): Judgement[] {
  const input = Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text);
      return [Buffer.from(`${bytes.length}\n`), bytes];
    }),
  );
  const env = { ...process.env, LD_LIBRARY_PATH: libraries };
  const ran = spawnSync(join(folder, "judge"), { input, env, maxBuffer: 2 ** 28 });
  const lines = ran.stdout.toString("utf8").trimEnd().split("\n");
  if (ran.status !== 0 || lines.length !== texts.length)
    throw new Error(`The judge ended with ${String(ran.status)} after ${lines.length} texts: ${ran.stderr.toString()}`);
  return lines.map((line) => JSON.parse(line) as Judgement);
}

function create(folder: string, libraries: string, texts: readonly string[]): Created[] {
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-xen-judge-"));
  try {
    texts.forEach((text, index) => {
      writeFileSync(join(scratch, `${index}.cfg`), text);
    });
    // Preloaded into xl alone, by env(1): node has no use for it.
    const preload = [`LD_PRELOAD=${join(folder, "no-xen.so")}`, `LD_LIBRARY_PATH=${libraries}`];
    const ran = spawnSync("env", [...preload, join(folder, "xl"), "-N", "create", scratch], { encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`xl ended with ${String(ran.status)}: ${ran.stderr}`);
    const file = (index: number, kind: string): string => readFileSync(join(scratch, `${index}.${kind}`), "utf8");
    return texts.map((text, index) => ({
      exitCode: Number(file(index, "rc")),
      domain: domainOf(file(index, "json"), text),
      said: file(index, "err"),
    }));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function domainOf(json: string, text: string): unknown {
  if (json === "") return undefined;
  const domain = JSON.parse(json) as { c_info: { uuid?: string }; disks?: { pdev_path?: string }[] };
  if (!/^[ \t]*uuid/m.test(text)) delete domain.c_info.uuid;
  // A CD drive without a medium has no target or an empty one.
  for (const disk of domain.disks ?? []) if (disk.pdev_path === "") delete disk.pdev_path;
  return domain;
}
