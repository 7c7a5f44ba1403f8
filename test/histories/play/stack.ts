/** One stack of a history: its program with all edits, its engine, and its states of earlier. */
import { MiniEngine } from "../engine/mini-engine";
import type { Announced, Run, RunFault } from "../engine/run";
import type { Provider } from "../engine/provider-client";
import type { StackState } from "../engine/stack-state";
import type { Judge } from "../judge/judge";
import { liesOfDelete } from "../judge/truth";
import { type EditedProgram, applyEdit, unedited } from "../programs/edits";
import { type Declared, type DeclaredGuest, type Program, guestNameOf, isGuest, keyOf } from "../programs/program";
import { type StackPlace, registrations } from "../programs/registrations";
import type { PretendHost } from "../host/pretend-host";
import type { Advice } from "./advice";
import type { Edit, StackName } from "./history";

interface Edited {
  readonly edits: readonly Edit[];
  readonly isHopeless: boolean;
  /** A preview of it was possible. */
  isTried: boolean;
  /** An up with it has succeeded: it could be done after all, of a guest that was to be installed, or is stopped. */
  isDone: boolean;
}

export class Stack {
  readonly name: StackName;
  readonly engine: MiniEngine;
  /** The provider that it calls now. */
  through: Provider;
  readonly states: StackState[] = [[]];
  /** Its state file was put back: what it does not know of is none of its business. */
  isRewound = false;
  /** A run failed on the host: what it began may be done by now, and the next one finds less to do than its preview says. */
  hasFailed = false;
  /**
   * An up was tried with an edit that cannot be done of a guest that is there. One that was made afresh has done it, whatever became of
   * the up: another guest may have used a disk meanwhile.
   */
  didTheHopeless = false;
  /** All of it has been destroyed: its program wants nothing any more. */
  isLeft = false;
  /** It is being destroyed. */
  isLeaving = false;
  /** Called when a call of the provider begins. */
  onCall: (() => void) | undefined;
  readonly #base: EditedProgram;
  readonly #place: StackPlace;
  readonly #killedCreates = new Set<string>();
  readonly #keys = new Map<string, Set<string>>();
  #edits: Edited[] = [];
  readonly #followed: { readonly ref: string; readonly advice: Advice }[] = [];
  #announced: readonly Announced[] = [];

  constructor(
    name: StackName,
    program: Program,
    provider: Provider,
    place: Omit<StackPlace, "stack">,
    host: PretendHost,
    judge: Judge,
  ) {
    this.name = name;
    this.#base = unedited(program);
    this.#place = { ...place, stack: name };
    this.through = provider;
    const current: Provider = { call: async (...words) => this.through.call(...words) };
    this.engine = new MiniEngine(current, {
      before: (call) => {
        const { method, key, inputs } = call;
        this.onCall?.();
        const announced = this.#announced.find((one) => one.key === key);
        judge.before({ call, owner: name, method, key, inputs, announced });
      },
      after: (call, error) => {
        const { method, key, inputs, outputs = {} } = call;
        judge.after(call, error);
        if (method === "delete" && error === undefined && !this.isRewound)
          for (const text of liesOfDelete(host, key, { inputs, outputs }, judge.isForeign)) judge.note("lie", text);
      },
    });
  }

  /** A create was killed before its engine could write anything down: no state knows what it made. */
  get hasOrphans(): boolean {
    return this.#killedCreates.size > 0;
  }

  /** One that no program declares any more either, so that no up takes it over. */
  get hasLostOrphans(): boolean {
    const known = new Set([...this.program.resources.map(keyOf), ...this.engine.state.map(({ key }) => key)]);
    return [...this.#killedCreates].some((key) => !known.has(key));
  }

  /** As it is written now. */
  get program(): Program {
    return this.#programOf(this.#edits);
  }

  edit(edits: readonly Edit[], isHopeless: boolean): void {
    this.#edits.push({ edits, isHopeless, isTried: false, isDone: false });
    this.#remember();
  }

  /** The user takes back what check refuses, and at the end what cannot be done here. */
  takeBackUntried(): boolean {
    const kept = this.#edits.filter(({ isTried }) => isTried);
    const isLess = kept.length < this.#edits.length;
    this.#edits = kept;
    return isLess;
  }

  /** From now on the program is as a refusal advised. False: it has been followed before. */
  follow(key: string, advice: Advice): boolean {
    const ref = this.settledProgram().resources.find((one) => keyOf(one) === key)?.ref;
    if (ref === undefined || this.#followed.some((one) => one.ref === ref && one.advice.do === advice.do)) return false;
    this.#followed.push({ ref, advice });
    return true;
  }

  /** What could not be done. `isDone`: what could, once; going back from that may be just as hopeless. */
  takeBackHopeless(isDone: boolean): boolean {
    const kept = this.#edits.filter((one) => !one.isHopeless || one.isDone !== isDone);
    const isLess = kept.length < this.#edits.length;
    this.#edits = kept;
    return isLess;
  }

  markTried(): void {
    for (const edited of this.#edits) edited.isTried = true;
  }

  registrations(program: Program = this.program): ReturnType<typeof registrations> {
    return registrations(program, this.#place);
  }

  /** With an alias for whatever the state still has under an earlier name, and no two guests of one name. */
  settledProgram(): Program {
    const again = new Map(
      this.program.resources.flatMap((declared) => {
        const name = this.#advised(declared, "callAgain")?.name;
        return name === undefined ? [] : [[declared.ref, { ...declared, name }] as const];
      }),
    );
    const taken = new Set([...again.values()].map(keyOf));
    const resources = this.program.resources.map((declared) => {
      const called = again.get(declared.ref);
      if (called !== undefined) return called;
      // Whoever has that name by now is called as before too: a program has no two resources of one name.
      if (!taken.has(keyOf(declared))) return declared;
      const own = `${declared.type}::`;
      const before = [...(this.#keys.get(declared.ref) ?? [])].find((key) => key.startsWith(own) && !taken.has(key));
      return before === undefined ? declared : { ...declared, name: before.slice(own.length) };
    });
    const current = new Set(resources.map(keyOf));
    const known = new Set(this.engine.state.map(({ key }) => key));
    const names = new Set<string>();
    return {
      resources: resources.map((declared): Declared => {
        const earlier = [...(this.#keys.get(declared.ref) ?? [])].filter((key) => !current.has(key) && known.has(key));
        const aliased = known.has(keyOf(declared))
          ? declared
          : { ...declared, aliases: [...(declared.aliases ?? []), ...earlier] };
        if (!isGuest(aliased)) return aliased;
        return distinct(this.#asAdvised(aliased), names);
      }),
    };
  }

  #asAdvised(guest: DeclaredGuest): DeclaredGuest {
    const { media, allow, ...args } = guest.args;
    const uuid = this.#advised(guest, "setUuid")?.uuid;
    return {
      ...guest,
      args: {
        ...args,
        ...(media === undefined || this.#advised(guest, "bootWhatIsThere") ? {} : { media }),
        ...(allow === undefined || this.#advised(guest, "permitRestart") ? {} : { allow }),
        ...(uuid === undefined ? {} : { uuid }),
      },
      ...(this.#advised(guest, "changeInPlace") ? { replaceOnChanges: [] } : {}),
    };
  }

  #advised<D extends Advice["do"]>({ ref }: Declared, what: D): Extract<Advice, { do: D }> | undefined {
    const found = this.#followed.find((one) => one.ref === ref && one.advice.do === what);
    return found?.advice as Extract<Advice, { do: D }> | undefined;
  }

  async preview(program: Program = this.program): Promise<Run> {
    this.#announced = [];
    const twice = declaredTwice(program);
    if (twice !== undefined) return { announced: [], fault: twice };
    const run = await this.engine.preview(this.registrations(program));
    this.#announced = run.announced;
    return run;
  }

  async up(program: Program = this.program, isParallel = false): Promise<Run> {
    const twice = declaredTwice(program);
    if (twice !== undefined) return { announced: [], fault: twice };
    this.#remember();
    const run = await this.engine.up(this.registrations(program), isParallel);
    this.states.push(this.engine.state);
    const { fault } = run;
    if (fault === undefined) for (const edited of this.#edits) edited.isDone = true;
    this.didTheHopeless ||= this.#edits.some(({ isHopeless }) => isHopeless);
    if (fault !== undefined && fault.method !== "check") this.hasFailed = true;
    if (fault?.method === "create" && fault.message.startsWith("KILLED")) this.#killedCreates.add(fault.key);
    return run;
  }

  async refresh(): Promise<Run> {
    this.#announced = [];
    const run = await this.engine.refresh();
    this.states.push(this.engine.state);
    return run;
  }

  async destroy(): Promise<Run> {
    this.#announced = [];
    const run = await this.engine.destroy();
    this.states.push(this.engine.state);
    return run;
  }

  rewind(runs: number): void {
    this.isRewound = true;
    this.engine.state = runs === 0 ? [] : (this.states.at(-1 - runs) ?? []);
  }

  #remember(): void {
    for (const declared of this.program.resources) {
      const keys = this.#keys.get(declared.ref) ?? new Set();
      this.#keys.set(declared.ref, keys.add(keyOf(declared)));
    }
  }

  #programOf(edits: readonly Edited[]): Program {
    return edits.flatMap((one) => one.edits).reduce(applyEdit, this.#base);
  }
}

/** No two guests of one name. */
function distinct(guest: DeclaredGuest, names: Set<string>): DeclaredGuest {
  const name = guestNameOf(guest);
  const own = names.has(name) ? { ...guest, args: { ...guest.args, name: `${guest.ref}-own` } } : guest;
  names.add(guestNameOf(own));
  return own;
}

/** One name for two guests: the constructors of a program see that, and check refuses it (provider/pulumi/noticed.ts). */
function declaredTwice({ resources }: Program): RunFault | undefined {
  const guests = resources.filter(isGuest);
  const second = guests.find((guest, at) => guests.slice(0, at).some((one) => guestNameOf(one) === guestNameOf(guest)));
  if (second === undefined) return undefined;
  return {
    key: keyOf(second),
    method: "check",
    message: `name is ${guestNameOf(second)}, which another DomU declares on this host.`,
  };
}
