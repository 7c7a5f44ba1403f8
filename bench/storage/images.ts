/** Images as the product makes them: through the private door that Pulumi's state names, on a host of this benchmark. */
import { provider } from "../../provider/lifecycle";
import { showProgress } from "../../provider/remote";
import type { Sshd } from "../../lab/sshd";

// Standard output is the report's.
showProgress(() => undefined);

type Properties = Record<string, unknown>;

export interface Made {
  readonly id: string;
  readonly declared: Properties;
  readonly inputs: Properties;
  readonly outs: Properties;
}

export class Images {
  readonly #provider = provider("disk-image");
  readonly #connection: Properties;

  constructor({ address, port, user, privateKeyFile, hostKey }: Sshd) {
    this.#connection = { host: address, port, user, privateKeyFile, hostKey };
  }

  async create(declared: Properties): Promise<Made> {
    const inputs = await this.#checked({}, declared);
    const { id, outs } = await this.#provider.create(inputs);
    return { id, declared, inputs, outs };
  }

  async change(made: Made, changed: Properties): Promise<Made> {
    const declared = { ...made.declared, ...changed };
    const inputs = await this.#checked(made.inputs, declared);
    const { outs } = await this.#provider.update(made.id, made.outs, inputs);
    return { id: made.id, declared, inputs, outs };
  }

  async delete({ id, outs }: Made): Promise<void> {
    await this.#provider.delete(id, outs);
  }

  async #checked(olds: Properties, declared: Properties): Promise<Properties> {
    const owner = "bench/storage::DiskImage::image";
    const { inputs, failures } = await this.#provider.check(olds, { ...declared, connection: this.#connection, owner });
    const [failure] = failures;
    if (failure !== undefined) throw new Error(`${failure.property} ${failure.reason}`);
    return inputs;
  }
}
