/** What an answer file holds for whoever reads it, in the same words for every format: with the format's own reader and a real shell. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Format } from "../answer-samples";
import type { BuiltJudge } from "../built-judge";
import { type ReadingCase, readingsOf, shellSays } from ".";

export interface Held {
  readonly hostname?: string | undefined;
  readonly timezone?: string | undefined;
  readonly rootPassword?: string | undefined;
  readonly userName?: string | undefined;
  readonly packages: readonly string[];
  /** The late commands, as a shell gets them. */
  readonly commands: readonly string[];
  readonly keys: readonly string[];
  readonly locale?: string | undefined;
  readonly keymap?: string | undefined;
}

interface Reader {
  readonly what: string;
  readonly judge: object;
  readonly read: (contents: readonly string[]) => Held[];
}

export function readerOf(
  format: Format,
  { pykickstart, yaml }: Readonly<Record<"pykickstart" | "yaml", BuiltJudge>>,
): Reader {
  const here = { folder: undefined };
  const [what, judge, reading]: [string, BuiltJudge | typeof here, ReadingCase["format"] | undefined] = {
    preseed: ["python3", here, "preseed"] as [string, typeof here, "preseed"],
    kickstart: ["pykickstart", pykickstart, "kickstart"] as [string, BuiltJudge, "kickstart"],
    autoinstall: ["a YAML reader", yaml, "yaml"] as [string, BuiltJudge, "yaml"],
    autoyast: ["python3", here, "autoyast"] as [string, typeof here, "autoyast"],
    alpine: ["sh", here, undefined] as [string, typeof here, undefined],
  }[format];
  const folder = "folder" in judge ? judge.folder : undefined;
  return {
    what,
    judge,
    read: (contents) => {
      const readings =
        reading === undefined
          ? contents.map(() => undefined)
          : readingsOf(
              contents.map((content) => ({ format: reading, content, release: "RHEL9" })),
              folder,
            );
      return contents.map((content, index) => heldBy(format, content, readings[index]));
    },
  };
}

export function heldBy(format: Format, content: string, reading: unknown): Held {
  if (typeof reading === "object" && reading !== null && "refused" in reading)
    throw new Error(`${String(reading.refused)}, in\n${content}`);
  return {
    preseed: ofPreseed,
    kickstart: ofKickstart,
    autoinstall: ofAutoinstall,
    autoyast: ofAutoyast,
    alpine: ofAlpine,
  }[format](reading as never, content);
}

function ofPreseed(read: Readonly<Record<string, string>>): Held {
  const late = (read["preseed/late_command"] ?? "").replaceAll("in-target sh -c ", "in_target sh -c ");
  const { printed, file } = ran(`in_target() { printf '%s\\0' "$3"; }\n${late}`);
  return {
    hostname: read["netcfg/get_hostname"],
    timezone: read["time/zone"],
    rootPassword: read["passwd/root-password-crypted"],
    packages: (read["pkgsel/include"] ?? "").split(" "),
    commands: printed,
    keys: file("/target/root/.ssh/authorized_keys"),
    locale: read["debian-installer/locale"],
    keymap: read["keyboard-configuration/xkb-keymap"],
  };
}

interface Kickstart {
  readonly network: { readonly hostname: string };
  readonly timezone: string;
  readonly root: { readonly password: string };
  readonly users: readonly { readonly name: string }[];
  readonly packages: readonly string[];
  readonly groups: readonly string[];
  readonly scripts: readonly string[];
  readonly lang: string;
  readonly keyboard: string;
}

function ofKickstart(read: Kickstart): Held {
  const [keys] = read.scripts.filter((script) => script.includes("authorized_keys"));
  return {
    hostname: read.network.hostname,
    timezone: read.timezone,
    rootPassword: read.root.password,
    userName: read.users[0]?.name,
    packages: [...read.packages, ...read.groups.map((group) => `@${group}`)],
    commands: commandsOf(read.scripts),
    keys: keys === undefined ? [] : ran(keys).file("/root/.ssh/authorized_keys"),
    locale: read.lang,
    keymap: read.keyboard,
  };
}

interface Autoinstall {
  readonly timezone: string;
  readonly identity: { readonly hostname: string; readonly username: string };
  readonly packages?: readonly string[];
  readonly ssh: { readonly "authorized-keys": readonly string[] };
  readonly "late-commands": readonly (readonly string[])[];
  readonly "user-data"?: { readonly chpasswd: { readonly users: readonly { readonly password: string }[] } };
  readonly locale: string;
  readonly keyboard: { readonly layout: string };
}

function ofAutoinstall({ autoinstall: read }: { readonly autoinstall: Autoinstall }): Held {
  return {
    hostname: read.identity.hostname,
    timezone: read.timezone,
    rootPassword: read["user-data"]?.chpasswd.users[0]?.password,
    userName: read.identity.username,
    packages: read.packages ?? [],
    commands: read["late-commands"].map((words) => words.at(-1) ?? ""),
    keys: read.ssh["authorized-keys"],
    locale: read.locale,
    keymap: read.keyboard.layout,
  };
}

interface Autoyast {
  readonly networking: { readonly dns: { readonly hostname: string } };
  readonly timezone: { readonly timezone: string };
  readonly users: readonly {
    readonly username: string;
    readonly user_password: string;
    readonly authorized_keys: readonly string[];
  }[];
  readonly software: { readonly packages: readonly string[] };
  readonly scripts: { readonly "chroot-scripts": readonly { readonly source: string }[] };
  readonly language: { readonly language: string };
  readonly keyboard: { readonly keymap: string };
}

function ofAutoyast(read: Autoyast): Held {
  return {
    hostname: read.networking.dns.hostname,
    timezone: read.timezone.timezone,
    rootPassword: read.users[0]?.user_password,
    userName: read.users[1]?.username,
    packages: read.software.packages,
    commands: commandsOf(read.scripts["chroot-scripts"].map(({ source }) => source)),
    keys: read.users[0]?.authorized_keys ?? [],
    locale: read.language.language,
    keymap: read.keyboard.keymap,
  };
}

const ALPINE = [
  "KEYMAPOPTS HOSTNAMEOPTS DEVDOPTS INTERFACESOPTS DNSOPTS TIMEZONEOPTS PROXYOPTS APKREPOSOPTS USEROPTS SSHDOPTS",
  "ROOTSSHKEY NTPOPTS DISKOPTS LBUOPTS APKCACHEOPTS BOOTLOADER BOOTFS BOOT_SIZE ROOTFS ERASE_DISKS KERNELOPTS",
]
  .join(" ")
  .split(" ");

function ofAlpine(_: undefined, content: string): Held {
  const said = ran(`chpasswd() { while IFS= read -r line; do printf 'password\\0%s\\0' "$line"; done; }
adduser() { printf 'user\\0%s\\0' "$2"; }
addgroup() { :; }
${content.replace(/^rc-update /m, ": ")}
${ALPINE.map((name) => `printf '%s\\0' ${name} "$${name}"`).join("\n")}`);
  const pairs = said.printed.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, said.printed[index + 1] ?? ""]] : [],
  );
  const of = (name: string): string[] => pairs.flatMap(([key, value]) => (key === name ? [value] : []));
  const [user] = of("user");
  const firstBoot = said.file("/etc/local.d/first-boot.start");
  return {
    ...Object.fromEntries(pairs.filter(([name]) => ALPINE.includes(name))),
    ...{ passwords: of("password"), world: said.file("/etc/apk/world") },
    hostname: of("HOSTNAMEOPTS")[0],
    timezone: of("TIMEZONEOPTS")[0],
    rootPassword: of("password")[0]?.replace(/^root:/, ""),
    userName: user,
    packages: said.file("/etc/apk/world"),
    commands: commandsOf([`set -e\n${firstBoot.filter((line) => line.startsWith("sh -c ")).join("\n")}`]),
    keys: (of("ROOTSSHKEY")[0] ?? "").split("\n"),
    keymap: of("KEYMAPOPTS")[0],
  };
}

/** What the script of the late commands gives to `sh -c`. */
function commandsOf(scripts: readonly string[]): readonly string[] {
  const late = scripts.filter((script) => script.startsWith("set -e\nsh -c ")).join("\n");
  return late === "" ? [] : ran(`sh() { printf '%s\\0' "$2"; }\n${late}`).printed;
}

/** Runs it by a real shell, with the files that it writes in a folder of its own. */
function ran(script: string): { printed: readonly string[]; file: (path: string) => string[] } {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-answers-"));
  try {
    for (const place of ["target/root/.ssh", "root/.ssh", "home/op/.ssh", "etc/apk", "etc/local.d", "etc/doas.d"])
      mkdirSync(join(folder, place), { recursive: true });
    const elsewhere = script.replaceAll(/(>>?)(\/(?:target|etc|home|root)\/[^\s';]+)(;|$)/gm, `$1'${folder}'$2$3`);
    const stubs = "mkdir() { :; }\nchmod() { :; }\nchown() { :; }\nrestorecon() { :; }\n";
    const printed = shellSays(["sh"], stubs + elsewhere).split("\0");
    const files = new Map(
      [
        "target/root/.ssh/authorized_keys",
        "root/.ssh/authorized_keys",
        "etc/apk/world",
        "etc/local.d/first-boot.start",
      ].map((path) => [`/${path}`, linesOf(join(folder, path))]),
    );
    return { printed: printed.slice(0, -1), file: (path) => files.get(path) ?? [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}
