/** Plays a history on a pretended host and tells what was broken. */
import { ProviderClient } from "../engine/provider-client";
import { PretendHost } from "../host/pretend-host";
import { Judge } from "../judge/judge";
import type { Violation } from "../judge/violation";
import { playEnding } from "./ending";
import { ArmedFault } from "./faults";
import { type History, type StackName, type Step, lineOf } from "./history";
import { kindOf, kindOfAct } from "./kinds";
import { playedMeanwhile } from "./meanwhile";
import { type Foreign, perform } from "./operator";
import { Stack } from "./stack";
import { type Table, declaredBy, destroyed, judgedPreview, judgedRefresh, judgedUp, told } from "./table";

export interface Played {
  readonly violations: readonly Violation[];
  /** What happened, for people. */
  readonly log: readonly string[];
  /** How often something of each kind was played (kinds.ts). */
  readonly kinds: Readonly<Record<string, number>>;
}

export class Player {
  readonly #judge: Judge;
  readonly #host: PretendHost;
  readonly #provider: ProviderClient;
  readonly #hasOwner: boolean;
  #other: ProviderClient | undefined;

  static async start(): Promise<Player> {
    const judge = new Judge();
    const host = await PretendHost.start(judge);
    const provider = new ProviderClient();
    const { inputs, failures = [] } = (await provider.call("disk-image", "check", [
      {},
      { path: "/x", sizeGiB: 1, connection: host.connection, owner: "a/b::DiskImage::c" },
    ])) as {
      inputs: object;
      failures?: { property: string }[];
    };
    return new Player(
      judge,
      host,
      provider,
      "owner" in inputs && !failures.some(({ property }) => property === "owner"),
    );
  }

  private constructor(judge: Judge, host: PretendHost, provider: ProviderClient, hasOwner: boolean) {
    this.#judge = judge;
    this.#host = host;
    this.#provider = provider;
    this.#hasOwner = hasOwner;
  }

  async play(history: History): Promise<Played> {
    const [judge, host, provider] = [this.#judge, this.#host, this.#provider];
    host.reset();
    judge.begin(host);
    const place = { project: "shop", connection: host.connection, guestPort: host.guestPort, hasOwner: this.#hasOwner };
    const stacks = new Map<StackName, Stack>();
    for (const name of ["prod", "test"] as const) {
      const program = history.programs[name];
      if (program !== undefined) stacks.set(name, new Stack(name, program, provider, place, host, judge));
    }
    judge.declaredPaths = declaredBy([...stacks.values()]);
    const log: string[] = [];
    const kinds: Record<string, number> = {};
    const foreign: Foreign[] = [];
    const table: Table = {
      host,
      judge,
      provider,
      stacks,
      foreign,
      otherProvider: () => (this.#other ??= new ProviderClient()),
      colleagueOf: ({ name, program }) => new Stack(name, program, provider, place, host, judge),
      say: (line) => log.push(line),
      count: (kind) => (kinds[kind] = (kinds[kind] ?? 0) + 1),
    };
    try {
      for (const [index, step] of history.steps.entries()) {
        judge.step = index;
        log.push(`${String(index)}. ${lineOf(step)}`);
        table.count(kindOf(step));
        await playStep(table, step, foreign);
        this.#judgePrinted();
        if (judge.violations.length > 0) break;
      }
      judge.step = history.steps.length;
      // What is broken already need not end well.
      if (judge.violations.length === 0) await playEnding(table);
      this.#judgePrinted();
    } catch (error) {
      judge.note(
        "internal",
        `the history itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
    return { violations: [...judge.violations], log, kinds };
  }

  async stop(): Promise<void> {
    this.#provider.stop();
    this.#other?.stop();
    await this.#host.stop();
  }

  #judgePrinted(): void {
    for (const provider of [this.#provider, this.#other])
      this.#judge.judgeText(provider?.printed.splice(0).join("") ?? "", "what the provider printed");
    this.#judge.judgeHost();
    this.#judge.judgeDisks();
  }
}

async function playStep(table: Table, step: Step, foreign: Foreign[]): Promise<void> {
  const { host, judge, say, stacks } = table;
  const act = async (what: Parameters<typeof perform>[1]): Promise<void> => {
    const made = await judge.byOperator(() => perform(host, what));
    if (made !== undefined) foreign.push(made);
  };
  if (step.do === "operator") return act(step.act);
  if (step.do === "reboot") return void (await judge.byOperator(async () => host.reboot(step.how)));
  const stack = stacks.get(step.stack);
  if (stack === undefined) return;
  switch (step.do) {
    case "edit":
      stack.edit(step.edits, step.isHopeless === true);
      return;
    case "rewind":
      stack.rewind(step.runs);
      return;
    case "preview":
      await judgedPreview(table, stack);
      return;
    case "refresh":
      await judgedRefresh(table, stack);
      return;
    case "destroy":
      if (step.meanwhile === undefined) say(told(await destroyed(table, stack)));
      else await playedMeanwhile(table, stack, step.meanwhile, undefined, async () => destroyed(table, stack));
      return;
    case "up": {
      if (!(await judgedPreview(table, stack))) {
        stack.takeBackUntried();
        return;
      }
      if (step.between !== undefined) {
        table.count(`${kindOfAct(step.between)}, between preview and up`);
        await act(step.between);
      }
      const armed = step.fault === undefined ? undefined : new ArmedFault(table, step.fault);
      judge.isUnlucky = armed !== undefined || step.between !== undefined || step.meanwhile !== undefined;
      stack.onCall = () => armed?.call();
      const { meanwhile, isParallel } = step;
      const { program } = stack;
      if (meanwhile === undefined) await judgedUp(table, stack, program, isParallel);
      else await playedMeanwhile(table, stack, meanwhile, program, async () => stack.up(program, isParallel));
      stack.onCall = undefined;
      armed?.disarm();
      judge.isUnlucky = false;
      return;
    }
  }
}
