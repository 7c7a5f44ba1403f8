/** One stack of a history: its program with all edits, its engine, and its states of earlier. */
import { MiniEngine } from "../engine/mini-engine";
import type { Announced, Run } from "../engine/run";
import type { Provider } from "../engine/provider-client";
import type { StackState } from "../engine/stack-state";
import type { Judge } from "../judge/judge";
import { liesOfDelete } from "../judge/truth";
import { type EditedProgram, applyEdit, unedited } from "../programs/edits";
import { type Declared, type DeclaredGuest, type Program, guestNameOf, isGuest, keyOf } from "../programs/program";
import { type StackPlace, registrations } from "../programs/registrations";
import type { PretendHost } from "../host/pretend-host";
import type { Edit, StackName } from "./history";

interface Edited {
  readonly edits: readonly Edit[];
  readonly isHopeless: boolean;
  /** A preview of it was possible. */
  isTried: boolean;
}

export class Stack {
  readonly name: StackName;
  readonly engine: MiniEngine;
  readonly states: StackState[] = [[]];
  /** Its state file was put back: what it does not know of is none of its business. */
  isRewound = false;
  /** A create was killed before its engine could write anything down: no state knows what it made. */
  hasOrphans = false;
  /** All of it has been destroyed: its program wants nothing any more. */
  isLeft = false;
  /** Called when a call of the provider begins. */
  onCall: (() => void) | undefined;
  readonly #base: EditedProgram;
  readonly #place: StackPlace;
  readonly #keys = new Map<string, Set<string>>();
  #edits: Edited[] = [];
  /** Resources whose install the user has taken out, since their disk holds a system. */
  readonly #installed = new Set<string>();
  /** Resources whose replaceOnChanges the user has taken out. */
  readonly #inPlace = new Set<string>();
  /** By ref: the former names that resources have again. */
  readonly #calledAgain = new Map<string, string>();
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
    this.engine = new MiniEngine(provider, {
      before: ({ method, key, inputs }) => {
        this.onCall?.();
        const announced = this.#announced.find((one) => one.key === key);
        judge.before({ owner: name, method, key, inputs, announced });
      },
      after: ({ method, key, inputs }, error) => {
        judge.after({ method, key }, error);
        if (method === "delete" && error === undefined && !this.isRewound)
          for (const text of liesOfDelete(host, key, inputs)) judge.note("lie", text);
      },
    });
  }

  /** As it is written now. */
  get program(): Program {
    return this.#programOf(this.#edits);
  }

  edit(edits: readonly Edit[], isHopeless: boolean): void {
    this.#edits.push({ edits, isHopeless, isTried: false });
    this.#remember();
  }

  /** The user takes back what check refuses, and at the end what cannot be done here. */
  takeBackUntried(): boolean {
    const kept = this.#edits.filter(({ isTried }) => isTried);
    const isLess = kept.length < this.#edits.length;
    this.#edits = kept;
    return isLess;
  }

  /** What the refusal of an install advises: the guest boots what is on its disk. */
  bootWhatIsThere(key: string): void {
    this.#installed.add(key);
  }

  /** What the refusal of a replacement advises. */
  changeInPlace(key: string): void {
    this.#inPlace.add(key);
  }

  /** What the refusal of a renamed resource advises where no state knows it any more. False: it was followed before. */
  callAgain(key: string, name: string): boolean {
    const declared = this.settledProgram().resources.find((one) => keyOf(one) === key);
    if (declared === undefined || this.#calledAgain.has(declared.ref)) return false;
    this.#calledAgain.set(declared.ref, name);
    return true;
  }

  takeBackHopeless(): void {
    this.#edits = this.#edits.filter(({ isHopeless }) => !isHopeless);
  }

  markTried(): void {
    for (const edited of this.#edits) edited.isTried = true;
  }

  registrations(program: Program = this.program): ReturnType<typeof registrations> {
    return registrations(program, this.#place);
  }

  /** With an alias for whatever the state still has under an earlier name, and no two guests of one name. */
  settledProgram(): Program {
    const resources = this.program.resources.map(
      (declared): Declared => ({ ...declared, name: this.#calledAgain.get(declared.ref) ?? declared.name }),
    );
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
        const key = keyOf(aliased);
        const { media: _media, ...booting } = aliased.args;
        return distinct(
          {
            ...aliased,
            ...(this.#installed.has(key) ? { args: booting } : {}),
            ...(this.#inPlace.has(key) ? { replaceOnChanges: [] } : {}),
          },
          names,
        );
      }),
    };
  }

  async preview(program: Program = this.program): Promise<Run> {
    const run = await this.engine.preview(this.registrations(program));
    this.#announced = run.announced;
    return run;
  }

  async up(program: Program = this.program, isParallel = false): Promise<Run> {
    this.#remember();
    const run = await this.engine.up(this.registrations(program), isParallel);
    this.states.push(this.engine.state);
    const { fault } = run;
    if (fault?.method === "create" && fault.message.startsWith("KILLED")) this.hasOrphans = true;
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
