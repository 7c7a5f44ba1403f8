/**
 * One guest in a stack, through the very functions that Pulumi calls: check, diff, create, read, update, delete. What an
 * engine does with their answers is as docs/pulumi-protocol.md says; a failed create or update keeps its state.
 */
import { type DynamicProvider, dynamicProvider } from "../../provider/pulumi";
import { domuKind } from "../../provider/resources/domu/domu.lifecycle";

type Properties = Record<string, unknown>;

export interface Preview {
  readonly plan: string;
  readonly effect: string;
  /** What check refuses. */
  readonly failures: readonly string[];
  readonly action: "create" | "update" | "same" | "replace";
}

export class GuestStack {
  readonly #provider: DynamicProvider = dynamicProvider(domuKind);
  readonly #owner: string;
  id: string | undefined;
  /** What the engine keeps: inputs and outputs. */
  state: Properties = {};
  inputs: Properties = {};

  constructor(owner = "shop/prod::DomU::guest1") {
    this.#owner = owner;
  }

  async preview(declared: object): Promise<Preview> {
    return (await this.#preview(declared)).shown;
  }

  /** Preview, then what it says. @throws what the provider threw, or what check refuses. */
  async up(declared: object): Promise<Preview> {
    const { inputs, shown } = await this.#preview(declared);
    if (shown.failures.length > 0) throw new Error(shown.failures.join("\n"));
    if (shown.action === "replace") throw new Error("a replacement, which this stack does not play");
    if (shown.action === "same") return shown;
    try {
      if (this.id === undefined) {
        const { id, outs } = await this.#provider.create(inputs);
        Object.assign(this, { id, state: outs, inputs });
      } else {
        const { outs } = await this.#provider.update(this.id, this.state, inputs);
        Object.assign(this, { state: outs, inputs });
      }
      return shown;
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Properties };
      if (properties !== undefined) Object.assign(this, { id, state: properties, inputs });
      throw error;
    }
  }

  /** `gone` or what is left in the state. */
  async refresh(): Promise<"there" | "gone"> {
    if (this.id === undefined) return "gone";
    const { id, props, inputs } = await this.#provider.read(this.id, this.state);
    if (id === "") {
      this.lose();
      return "gone";
    }
    Object.assign(this, { state: props, inputs: inputs ?? this.inputs });
    return "there";
  }

  async destroy(): Promise<void> {
    if (this.id !== undefined) await this.#provider.delete(this.id, this.state);
    this.lose();
  }

  /** The state is lost; the host keeps what it has. */
  lose(): void {
    Object.assign(this, { id: undefined, state: {}, inputs: {} });
  }

  async #preview(declared: object): Promise<{ inputs: Properties; shown: Preview }> {
    const news = { owner: this.#owner, ...declared };
    const { inputs, failures } = await this.#provider.check(this.inputs, news);
    const told = {
      plan: textOf(inputs["plan"]),
      effect: textOf(inputs["effect"]),
      failures: failures.map(({ property, reason }) => `${property} ${reason}`),
    };
    if (this.id === undefined) return { inputs, shown: { ...told, action: "create" } };
    const diff = await this.#provider.diff(this.id, this.state, inputs);
    const isChanged = diff.changes ?? JSON.stringify(sorted(this.inputs)) !== JSON.stringify(sorted(inputs));
    const action = (diff.replaces ?? []).length > 0 ? "replace" : isChanged ? "update" : "same";
    return { inputs, shown: { ...told, action } };
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sorted(entry)]));
}
