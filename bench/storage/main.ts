/**
 * `npm run bench:storage`: what DiskImage costs beside the commands that somebody types. On this machine: its own sshd on loopback, whose
 * /var/lib is a file system of its own, so that no claim is written on this machine. The last line is `bench:storage` with key=value pairs.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endWithDescendants } from "../../lab/processes";
import { type Sshd, startSshd } from "../../lab/sshd";
import { closeHosts } from "../../provider/remote";
import { fixed, median, pairsLine, table } from "../figures";
import { load, machine } from "../machine";
import { repeated, timed } from "../timing";
import { fileWithHoles, served, sumOf } from "./content";
import { Images } from "./images";
import { type Scenario, type Source, scenarios } from "./scenarios";

const usage = `Usage: npm run bench:storage [-- OPTIONS]

  --quick      a file of 64 MiB and two runs: to see that it works
  --place DIR  where the images are made (default: the system's folder for temporary files)

Needs root, for a mount namespace. Figures go to stdout, the last line for programs.`;

/** An sshd that has a /var/lib of its own. */
const WITHIN = [
  "unshare",
  "--mount",
  "--propagation",
  "private",
  "sh",
  "-c",
  'mount -t tmpfs none /var/lib && exec "$@"',
  "sh",
];

interface Row {
  readonly scenario: Scenario;
  /** Seconds, in pairs; `undefined`: the program for the typed one is not there. */
  readonly typed: readonly number[] | undefined;
  readonly ours: readonly number[];
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      place: { type: "string", default: tmpdir() },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  if (process.getuid?.() !== 0) throw new Error("it needs root, for a mount namespace.");
  const folder = mkdtempSync(join(values.place, "px-bench-storage-"));
  const server = await startSshd({ place: folder, within: WITHIN });
  const sizeMiB = values.quick ? 64 : 1024;
  const file = join(folder, "source");
  const sha256 = await fileWithHoles(file, sizeMiB);
  const { url, close } = await served(file);
  const source: Source = { file, url, sha256, sizeMiB };
  try {
    console.log(`Machine: ${machine()}; load at the beginning ${load()}.`);
    console.log(
      `Host: this machine's OpenSSH on loopback. The file has ${String(sizeMiB)} MiB, a quarter of it data, the rest holes.\n`,
    );
    const rows: Row[] = [];
    for (const scenario of scenarios(source)) rows.push(await measured(scenario, source, server, values.quick ? 2 : 5));
    console.log(report(rows));
    console.log(`\nLoad at the end ${load()}.`);
    console.log(
      pairsLine("bench:storage", Object.fromEntries(rows.map(({ scenario }) => [scenario.key, 2])), ratios(rows)),
    );
  } finally {
    close();
    await closeHosts();
    await endWithDescendants(server.process);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measured(scenario: Scenario, source: Source, server: Sshd, runs: number): Promise<Row> {
  const images = new Images(server);
  const ours: number[] = [];
  const typed: number[] = [];
  const isTyped = scenario.needs === undefined || spawnSync("sh", ["-c", `command -v ${scenario.needs}`]).status === 0;
  // In turn, so that a change of the machine's speed meets both.
  await repeated(runs, async () => {
    ours.push(await oursOnce(scenario, images, source, server.folder));
    if (isTyped) typed.push(await typedOnce(scenario, source, server));
  });
  return { scenario, ours, typed: isTyped ? typed : undefined };
}

async function oursOnce(scenario: Scenario, images: Images, source: Source, folder: string): Promise<number> {
  const path = join(folder, "images", "ours.img");
  const before = scenario.before === undefined ? undefined : await images.create({ path, ...scenario.before.declared });
  const { seconds, value } = await timed(() => scenario.ours(images, path, before));
  await verified(scenario, path, source);
  await images.delete(value);
  return seconds;
}

async function typedOnce({ typed, before, ...scenario }: Scenario, source: Source, server: Sshd): Promise<number> {
  const image = join(server.folder, "typed.img");
  const environment = {
    ...process.env,
    image,
    file: source.file,
    url: source.url,
    sum: source.sha256,
    ssh: sshTo(server),
  };
  if (before !== undefined) await typedIn(before.typed, environment);
  const { seconds } = await timed(() => typedIn(typed, environment));
  await verified(scenario, image, source);
  rmSync(image);
  return seconds;
}

/** Not in one go: this process serves what is downloaded. */
async function typedIn(text: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn("sh", ["-ec", text], { env, stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (bytes: Buffer) => (complaint += bytes.toString()));
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0) throw new Error(`${text}: ${complaint}`);
}

function sshTo({ folder, port, address, user, privateKeyFile, hostKey }: Sshd): string {
  const known = join(folder, "known_hosts");
  writeFileSync(known, `[${address}]:${String(port)} ${hostKey}\n`);
  return `ssh -F none -i ${privateKeyFile} -p ${String(port)} -l ${user} -o UserKnownHostsFile=${known} -o HostName=${address} -o HostKeyAlias=[${address}]:${String(port)}`;
}

/** As long as meant, with the source's content and its holes. */
async function verified(
  { title, isFilled }: Pick<Scenario, "title" | "isFilled">,
  path: string,
  source: Source,
): Promise<void> {
  const { blocks } = statSync(path);
  if (isFilled === true && (await sumOf(path)) !== source.sha256)
    throw new Error(`${title}: ${path} has another content.`);
  if (isFilled !== true && blocks * 512 > 16 * 1024 ** 2) throw new Error(`${title}: ${path} takes space.`);
}

function ratios(rows: readonly Row[]): Record<string, number | undefined> {
  return Object.fromEntries(
    rows.map(({ scenario, ours, typed }) => [
      scenario.key,
      typed === undefined ? undefined : median(ours) / median(typed),
    ]),
  );
}

function report(rows: readonly Row[]): string {
  const ratio = ratios(rows);
  return table(
    ["What", "pulumi-xen, s", "typed, s", "ratio", "runs"],
    rows.map(({ scenario, ours, typed }) => [
      scenario.title,
      fixed(median(ours), 3),
      typed === undefined ? `not run: no ${scenario.needs ?? ""}` : fixed(median(typed), 3),
      fixed(ratio[scenario.key], 2),
      String(ours.length),
    ]),
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`bench:storage: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
