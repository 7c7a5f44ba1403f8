/**
 * Pulumi's engine, as far as a dynamic provider can tell: which method is called with what, and what of the answer is kept.
 * Read off the real CLI (docs/pulumi-protocol.md); the practice engine (lab/engine) does the same over Pulumi's protocol and
 * runs real programs, at seconds a run. This one takes a program as data and costs nothing.
 */
import { UNKNOWN } from "../../../provider/property";
import { type Provider, ProviderError } from "./provider-client";
import type { CallFault, Method, Properties } from "./provider-protocol";
import {
  type Announced,
  type Registration,
  type Run,
  type RunFault,
  type Watch,
  allOf,
  announcedOf,
  changedKeys,
  removalWaves,
  wavesOf,
  withText,
} from "./run";
import { type ResourceState, type StackState, inDependencyOrder } from "./stack-state";

class Stopped extends Error {
  readonly fault: RunFault;

  constructor(fault: RunFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export class MiniEngine {
  state: StackState = [];
  readonly #provider: Provider;
  readonly #watch: Watch | undefined;

  constructor(provider: Provider, watch?: Watch) {
    this.#provider = provider;
    this.#watch = watch;
  }

  /** Check and diff of everything; the host is not asked. */
  async preview(program: readonly Registration[]): Promise<Run> {
    return this.#run(program, true);
  }

  /** `isParallel`: what does not depend on one another is called at the same time, as Pulumi does unless told otherwise. */
  async up(program: readonly Registration[], isParallel = false): Promise<Run> {
    return this.#run(program, false, isParallel);
  }

  async refresh(): Promise<Run> {
    return this.#caught([], async () => {
      for (const old of this.state) {
        const { key, kind, id, outputs } = old;
        const read = (await this.#touch(kind, "read", key, old.inputs, [id, outputs])) as {
          id?: string;
          props?: Properties;
          inputs?: Properties;
        };
        if (read.id === undefined || read.id === "") {
          this.state = this.state.filter((one) => one !== old);
          continue;
        }
        const { initErrors: _, ...kept } = old;
        // What was unfinished is forgotten here: only the provider's own diff can still tell.
        this.#put(old, {
          ...kept,
          id: read.id,
          inputs: withText(read.inputs ?? old.inputs, old.inputs),
          outputs: withText(read.props ?? {}, outputs),
        });
      }
    });
  }

  async destroy(): Promise<Run> {
    return this.#caught([], async () => {
      for (const old of inDependencyOrder(this.state).reverse()) await this.#delete(old);
    });
  }

  async #run(program: readonly Registration[], isPreview: boolean, isParallel = false): Promise<Run> {
    const announced: Announced[] = [];
    return this.#caught(announced, async () => {
      const seen = new Map<string, Properties>();
      const kept = new Set<ResourceState>();
      for (const wave of isParallel ? wavesOf(program) : program.map((one) => [one])) {
        await allOf(wave, async (registration) => {
          seen.set(registration.key, await this.#register(registration, seen, announced, kept, isPreview));
        });
      }
      const wanted = new Set(program.map(({ key }) => key));
      const gone = inDependencyOrder(this.state)
        .reverse()
        .filter((one) => one.isDoomed === true || !wanted.has(one.key));
      const going = gone.filter((old) => !isPreview || !kept.has(old));
      for (const wave of isParallel ? removalWaves(going) : going.map((one) => [one])) {
        await allOf(wave, async (old) => {
          announced.push({
            op: "delete",
            key: old.key,
            kind: old.kind,
            effect: "none",
            plan: "",
            left: [],
            inputs: {},
            old,
          });
          if (!isPreview) await this.#delete(old);
        });
      }
    });
  }

  /** What the program gets back for it. */
  async #register(
    registration: Registration,
    seen: ReadonlyMap<string, Properties>,
    announced: Announced[],
    kept: Set<ResourceState>,
    isPreview: boolean,
  ): Promise<Properties> {
    const { key, kind, aliases } = registration;
    const inputs = registration.inputs((of) => {
      const outputs = seen.get(of) ?? {};
      return new Proxy(outputs, {
        get: (target, name) =>
          typeof name === "string" && !(name in target) ? (isPreview ? UNKNOWN : undefined) : target[name as string],
      });
    });
    // Its own name first, as the real engine has it: another resource may have the name of an alias by now.
    const found = [key, ...aliases]
      .map((name) => this.state.find((one) => one.isDoomed !== true && one.key === name))
      .find((one) => one !== undefined);
    if (found === undefined) {
      const checked = await this.#check(key, kind, {}, inputs);
      announced.push(announcedOf("create", registration, checked, undefined));
      return isPreview ? checked : this.#create(registration, checked);
    }
    const old: ResourceState = { ...found, key };
    if (!isPreview) this.#put(found, old);
    kept.add(found);
    const checked = await this.#check(key, kind, old.inputs, inputs);
    const diff = (await this.#call(kind, "diff", key, [old.id, old.outputs, checked])) as {
      changes?: boolean;
      replaces?: string[];
      deleteBeforeReplace?: boolean;
    };
    const changed = changedKeys(old.inputs, checked);
    const replaces = diff.changes === false ? [] : (diff.replaces ?? []);
    // With `changes: true` it finds nothing to match (seen on the real engine).
    const isForced = diff.changes === undefined && registration.replaceOnChanges.some((name) => changed.includes(name));
    if (replaces.length > 0 || isForced) {
      const fresh = await this.#check(key, kind, {}, inputs);
      announced.push(
        announcedOf("replace", registration, { ...fresh, plan: checked["plan"], effect: checked["effect"] }, old),
      );
      if (isPreview) return fresh;
      if (diff.deleteBeforeReplace === true) await this.#delete(old);
      else this.#put(old, { ...old, isDoomed: true });
      return this.#create(registration, fresh);
    }
    const isChanged = diff.changes ?? changed.length > 0;
    if (!isChanged && old.initErrors === undefined) {
      announced.push(announcedOf("same", registration, checked, old));
      if (!isPreview) this.#put(old, { ...old, inputs: checked, dependencies: registration.dependencies });
      return old.outputs;
    }
    announced.push(announcedOf("update", registration, checked, old));
    return isPreview ? checked : this.#update(registration, old, checked);
  }

  async #create({ key, kind, dependencies }: Registration, checked: Properties): Promise<Properties> {
    try {
      const made = (await this.#touch(kind, "create", key, checked, [checked])) as { id: string; outs: Properties };
      const outputs = withText(made.outs, checked);
      this.state = [...this.state, { key, kind, id: made.id, inputs: checked, outputs, dependencies }];
      return outputs;
    } catch (error) {
      const fault = faultOf(error);
      if (fault?.id !== undefined && fault.properties !== undefined) {
        const outputs = withText(fault.properties, checked);
        this.state = [
          ...this.state,
          { key, kind, id: fault.id, inputs: checked, outputs, dependencies, initErrors: [fault.message] },
        ];
      }
      throw error;
    }
  }

  async #update(
    { key, kind, dependencies }: Registration,
    old: ResourceState,
    checked: Properties,
  ): Promise<Properties> {
    const { initErrors: _, ...rest } = old;
    try {
      const made = (await this.#touch(kind, "update", key, checked, [old.id, old.outputs, checked])) as {
        outs?: Properties;
      };
      const outputs = withText(made.outs ?? {}, checked);
      this.#put(old, { ...rest, inputs: checked, outputs, dependencies });
      return outputs;
    } catch (error) {
      const fault = faultOf(error);
      // The old inputs, and what the provider says is there now; but it depends on what it was to depend on.
      if (fault?.properties !== undefined) {
        const outputs = withText(fault.properties, checked);
        this.#put(old, { ...rest, outputs, dependencies, initErrors: [fault.message] });
      }
      throw error;
    }
  }

  async #delete(old: ResourceState): Promise<void> {
    await this.#touch(old.kind, "delete", old.key, old.inputs, [old.id, old.outputs], old.outputs);
    this.state = this.state.filter((one) => one !== old);
  }

  async #check(key: string, kind: string, olds: Properties, news: Properties): Promise<Properties> {
    const { inputs, failures = [] } = (await this.#call(kind, "check", key, [olds, news])) as {
      inputs: Properties;
      failures?: { property: string; reason: string }[];
    };
    if (failures.length > 0) {
      const message = failures.map(({ property, reason }) => `${property} ${reason}`).join("\n");
      throw new Stopped({ key, method: "check", message });
    }
    return withText(inputs, news);
  }

  async #touch(
    kind: string,
    method: Method,
    key: string,
    inputs: Properties,
    args: readonly unknown[],
    outputs?: Properties,
  ): Promise<unknown> {
    const call = { method, key, kind, inputs, ...(outputs === undefined ? {} : { outputs }) };
    await this.#watch?.before(call);
    try {
      const result = await this.#call(kind, method, key, args);
      await this.#watch?.after(call, undefined);
      return result;
    } catch (error) {
      await this.#watch?.after(call, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  async #call(kind: string, method: Method, key: string, args: readonly unknown[]): Promise<unknown> {
    try {
      return await this.#provider.call(kind, method, args);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw Object.assign(new Stopped({ key, method, message: error.message }), { cause: error.fault });
    }
  }

  #put(old: ResourceState, now: ResourceState): void {
    this.state = this.state.map((one) => (one === old ? now : one));
  }

  async #caught(announced: Announced[], act: () => Promise<void>): Promise<Run> {
    try {
      await act();
      return { announced, fault: undefined };
    } catch (error) {
      if (error instanceof Stopped) return { announced, fault: error.fault };
      throw error;
    }
  }
}

function faultOf(error: unknown): CallFault | undefined {
  return error instanceof Stopped ? (error.cause as CallFault | undefined) : undefined;
}
