/**
 * The base of the resource classes: a custom resource of the dynamic provider's type whose `__provider` is a
 * constant text. It only copies properties; all that happens, happens in the lifecycle.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Notice } from "./noticed";
import { warnOnce } from "./warning";
import { PROVIDER_KEY, providerText } from "./provider-text";
import { secretPaths } from "./secret-paths";

export interface XenResourceParts {
  /** Which lifecycle: `domu`. */
  readonly kind: string;
  /** The type people see, `DomU` of `pulumi-nodejs:dynamic/xen:DomU`. In every URN: never changed. */
  readonly type: string;
  readonly name: string;
  readonly inputs: pulumi.Inputs;
  /** Outputs that are not inputs; Pulumi resolves only the outputs that are named here. */
  readonly outputs: readonly string[];
  /** What only this process can see. */
  readonly noticed?: readonly pulumi.Output<Notice[]>[];
  /** Sentences for warnings: what is allowed, and yet hardly meant. Each is shown once. */
  readonly hints?: pulumi.Output<string[]>;
  readonly opts?: pulumi.CustomResourceOptions | undefined;
}

export abstract class XenResource extends pulumi.CustomResource {
  /** The machine id (/etc/machine-id) of the host it is on, whatever the host's address. */
  declare readonly machineId: pulumi.Output<string>;
  /** The id of the claim on the host, by which the object is known as this resource's. */
  declare readonly claimId: pulumi.Output<string>;
  /** What the latest change did or will do, a line for each: `memoryMiB 512 -> 1024: live`. */
  declare readonly plan: pulumi.Output<string>;
  /** The strongest effect of `plan`: none, live, restart, reboot, migrate or replace. */
  declare readonly effect: pulumi.Output<string>;

  constructor({ kind, type, name, inputs, outputs, noticed, hints, opts }: XenResourceParts) {
    const later = Object.fromEntries(
      [...outputs, "machineId", "claimId", "plan", "effect"].map((output) => [output, undefined]),
    );
    super(
      `pulumi-nodejs:dynamic/xen:${type}`,
      name,
      {
        ...later,
        ...inputs,
        // Names, not the URN: moving a resource into a component changes nothing about whose it is (host/claim.ts).
        owner: `${pulumi.getProject()}/${pulumi.getStack()}::${type}::${name}`,
        ...secretLists(inputs),
        ...(noticed === undefined || noticed.length === 0 ? {} : { noticed }),
        [PROVIDER_KEY]: providerText(kind),
      },
      opts,
    );
    hints?.apply((sentences) => {
      for (const sentence of sentences) warnOnce(sentence, this);
    });
  }
}

/**
 * The names of inputs that hold a secret; they are kept in the state. And for check alone every place of a secret, so that no
 * more than the secret is hidden in what it says of the program.
 */
function secretLists(inputs: pulumi.Inputs): pulumi.Inputs {
  const names = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
  const whole = Promise.all(names.map((name) => pulumi.isSecret(pulumi.output(inputs[name]))));
  return {
    secretProperties: pulumi.output(
      whole.then((answers) => {
        const secret = names.filter((_, index) => answers[index]);
        return secret.length === 0 ? undefined : secret;
      }),
    ),
    secretPaths: pulumi.output(
      secretPaths(inputs).then((paths) => (paths.length === 0 ? undefined : paths.map((path) => [...path]))),
    ),
  };
}
