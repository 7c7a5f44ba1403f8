/** xl's commands, word by word: what the pretended one does, prints, and ends with. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Answered, Asked } from "../tool-server";
import { type Command, by, done } from "./command";
import { deviceCommands } from "./device-commands";
import { type Domain, HOST_CPUS, affinityOf, readBuild } from "./domain";
import { type Hypervisor, XlError } from "./hypervisor";
import { blockList, info, long, networkList, table, vcpuList } from "./show";

/** What a real one waits a minute for, on this host's clock. */
const A_MINUTE_MS = 3_000;

const commands: Readonly<Record<string, Command>> = {
  list(xen, args) {
    const names = args.filter((arg) => !arg.startsWith("-"));
    const has = (short: string, whole: string): boolean =>
      args.some((arg) => arg === whole || (/^-[a-z]+$/.test(arg) && arg.includes(short)));
    const shown = names.length === 0 ? xen.all() : names.map((name) => xen.find(name));
    if (!has("l", "--long"))
      return { code: 0, out: table(shown, { withDom0: names.length === 0, verbose: has("v", "--verbose") }) };
    // It ends with 0 whatever it could not read.
    const unread = shown.filter(({ uuid }) => xen.unreadable.has(uuid));
    return {
      code: 0,
      out: long(
        shown.filter((one) => !unread.includes(one)),
        names.length === 0,
      ),
      err: unread
        .map(({ domid }) => `libxl: error: libxl_domain.c: Domain ${String(domid)}:Fail to get domain configuration\n`)
        .join(""),
    };
  },
  info: (xen) => ({ code: 0, out: info(xen.freeMiB()) }),
  domid: (xen, [name = ""]) => ({ code: 0, out: `${String(xen.find(name).domid)}\n` }),
  domname: (xen, [id = ""]) => ({ code: 0, out: `${xen.find(id).name}\n` }),
  "vm-list": (xen) => ({
    code: 0,
    out: `UUID                                  ID    name\n${xen
      .all()
      .map(({ uuid, domid, name }) => `${uuid}  ${String(domid)}    ${name.padEnd(30)}\n`)
      .join("")}`,
  }),
  "vcpu-list": (xen, names) => ({
    code: 0,
    out: vcpuList(names.length === 0 ? xen.all() : names.map((name) => xen.find(name))),
  }),
  "block-list": (xen, [name = ""]) => ({ code: 0, out: blockList(xen.find(name)) }),
  "network-list": (xen, [name = ""]) => ({ code: 0, out: networkList(xen.find(name)) }),

  async create(xen, args, asked) {
    const path = args.find((arg) => arg.startsWith("/")) ?? "";
    if (!existsSync(xen.at(path)))
      throw new XlError(2, `Failed to read config file: ${path}: No such file or directory`);
    const build = readOrRefuse(readFileSync(xen.at(path), "utf8"), path);
    if (args.some((arg) => /^-[a-z]*n/.test(arg) || arg === "--dryrun")) return { code: 0, out: "{}\n" };
    await pause(5);
    const domain = xen.create(build, { ...asked, by: by(asked), configPath: path, isPaused: args.includes("-p") });
    return { code: 0, stays: (monitor) => xen.adopt(domain, monitor) };
  },
  "config-update"(xen, [name = "", path = ""]) {
    const domain = xen.find(name);
    const text = existsSync(xen.at(path)) ? readFileSync(xen.at(path), "utf8") : "";
    readOrRefuse(text, path);
    xen.store(domain, text);
    return {
      code: 0,
      out: `setting dom${String(domain.domid)} configuration\n`,
      err: "WARNING: xl now has better capability to manage domain configuration, avoid using this command when possible\n",
    };
  },
  async shutdown(xen, args, asked) {
    return ending(xen, args, "poweroff", asked);
  },
  async reboot(xen, args, asked) {
    return ending(xen, args, "reboot", asked);
  },
  destroy(xen, args, asked) {
    xen.destroy(xen.find(nameIn(args)), by(asked));
    return done;
  },
  pause(xen, [name = ""]) {
    xen.find(name).isPaused = true;
    return done;
  },
  unpause(xen, [name = ""]) {
    const domain = xen.find(name);
    if (!domain.isPaused) return { code: 0, err: "Unpausing domain: Invalid argument\n" };
    xen.unpause(domain);
    return done;
  },
  rename(xen, [name = "", other = ""]) {
    xen.rename(xen.find(name), other);
    return done;
  },
  save(xen, args, asked) {
    const [name = "", path = ""] = args.filter((arg) => !arg.startsWith("-"));
    const domain = xen.find(name);
    if (domain.ended !== undefined) throw new XlError(1, "Failed to save domain, resuming domain");
    xen.events.ended(domain, by(asked), "suspend");
    xen.saved.set(path, domain);
    writeFileSync(xen.at(path), "saved", { mode: 0o644 });
    xen.vanish(domain);
    return done;
  },
  restore(xen, args) {
    const path = args.find((arg) => arg.startsWith("/")) ?? "";
    const domain = xen.saved.get(path);
    if (domain === undefined || !existsSync(xen.at(path)))
      throw new XlError(2, `Can't open restore file: ${path}: No such file or directory`);
    xen.restore(domain);
    return done;
  },

  "mem-set"(xen, [name = "", size = ""], asked) {
    const domain = xen.find(name);
    const mib = mibOf(size);
    if (mib > domain.maxMemoryMiB)
      throw new XlError(
        1,
        `libxl: error: libxl_mem.c:278:libxl_set_memory_target: Domain ${String(domain.domid)}:memory_dynamic_max must be less than or equal to memory_static_max\n\ncannot set domid ${String(domain.domid)} dynamic max memory to : ${size}`,
      );
    // 128 -> 64 killed one; it ends with 0 all the same.
    if (mib < 96 && mib < domain.memoryMiB) xen.end(domain, "crash", by(asked));
    else domain.memoryMiB = mib;
    return done;
  },
  "mem-max"(xen, [name = "", size = ""]) {
    xen.find(name).maxMemoryMiB = mibOf(size);
    return done;
  },
  "vcpu-set"(xen, args) {
    const [name = "", count = ""] = args.filter((arg) => !arg.startsWith("-"));
    const domain = xen.find(name);
    const wanted = Number(count);
    const where = `Domain ${String(domain.domid)}`;
    if (!(wanted > 0)) throw new XlError(1, `libxl: error: ${where}:Requested 0 VCPUs!: Function not implemented`);
    if (wanted > HOST_CPUS && !args.includes("-i") && !args.includes("--ignore-host"))
      throw new XlError(
        1,
        `You are overcommmitting! You have ${String(HOST_CPUS)} physical CPUs and want ${count} vCPUs! Aborting, use --ignore-host to continue`,
      );
    if (wanted > domain.build.maxVcpus)
      throw new XlError(
        1,
        `libxl: error: libxl_domain.c:1869:libxl_set_vcpuonline: ${where}:Requested ${count} VCPUs, however maxcpus is ${String(domain.build.maxVcpus)}!: Function not implemented`,
      );
    domain.vcpus = wanted;
    return done;
  },
  "vcpu-pin"(xen, args) {
    const [name = "", , hard = "all"] = args.filter((arg) => !/^-[a-z]/.test(arg));
    const domain = xen.find(name);
    const numbers = hard.match(/\d+/g) ?? [];
    // Nothing changes, and it ends with 0.
    if (numbers.some((cpu) => Number(cpu) >= HOST_CPUS))
      return { code: 0, err: "libxl: error: Unable to set vcpu affinity: Invalid argument\n" };
    if (hard !== "-") domain.affinity = affinityOf(hard);
    return done;
  },
  "sched-credit2"(xen, args) {
    const value = (flag: string): string | undefined =>
      args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined;
    const name = value("-d");
    if (name === undefined)
      return { code: 0, out: "Cpupool Pool-0: ratelimit=1000us\nName                                ID Weight  Cap\n" };
    const domain = xen.find(name);
    const [weight, cap] = [value("-w"), value("-c")];
    if (weight === undefined && cap === undefined)
      return {
        code: 0,
        out: `Name                                ID Weight  Cap\n${domain.name.padEnd(33)} ${String(domain.domid).padStart(4)} ${String(domain.weight).padStart(6)} ${String(domain.cap).padStart(4)}\n`,
      };
    if (weight !== undefined && !(Number(weight) >= 1 && Number(weight) <= 65535))
      throw new XlError(1, "Cpu weight out of range, valid values are within range from 1 to 65535");
    if (weight !== undefined) domain.weight = Number(weight);
    if (cap !== undefined) domain.cap = Number(cap);
    return done;
  },
  "sched-credit": () => ({ code: 1, err: "Getting domain sched credit: Invalid argument\n" }),
  ...deviceCommands,
};

/** What one call of xl does. */
export async function xl(xen: Hypervisor, asked: Asked): Promise<Answered> {
  const [name = "", ...args] = asked.args.filter((arg) => !/^-(v+|f|t|T|N)$/.test(arg) || asked.args.indexOf(arg) > 0);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return { code: 1, err: "command not implemented\n" };
  try {
    return await command(
      xen,
      args.filter((arg) => arg !== "-q" && arg !== "--quiet"),
      asked,
    );
  } catch (error) {
    if (!(error instanceof XlError)) throw error;
    return { code: error.code, err: `${error.message}\n` };
  }
}

async function ending(xen: Hypervisor, args: string[], how: "poweroff" | "reboot", asked: Asked): Promise<Answered> {
  const domain = xen.find(nameIn(args));
  if (domain.ended !== undefined || domain.isPaused) await pause(A_MINUTE_MS);
  xen.ask(domain, how, by(asked));
  return { code: 0, out: `${how === "reboot" ? "Rebooting" : "Shutting down"} domain ${String(domain.domid)}\n` };
}

function nameIn(args: readonly string[]): string {
  return args.find((arg) => !arg.startsWith("-")) ?? "";
}

function readOrRefuse(text: string, path: string): ReturnType<typeof readBuild> {
  try {
    return readBuild(text, path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new XlError(1, why.includes("must be specified") ? why : `${why}\nFailed to parse config: Invalid argument`);
  }
}

/** Without a unit it is MiB, whatever the manual says. */
function mibOf(size: string): number {
  const [, number = "0", unit = "m"] = /^(\d+)([kmgKMG]?)/.exec(size) ?? [];
  return Math.round(Number(number) * ({ k: 1 / 1024, m: 1, g: 1024 }[unit.toLowerCase() || "m"] ?? 1));
}

/** For xendomains: what it starts with the host. */
export function startedAtBoot(xen: Hypervisor, path: string): Domain | undefined {
  try {
    return xen.create(readBuild(readFileSync(path, "utf8"), path), {
      isOurs: false,
      by: "boot",
      bootloaderUser: "",
      configPath: path,
    });
  } catch {
    return undefined;
  }
}

export function dropSaveFile(xen: Hypervisor, path: string): void {
  rmSync(xen.at(path), { force: true });
  xen.saved.delete(path);
}
