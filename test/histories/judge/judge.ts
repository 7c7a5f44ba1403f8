/** Watches the pretended Xen and the calls of the provider, and notes whatever must never happen. */
import { statSync } from "node:fs";
import type { Announced, HostCall } from "../engine/run";
import type { Method, Properties } from "../engine/provider-protocol";
import type { DiskContent } from "../host/disk-content";
import type { PretendHost } from "../host/pretend-host";
import type { Domain } from "../host/xl/domain";
import type { XenEvents } from "../host/xl/events";
import { Belongings } from "./belongings";
import { DiskBook } from "./disks";
import { readableSecrets, secretIn } from "./secrets";
import type { Rule, Violation } from "./violation";

/** A call of the provider that is under way. */
export interface Doing {
  /** The very call, to know it again when it ends. */
  readonly call: HostCall;
  readonly owner: string;
  readonly method: Method;
  readonly key: string;
  readonly inputs: Properties;
  /** What the preview said about it. */
  readonly announced: Announced | undefined;
}

const OPERATOR = "an operator";

type Event = Parameters<XenEvents["plugged"]>[1];

export class Judge implements XenEvents {
  readonly violations: Violation[] = [];
  step = 0;
  /** Paths that a program still declares, which `owner` therefore may not remove without consent. */
  declaredPaths: (path: string, owner: string) => boolean = () => false;
  /** Something was made to fail on purpose. */
  isUnlucky = false;
  #host: PretendHost | undefined;
  #disks: DiskBook | undefined;
  #belongings: Belongings | undefined;
  /** Several where calls go on at the same time, of one stack or more. */
  #doings: Doing[] = [];
  /** Whose calls there were since none was under way. */
  #owners = new Set<string>();
  /** Calls that failed and whose job may go on without them: a provider was killed, a link cut. */
  #left: Doing[] = [];
  #builtNow = new Set<string>();
  #pluggedNow = new Set<string>();
  #unplugged: { domain: Domain; what: Event }[] = [];
  #stopped: Domain[] = [];

  begin(host: PretendHost): void {
    this.#host = host;
    this.#disks = new DiskBook(host);
    this.#belongings = new Belongings(host);
    this.violations.length = 0;
    this.step = 0;
    this.#doings = [];
    this.#left = [];
  }

  note(rule: Rule, text: string): void {
    if (this.violations.some((known) => known.rule === rule && known.text === text)) return;
    this.violations.push({ rule, text, step: this.step });
  }

  /** Somebody else does something on the host. */
  async byOperator<T>(act: () => Promise<T> | T): Promise<T> {
    this.#belongings?.before();
    try {
      return await act();
    } finally {
      this.#belongings?.after([OPERATOR]);
      // What an operator destroys is an operator's business.
      this.#disks?.lost();
    }
  }

  before(doing: Doing): void {
    this.#doings.push(doing);
    this.#owners.add(doing.owner);
    if (this.#doings.length > 1) return;
    this.#owners = new Set([doing.owner]);
    this.#stopped = [];
    this.#builtNow = new Set();
    this.#pluggedNow = new Set();
    this.#unplugged = [];
    this.#belongings?.before();
  }

  after(call: HostCall, error: string | undefined): void {
    const doing = this.#doings.find((one) => one.call === call);
    if (doing === undefined) return;
    this.#judgeUnplugged(doing);
    if (error !== undefined && doing.method === "update" && !this.isUnlucky) this.#judgeDown(doing, error);
    // What this call did is judged: one that goes on beside it has not done it.
    this.#unplugged = this.#unplugged.filter(({ domain }) => this.#doingTo(domain) !== doing);
    this.#stopped = this.#stopped.filter((domain) => this.#doingTo(domain) !== doing);
    this.judgeDisks(doing);
    if (error !== undefined) this.judgeText(error, `the error of ${doing.method} ${doing.key}`);
    this.#doings = this.#doings.filter((one) => one !== doing);
    this.#left = this.#left.filter((one) => one.key !== call.key || error !== undefined);
    if (error !== undefined && /^KILLED|goes on/.test(error)) this.#left.push(doing);
    if (this.#doings.length > 0) return;
    for (const text of this.#belongings?.after([...this.#owners, ...this.#left.map(({ owner }) => owner)]) ?? [])
      this.note("others", text);
  }

  judgeDisks(doing?: Doing): void {
    for (const { token, path } of this.#disks?.lost() ?? []) {
      // Of several that go on at the same time, any may have done it.
      const isConsented = [...this.#doings, ...(doing === undefined ? [] : [doing])].some(
        ({ inputs, method, owner }) =>
          ((inputs["allow"] ?? []) as readonly string[]).includes("dataLoss") ||
          (method === "delete" && !this.declaredPaths(path, owner)),
      );
      if (!isConsented) this.note("lost", `${path} lost what a guest had written (${token}) in ${nameOf(doing)}`);
    }
  }

  judgeText(text: string, where: string): void {
    if (secretIn(text)) this.note("secret", `a secret stands in ${where}`);
    if (/\b(TypeError|ReferenceError|SyntaxError|is not a function|Cannot read properties)\b/.test(text))
      this.note("internal", `${where}: ${text}`);
    if (text.includes("HANGS")) this.note("hang", `${where}: ${text}`);
  }

  judgeHost(): void {
    const host = this.#host;
    if (host === undefined) return;
    for (const word of host.words.splice(0))
      if (secretIn(word)) this.note("secret", `a secret stands among a program's words: ${word}`);
    for (const path of readableSecrets(host))
      this.note("secret", `others may read the secret in ${path.replace(host.root, "").replace(/\/\d+\//, "/N/")}`);
  }

  ownerOf(thing: string): string | undefined {
    return this.#belongings?.ownerOf(thing);
  }

  /** An operator made it. */
  readonly isForeign = (path: string): boolean => this.#belongings?.ownerOf(path) === OPERATOR;

  built(domain: Domain, by: "ours" | "operator" | "monitor" | "boot", others: readonly Domain[]): void {
    this.#builtNow.add(domain.uuid);
    if (by !== "ours") return;
    for (const other of others)
      this.#compare(domain, { disks: domain.disks, macs: domain.vifs.map(({ mac }) => mac), uuid: domain.uuid }, other);
  }

  installing(domain: Domain, target: string, before: DiskContent): void {
    if (!domain.isOurs) return;
    const doing = this.#doingTo(domain);
    const allow = (doing?.inputs["allow"] ?? []) as readonly string[];
    if ((before.token !== undefined || before.hasKernel) && !allow.includes("dataLoss"))
      this.note(
        "installer",
        `an installer of ${domain.name} starts on ${target}, which holds ${before.token ?? "a system"}, in ${nameOf(doing)}`,
      );
  }

  wrote(target: string, token: string): void {
    this.#disks?.wrote(target, token);
  }

  ended(domain: Domain, by: "ours" | "operator" | "guest", how: string): void {
    if (by !== "ours") {
      this.#belongings?.excuse(domain.uuid);
      return;
    }
    const doing = this.#doingTo(domain);
    const whose = this.#belongings?.ownerOf(`domain ${domain.uuid}`);
    if (doing !== undefined && whose !== undefined && whose !== doing.owner)
      this.note("others", `the guest ${domain.name} of ${whose} was ended by ${doing.owner}`);
    this.#stopped.push(domain);
    if (doing === undefined || [doing, ...this.#left].some((one) => this.#mayEnd(one, domain))) return;
    const said =
      doing.announced === undefined ? "nothing" : `${doing.announced.op} with effect ${doing.announced.effect}`;
    this.note(
      "stopped",
      `the running guest ${domain.name} was ended (${how}) by ${nameOf(doing)}, whose preview said ${said}`,
    );
  }

  plugged(domain: Domain, what: Event, by: "ours" | "operator" | "guest", others: readonly Domain[]): void {
    this.#pluggedNow.add(`${what.target ?? ""}${what.mac ?? ""}`);
    if (by !== "ours") return;
    const disk = "vdev" in what ? [what as Domain["disks"][number]] : [];
    for (const other of others)
      this.#compare(domain, { disks: disk, macs: what.mac === undefined ? [] : [what.mac] }, other);
  }

  unplugged(domain: Domain, what: Event, by: "ours" | "operator" | "guest"): void {
    if (by === "ours" && domain.ended === undefined && !this.#pluggedNow.has(`${what.target ?? ""}${what.mac ?? ""}`))
      this.#unplugged.push({ domain, what });
  }

  /** The call that is about this guest, or was; else the latest. */
  #doingTo({ uuid }: Domain): Doing | undefined {
    const isIts = ({ inputs, announced }: Doing): boolean =>
      inputs["uuid"] === uuid || announced?.old?.inputs["uuid"] === uuid;
    return this.#doings.find(isIts) ?? this.#left.findLast(isIts) ?? this.#doings.at(-1);
  }

  /** A guest is stopped only when it will come up again. */
  #judgeDown(doing: Doing, error: string): void {
    for (const domain of this.#stopped) {
      const { uuid, name } = domain;
      if (this.#doingTo(domain) !== doing) continue;
      const isUp = this.#host?.xen.all().some((domain) => domain.uuid === uuid && domain.ended === undefined) === true;
      if (!isUp && !this.#builtNow.has(uuid))
        this.note("stopped", `${name} was stopped by ${nameOf(doing)} and stays down: ${error}`);
    }
  }

  /** Two writers destroy a disk; one uuid or MAC is one machine. */
  #compare(
    domain: Domain,
    now: { disks: Domain["disks"]; macs: readonly string[]; uuid?: string },
    other: Domain,
  ): void {
    const both = `${domain.name} and ${other.name}`;
    const during = nameOf(this.#doingTo(domain));
    if (now.uuid !== undefined && other.uuid === now.uuid)
      this.note("conflict", `${both} run with the uuid ${now.uuid} in ${during}`);
    for (const mac of now.macs)
      if (other.vifs.some((vif) => vif.mac === mac)) this.note("conflict", `${both} have the MAC ${mac} in ${during}`);
    for (const disk of now.disks) {
      if (
        other.disks.some(
          ({ target, isWritable }) => this.#isSameFile(target, disk.target) && (isWritable || disk.isWritable),
        )
      )
        this.note("conflict", `${both} have ${disk.target}, and one may write it, in ${during}`);
    }
  }

  #isSameFile(a: string, b: string): boolean {
    const of = (path: string): string => {
      try {
        const { dev, ino } = statSync(this.#host?.at(path) ?? path);
        return `${String(dev)}:${String(ino)}`;
      } catch {
        return path;
      }
    };
    return a === b || of(a) === of(b);
  }

  #mayEnd({ method, inputs, announced }: Doing, domain: Domain): boolean {
    // What the same call has built it may end: an install that failed.
    if (this.#builtNow.has(domain.uuid)) return true;
    if (method === "delete") return inputs["uuid"] === domain.uuid;
    const isIts = inputs["uuid"] === domain.uuid || announced?.old?.inputs["uuid"] === domain.uuid;
    const told = [announced?.effect ?? "none", ...(announced?.left ?? [])];
    return isIts && told.some((effect) => ["restart", "reboot", "migrate", "replace"].includes(effect));
  }

  #judgeUnplugged(doing: Doing): void {
    const disks = (doing.inputs["disks"] ?? []) as readonly { path: string }[];
    const count = ((doing.inputs["vifs"] ?? []) as readonly unknown[]).length;
    const countBefore = ((doing.announced?.old?.inputs["vifs"] ?? []) as readonly unknown[]).length;
    for (const { domain, what } of this.#unplugged) {
      if (this.#doingTo(domain) !== doing) continue;
      const stays =
        what.target === undefined
          ? count >= countBefore && this.#isExchanged(doing)
          : disks.some(({ path }) => path === what.target);
      if (stays && doing.method === "update")
        this.note(
          "unplugged",
          `${what.target ?? "an interface"}, which stays declared, was pulled out of the running ${domain.name} by ${nameOf(doing)}, whose preview said ${doing.announced?.effect ?? "nothing"}`,
        );
    }
  }

  /** Said to be a restart, done by hot unplug. */
  #isExchanged({ announced }: Doing): boolean {
    return announced?.effect === "restart" && !announced.plan.includes("taken away");
  }
}

function nameOf(doing: Doing | undefined): string {
  return doing === undefined ? "what went on by itself" : `${doing.method} ${doing.key}`;
}
