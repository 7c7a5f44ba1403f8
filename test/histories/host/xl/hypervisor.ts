/**
 * The pretended Xen: domains, who watches them, how they begin and end. It does what a real 4.17 did where that was tried,
 * and does not protect anybody from anything where the real one did not.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { INSTALLER_KERNEL, readContent, writeContent } from "../disk-content";
import type { MonitorProcess } from "../tool-server";
import {
  type Build,
  type Disk,
  type Domain,
  type Ended,
  type EventAction,
  REASON_CODES,
  affinityOf,
  readBuild,
} from "./domain";
import { faultOf } from "./build-fault";
import type { XenEvents } from "./events";
import { HostFiles } from "./host-files";
import { DOM0_MIB, TOTAL_MIB } from "./show";

/** A guest shuts down, an installer installs, a monitor builds anew: each so quickly that polls are few. */
const SHUTDOWN_MS = 15;
const INSTALL_MS = 60;
const REBUILD_MS = 30;

export class XlError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Creator {
  readonly isOurs: boolean;
  readonly by: "ours" | "operator" | "monitor" | "boot";
  readonly bootloaderUser: string;
  readonly configPath: string;
  readonly isPaused?: boolean;
}

export class Hypervisor {
  readonly domains = new Map<number, Domain>();
  /** Lies it tells now: uuids of domains whose record cannot be read. */
  readonly unreadable = new Set<string>();
  /** Guests that do not hear a shutdown. */
  readonly deaf = new Set<string>();
  /** What the next installers do at their end, one after the other; then all reboot. */
  readonly installers: ("reboot" | "poweroff" | "crash")[] = [];
  readonly saved = new Map<string, Domain>();
  readonly root: string;
  readonly events: XenEvents;
  readonly files: HostFiles;
  #nextId = 1;
  #nextToken = 1;
  #life = 0;

  constructor(root: string, events: XenEvents) {
    this.root = root;
    this.events = events;
    this.files = new HostFiles(root, () => this.all());
  }

  /** Everything ends at once; nobody is told. */
  reset(): void {
    this.#life += 1;
    for (const domain of this.domains.values()) domain.monitor?.end();
    for (const known of [this.domains, this.unreadable, this.deaf, this.saved]) known.clear();
    this.installers.length = 0;
    this.#nextId = 1;
    this.#nextToken = 1;
  }

  /** The machine starts anew: numbers begin at 1 again. */
  powerOff(): void {
    this.#life += 1;
    const gone = this.all();
    this.domains.clear();
    for (const domain of gone) {
      // Nobody's doing here: who cut the power has ended them all.
      if (domain.ended === undefined) this.events.ended(domain, "operator", "destroy");
      domain.monitor?.end();
      this.files.dropped(domain);
    }
    this.unreadable.clear();
    this.#nextId = 1;
  }

  all(): Domain[] {
    return [...this.domains.values()].sort((a, b) => a.domid - b.domid);
  }

  find(word: string): Domain {
    const found = this.all().find((one) => one.name === word || String(one.domid) === word);
    if (found === undefined) throw new XlError(1, `${word} is an invalid domain identifier (rc=-6)`);
    return found;
  }

  freeMiB(): number {
    return TOTAL_MIB - DOM0_MIB - this.all().reduce((sum, one) => sum + one.memoryMiB + 4, 0);
  }

  at(path: string): string {
    return join(this.root, path);
  }

  /** @throws XlError in xl's words; then nothing of it is left, but a number is used up. */
  create(build: Build, creator: Creator): Domain {
    const domid = this.#nextId++;
    if (this.all().some(({ name }) => name === build.name))
      throw new XlError(
        3,
        `libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain ${String(domid)}:Domain with name "${build.name}" already exists.`,
      );
    const fault = faultOf(this, build, domid, creator.bootloaderUser);
    if (fault !== undefined) throw new XlError(3, fault);
    const uuid = build.uuid ?? `00000000-0000-4000-8000-${String(domid).padStart(12, "0")}`;
    const domain: Domain = {
      domid,
      uuid,
      name: build.name,
      build,
      memoryMiB: build.memoryMiB,
      maxMemoryMiB: build.maxMemoryMiB,
      vcpus: build.vcpus,
      affinity: affinityOf(build.cpus),
      weight: build.weight,
      cap: build.cap,
      disks: [...build.disks],
      vifs: [...build.vifs],
      isPaused: creator.isPaused === true,
      hasBegun: false,
      ended: undefined,
      logName: build.name,
      monitor: undefined,
      hasMonitor: true,
      configPath: creator.configPath,
      stored: undefined,
      bootloaderUser: creator.bootloaderUser,
      isOurs: creator.isOurs,
    };
    this.events.built(domain, creator.by, this.all());
    this.files.beganLog(domain);
    this.#start(domain);
    return domain;
  }

  /** It is in the list from here on, and does what its kernel does as soon as it is not paused. */
  #start(domain: Domain): void {
    this.domains.set(domain.domid, domain);
    this.files.wrote(domain);
    if (!domain.isPaused) this.#begin(domain);
  }

  unpause(domain: Domain): void {
    domain.isPaused = false;
    if (!domain.hasBegun) this.#begin(domain);
  }

  #begin(domain: Domain): void {
    domain.hasBegun = true;
    const { kernel, disks } = { ...domain.build, disks: domain.disks };
    const isInstaller = kernel !== "" && readFileSync(this.at(kernel), "utf8") === INSTALLER_KERNEL;
    if (!isInstaller) {
      for (const disk of disks) this.#use(disk);
      return;
    }
    const first = disks[0];
    if (first !== undefined) {
      const before = readContent(this.at(first.target));
      this.events.installing(domain, first.target, before);
      // Whatever was on it is gone from here on.
      writeContent(this.at(first.target), { kind: "partial" });
    }
    void this.#install(domain, first);
  }

  async #install(domain: Domain, first: Disk | undefined): Promise<void> {
    const life = this.#life;
    const isThere = (): boolean =>
      life === this.#life && this.domains.get(domain.domid) === domain && domain.ended === undefined;
    do await pause(INSTALL_MS);
    while (isThere() && domain.isPaused);
    if (!isThere()) return;
    const how = this.installers.shift() ?? "reboot";
    if (how !== "crash" && first?.isWritable === true) this.#write(first.target, "system");
    this.end(domain, how);
  }

  /** A system that runs leaves something on each disk that it may write. */
  #use(disk: Disk): void {
    if (disk.isWritable && readContent(this.at(disk.target)).token === undefined) {
      const isSystem = readContent(this.at(disk.target)).hasKernel;
      this.#write(disk.target, isSystem ? "system" : "data");
    }
  }

  #write(target: string, kind: "system" | "data"): void {
    const token = `${kind}-${String(this.#nextToken++)}`;
    writeContent(this.at(target), { kind, token });
    if (existsSync(this.at(target))) this.events.wrote(target, token);
  }

  plugged(disk: Disk): void {
    this.#use(disk);
  }

  /** The guest ends by itself, or because it was asked to. What becomes of it is its monitor's business. */
  end(domain: Domain, ended: Ended, by: "guest" | "ours" | "operator" = "guest"): void {
    if (domain.ended !== undefined) return;
    domain.ended = ended;
    this.events.ended(domain, by, ended);
    const { onPoweroff, onReboot, onCrash } = domain.build;
    const action: EventAction = { poweroff: onPoweroff, reboot: onReboot, crash: onCrash, suspend: "destroy" as const }[
      ended
    ];
    const isWatched = domain.hasMonitor && domain.monitor?.isAlive() !== false;
    if (!isWatched) return;
    this.files.log(
      domain,
      `Domain ${String(domain.domid)} has shut down, reason code ${String(REASON_CODES[ended])} 0x${String(REASON_CODES[ended])}`,
    );
    this.files.log(domain, `Action for shutdown reason code ${String(REASON_CODES[ended])} is ${action}`);
    if (action === "preserve") {
      this.files.log(domain, "Done. Exiting now");
      domain.hasMonitor = false;
      domain.monitor?.end();
      return;
    }
    this.files.log(domain, `Domain ${String(domain.domid)} needs to be cleaned up: destroying the domain`);
    this.#remove(domain);
    if (!["restart", "coredump-restart", "rename-restart"].includes(action)) {
      this.files.log(domain, "Done. Exiting now");
      domain.monitor?.end();
      return;
    }
    this.files.log(domain, "Done. Rebooting now");
    this.#rebuildLater(domain);
  }

  /** From what config-update stored, else as it was at its end; pinning is forgotten. */
  #rebuildLater(old: Domain): void {
    const life = this.#life;
    void pause(REBUILD_MS).then(() => {
      if (life !== this.#life || old.monitor?.isAlive() === false) return;
      if (old.stored !== undefined) this.files.log(old, '"xl" configuration found, using it');
      const live: Build = {
        ...old.build,
        name: old.name,
        uuid: old.uuid,
        memoryMiB: old.memoryMiB,
        maxMemoryMiB: old.maxMemoryMiB,
        vcpus: old.vcpus,
        cpus: "all",
        weight: old.weight,
        cap: old.cap,
        disks: old.disks,
        vifs: old.vifs.filter(({ isDead }) => isDead !== true),
      };
      try {
        const build = old.stored === undefined ? live : readBuild(old.stored, "<stored>");
        const domain = this.create(build, { ...old, by: "monitor", isPaused: false });
        domain.monitor = old.monitor;
        domain.hasMonitor = true;
        domain.logName = old.logName;
      } catch (error) {
        this.files.log(old, error instanceof Error ? error.message : String(error));
        old.monitor?.end();
      }
    });
  }

  /** xl shutdown and xl reboot. */
  ask(domain: Domain, ended: "poweroff" | "reboot", by: "ours" | "operator"): void {
    if (domain.ended !== undefined || domain.isPaused)
      throw new XlError(1, "libxl: error: libxl_domain.c: guest didn't acknowledge control request: -9");
    if (this.deaf.has(domain.uuid)) return;
    const { domid } = domain;
    void pause(SHUTDOWN_MS).then(() => {
      if (this.domains.get(domid) === domain) this.end(domain, ended, by);
    });
  }

  destroy(domain: Domain, by: "ours" | "operator"): void {
    if (domain.ended === undefined) this.events.ended(domain, by, "destroy");
    this.files.log(domain, `Domain ${String(domain.domid)} has been destroyed.`);
    this.#remove(domain);
    domain.monitor?.end();
  }

  rename(domain: Domain, name: string): void {
    if (this.all().some((one) => one !== domain && one.name === name))
      throw new XlError(
        1,
        `libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain ${String(domain.domid)}:Domain with name "${name}" already exists.`,
      );
    domain.name = name;
  }

  store(domain: Domain, text: string): void {
    domain.stored = text;
    writeFileSync(this.at(`/var/lib/xen/userdata-d.${String(domain.domid)}.${domain.uuid}.xl`), text, { mode: 0o600 });
  }

  adopt(domain: Domain, monitor: MonitorProcess): void {
    domain.monitor = monitor;
  }

  /** A saved guest comes back under another number; pinning is forgotten. */
  restore(domain: Domain): Domain {
    const domid = this.#nextId++;
    const back: Domain = { ...domain, domid, affinity: "all", ended: undefined, monitor: undefined, hasMonitor: true };
    if (this.all().some(({ name }) => name === back.name))
      throw new XlError(1, `Domain with name "${back.name}" already exists.`);
    this.domains.set(domid, back);
    this.files.wrote(back);
    return back;
  }

  vanish(domain: Domain): void {
    this.#remove(domain);
    domain.monitor?.end();
  }

  #remove(domain: Domain): void {
    this.domains.delete(domain.domid);
    this.files.dropped(domain);
  }
}
