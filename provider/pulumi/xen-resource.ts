/**
 * The base of the resource classes: a custom resource of the dynamic provider's type whose `__provider` is a
 * constant text. It only copies properties; all that happens, happens in the lifecycle.
 */
import * as pulumi from "@pulumi/pulumi";
import { PROVIDER_KEY, providerText } from "./provider-text";

export interface XenResourceParts {
  /** Which lifecycle: `domu`. */
  readonly kind: string;
  /** The type people see, `DomU` of `pulumi-nodejs:dynamic/xen:DomU`. In every URN: never changed. */
  readonly type: string;
  readonly name: string;
  readonly inputs: pulumi.Inputs;
  /** Outputs that are not inputs; Pulumi resolves only the outputs that are named here. */
  readonly outputs: readonly string[];
  readonly opts?: pulumi.CustomResourceOptions | undefined;
}

export abstract class XenResource extends pulumi.CustomResource {
  /** The machine id of the host it is on, whatever the host's address. */
  declare readonly machineId: pulumi.Output<string>;
  /** The id of the claim on the host, by which the object is known as this resource's. */
  declare readonly claimId: pulumi.Output<string>;
  /** What the latest change did or will do, a line for each: `memoryMiB 512 -> 1024: live`. */
  declare readonly plan: pulumi.Output<string>;
  /** The strongest effect of `plan`: none, live, restart, reboot, migrate or replace. */
  declare readonly effect: pulumi.Output<string>;

  constructor({ kind, type, name, inputs, outputs, opts }: XenResourceParts) {
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
        secretProperties: secretProperties(inputs),
        [PROVIDER_KEY]: providerText(kind),
      },
      opts,
    );
  }
}

/**
 * The names of inputs that hold a secret. The dynamic provider process sees secrets as plain values and cannot tell;
 * with this list its texts show `[secret]` in their place.
 */
function secretProperties(inputs: pulumi.Inputs): pulumi.Output<string[] | undefined> {
  const names = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
  const asked = Promise.all(names.map((name) => pulumi.isSecret(pulumi.output(inputs[name]))));
  return pulumi.output(
    asked.then((answers) => {
      const secret = names.filter((_, index) => answers[index]);
      return secret.length === 0 ? undefined : secret;
    }),
  );
}
