/**
 * What a resource's arguments take: a Pulumi `Input` at any depth. Outputs and secrets of other resources go wherever a
 * value goes, in lists and their entries too.
 */
import type * as pulumi from "@pulumi/pulumi";

type Plain = string | number | boolean | undefined | null;

/** `V` with an Input at every place. A union of plain values stays one: an Output of the union must fit. */
export type Args<V> = [V] extends [Plain]
  ? pulumi.Input<V>
  :
      | pulumi.Input<V>
      | (V extends Plain
          ? pulumi.Input<V>
          : V extends readonly (infer E)[]
            ? pulumi.Input<readonly Args<E>[]>
            : pulumi.Input<{ readonly [K in keyof V]: Args<V[K]> }>);

/** The arguments of a table's properties, each with its doc comment. */
export type ArgsOf<Values> = { readonly [K in keyof Values]: Args<Values[K]> };
