/**
 * Resources of one kind as Pulumi drives them: check, then create, update, read or delete of the dynamic provider, with the
 * state that it keeps. It knows no engine's order: a test says what happens next, and may keep and restore the state.
 */
import { type CommonInputs, type DynamicProvider, type ResourceKind, dynamicProvider } from "../../provider/pulumi";

type Properties = Record<string, unknown>;

export interface Saved {
  readonly id: string;
  readonly inputs: Properties;
  readonly outs: Properties;
}

export class ResourceStack<Inputs extends CommonInputs, Outputs extends object> {
  readonly #provider: DynamicProvider;
  readonly #type: string;
  readonly #stack: string;

  /** @param stack - `shop/prod` */
  constructor(kind: ResourceKind<Inputs, Outputs>, stack = "shop/prod") {
    this.#provider = dynamicProvider(kind);
    this.#type = kind.title;
    this.#stack = stack;
  }

  owner(name: string): string {
    return `${this.#stack}::${this.#type}::${name}`;
  }

  async create(name: string, declared: object): Promise<Saved> {
    const inputs = await this.check({}, name, declared);
    const { id, outs } = await this.#provider.create(inputs);
    return { id, inputs, outs };
  }

  /** `name`: the resource's name now; another one than before stands for a rename with aliases. */
  async update(saved: Saved, name: string, declared: object): Promise<Saved> {
    const inputs = await this.check(saved.inputs, name, declared);
    const { outs } = await this.#provider.update(saved.id, saved.outs, inputs);
    return { id: saved.id, inputs, outs };
  }

  /** `undefined`: it is gone. */
  async refresh(saved: Saved): Promise<Saved | undefined> {
    const { id, props, inputs } = await this.#provider.read(saved.id, saved.outs);
    return id === "" ? undefined : { id, inputs: inputs ?? saved.inputs, outs: props };
  }

  async delete({ id, outs }: Saved): Promise<void> {
    await this.#provider.delete(id, outs);
  }

  /** What the preview shows: the checked inputs, with plan and effect. */
  async check(olds: Properties, name: string, declared: object): Promise<Properties> {
    const { inputs, failures } = await this.#provider.check(olds, { ...declared, owner: this.owner(name) });
    if (failures.length > 0)
      throw new Error(failures.map(({ property, reason }) => `${property} ${reason}`).join("\n"));
    return inputs;
  }
}

/** What Pulumi would keep of a create or update that failed half-way. */
export function keptBy(error: unknown, inputs: Properties): Saved {
  const { id, properties } = error as { id?: string; properties?: Properties };
  if (id === undefined || properties === undefined) throw error;
  return { id, inputs, outs: properties };
}
