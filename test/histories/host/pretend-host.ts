/**
 * A whole pretended host: a real shell, a real sshd and real files in namespaces of their own, with a pretended Xen, behind
 * a link that can be cut. One serves many histories, one after the other: `reset` makes it as it was.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { descendantsOf, endProcess, runningProcesses, signalProcess } from "../../../lab/processes";
import { type Sshd, startSshd } from "../../../lab/sshd";
import type { Connection } from "../../../provider/remote";
import { type LinkProxy, startLinkProxy } from "../../support/link-proxy";
import { answerForGuests } from "./guest-port";
import { emptyHostRoot, makeHostRoot, writeBootId } from "./host-root";
import { otherTool } from "./other-tools";
import { type Answered, type Asked, serveTools } from "./tool-server";
import { dropSaveFile, startedAtBoot, xl } from "./xl/commands";
import type { XenEvents } from "./xl/events";
import { Hypervisor } from "./xl/hypervisor";

/** In the environment: where hosts have their folders, so that somebody can clear them away. */
export const HOSTS_FOLDER = "PULUMI_XEN_HISTORIES";

/** Where files are in memory, where the system has such a place. */
export function memoryFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}

/** Words of xl that change nothing. */
const LOOKS = ["list", "info", "domid", "domname", "vm-list", "vcpu-list", "block-list", "network-list"];

export class PretendHost {
  readonly xen: Hypervisor;
  readonly root: string;
  readonly #folder: string;
  readonly #sshd: Sshd;
  readonly #proxy: LinkProxy;
  readonly #tools: Server;
  readonly #guests: Awaited<ReturnType<typeof answerForGuests>>;
  /** Called with each change of ours before it is done; what it answers is what happens instead. */
  onChange: ((asked: Asked) => Answered | undefined) | undefined;
  /** Called when our login looks at all domains. */
  onLook: (() => void) | undefined;
  /** Every word that our login gave to a program here. */
  readonly words: string[] = [];

  static async start(events: XenEvents): Promise<PretendHost> {
    // In memory where that can be: `sync` of a file costs nothing there.
    const folder = mkdtempSync(join(process.env[HOSTS_FOLDER] ?? memoryFolder(), "host-"));
    const root = join(folder, "root");
    const place = join(folder, "sshd");
    mkdirSync(place);
    makeHostRoot(root);
    const started: { host?: PretendHost } = {};
    const tools = await serveTools(
      join(root, ".pretend/socket"),
      async (asked) => started.host?.answer(asked) ?? { code: 1 },
    );
    const sshd = await startSshd({
      place,
      config: ["MaxStartups 200", "MaxSessions 100", "UseDNS no"],
      environment: { PULUMI_XEN_ROOT: "/var/lib/pulumi-xen", HOME: "/root", PRETEND_LOGIN: "pulumi-xen" },
      // It ends with this process, however that ends.
      within: [
        "setpriv",
        "--pdeathsig",
        "KILL",
        "unshare",
        "-m",
        "-p",
        "-f",
        "--kill-child",
        "/bin/sh",
        join(__dirname, "tools/enter.sh"),
        root,
        place,
      ],
    });
    const guests = await answerForGuests(() => started.host?.xen);
    started.host = new PretendHost(folder, root, sshd, await startLinkProxy(sshd.port), tools, guests, events);
    return started.host;
  }

  private constructor(
    folder: string,
    root: string,
    sshd: Sshd,
    proxy: LinkProxy,
    tools: Server,
    guests: Awaited<ReturnType<typeof answerForGuests>>,
    events: XenEvents,
  ) {
    this.#folder = folder;
    this.root = root;
    this.#sshd = sshd;
    this.#proxy = proxy;
    this.#tools = tools;
    this.#guests = guests;
    this.xen = new Hypervisor(root, events);
  }

  get connection(): Connection {
    const { address, user, hostKey, privateKeyFile } = this.#sshd;
    return { host: address, port: this.#proxy.port, user, hostKey, privateKeyFile };
  }

  /** Where its guests answer. */
  get guestPort(): number {
    return this.#guests.port;
  }

  /** How often somebody connected. */
  connections(): number {
    return this.#proxy.connections();
  }

  async answer(asked: Asked): Promise<Answered> {
    const isChange = asked.tool === "xl" && !LOOKS.includes(asked.args[0] ?? "");
    if (asked.isOurs) this.words.push(...asked.args);
    if (asked.isOurs && asked.args.join(" ") === "list -v") this.onLook?.();
    const instead = asked.isOurs && isChange ? this.onChange?.(asked) : undefined;
    if (instead !== undefined) return instead;
    return asked.tool === "xl" ? xl(this.xen, asked) : otherTool(this.xen, asked);
  }

  /** An operator's xl, at the host's keyboard. */
  async operate(...args: string[]): Promise<Answered> {
    return this.answer({ tool: "xl", args, isOurs: false, bootloaderUser: "", input: "" });
  }

  at(path: string): string {
    return join(this.root, path);
  }

  read(path: string): string | undefined {
    return existsSync(this.at(path)) ? readFileSync(this.at(path), "utf8") : undefined;
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(join(this.at(path), ".."), { recursive: true });
    writeFileSync(this.at(path), text, { mode });
  }

  cutLink(): void {
    this.#proxy.cut("rst");
  }

  /** Everything that our login started ends at once, as when somebody kills it; xl's monitors live on. */
  killJobs(): void {
    for (const { pid } of this.#started()) {
      if (!commandLineOf(pid).includes("create")) signalProcess(pid, "SIGKILL");
    }
  }

  /** The host stops and starts: xendomains saves and restores guests where it has time, and starts those in /etc/xen/auto. */
  reboot(how: "orderly" | "powerCut"): void {
    const running = how === "orderly" ? this.xen.all().filter(({ ended }) => ended === undefined) : [];
    this.#proxy.cut("rst");
    for (const { pid } of this.#started()) signalProcess(pid, "SIGKILL");
    this.xen.powerOff();
    for (const folder of ["run", "tmp"]) {
      for (const name of readdirSync(join(this.root, folder))) {
        if (name !== "sshd") rmSync(join(this.root, folder, name), { recursive: true, force: true });
      }
    }
    writeBootId(this.root, randomUUID());
    for (const domain of running) {
      this.xen.restore(domain);
      dropSaveFile(this.xen, `/var/lib/xen/save/${domain.name}`);
    }
    const auto = this.at("/etc/xen/auto");
    for (const name of existsSync(auto) ? readdirSync(auto) : []) {
      // A link there names a path of the host.
      const text = this.read(join("/etc/xen", `${name}.cfg`));
      if (text !== undefined) startedAtBoot(this.xen, this.at(`/etc/xen/${name}.cfg`));
    }
  }

  /** Connections end as well: a shell that waits for questions must not meet the next history. */
  reset(): void {
    this.#proxy.cut("rst");
    for (const { pid } of this.#started()) signalProcess(pid, "SIGKILL");
    this.xen.reset();
    this.onChange = undefined;
    this.onLook = undefined;
    this.words.length = 0;
    emptyHostRoot(this.root, randomUUID());
  }

  async stop(): Promise<void> {
    this.xen.reset();
    await this.#proxy.stop();
    // The end of its first process is the end of all; unshare itself does not hear SIGTERM.
    const first = this.#first();
    if (first !== undefined) signalProcess(first, "SIGKILL");
    await endProcess(this.#sshd.process);
    this.#tools.close();
    this.#guests.server.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  /** What runs there beside its first process, sshd. */
  #started(): { pid: number }[] {
    const first = this.#first();
    return first === undefined ? [] : descendantsOf(first);
  }

  #first(): number | undefined {
    const { pid = 0 } = this.#sshd.process;
    return runningProcesses().find(({ parent }) => parent === pid)?.pid;
  }
}

/** Why no pretended host can be here; undefined: it can. */
export function whyNoHost(): string | undefined {
  if (userInfo().uid !== 0) return "no mount namespaces (not root)";
  const tried = spawnSync("unshare", ["-m", "-p", "-f", "/bin/sh", "-c", "mount -t tmpfs tmpfs /mnt"], {
    stdio: "ignore",
  });
  return tried.status === 0 ? undefined : "no mount namespaces";
}

function commandLineOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, "latin1").split("\0");
  } catch {
    return [];
  }
}
