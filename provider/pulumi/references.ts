/** How the arguments of a resource name another one: the resource itself, or what it stands for. */
import * as pulumi from "@pulumi/pulumi";
import type { Args } from "./args";
import { secretFor } from "./secret-paths";

/** A resource that makes a host, or how a host is reached. `C`: the connection's type. */
export type HostReference<C> = { readonly connection: pulumi.Output<C> } | Args<C>;

/** A resource with a name on its host, or that name. */
export type NameReference = pulumi.Input<string | { readonly name: pulumi.Output<string> }>;

/** What is neither is passed on: check says what it must be. */
export function nameOf(reference: NameReference): pulumi.Input<string> {
  return mapInput(reference, (known) => (isObject(known) ? known.name : known));
}

/** JavaScript may leave the arguments out: check then says what is missing. */
export function orNothing<A extends object>(args: A): A {
  return isObject(args) ? args : ({} as A);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * `make` of a value, or of what an Output or Promise will hold. What is plain stays so: an Output around it would hide in
 * a preview what is known of its parts.
 */
export function mapInput<V, R>(value: pulumi.Input<V>, make: (value: V) => pulumi.Input<R>): pulumi.Input<R> {
  // An Output answers to any property name, so it is told apart first.
  if (!(value instanceof Promise) && !pulumi.Output.isInstance(value)) return make(value);
  return (pulumi.output(value) as unknown as pulumi.Output<V>).apply(make) as pulumi.Output<R>;
}

/** The same of a value that may have Inputs anywhere in it. */
export function mapArgs<V, R>(value: Args<V>, make: (whole: V) => R): R | pulumi.Output<R> {
  return holdsInput(value)
    ? (mapInput<V, R>(pulumi.output(value) as unknown as pulumi.Output<V>, make) as pulumi.Output<R>)
    : make(value as V);
}

function holdsInput(value: unknown): boolean {
  if (value instanceof Promise || pulumi.Output.isInstance(value)) return true;
  return Array.isArray(value) ? value.some(holdsInput) : isObject(value) && Object.values(value).some(holdsInput);
}

const SECRET_FIELDS = ["privateKey", "passphrase", "password"] as const;

/** The connection that is meant. One that holds a key or password becomes a secret as a whole. */
export function hostConnection<C extends object>(host: HostReference<C>): pulumi.Output<C> {
  const given = mapInput<unknown, unknown>(host, (known) => (isHost<C>(known) ? known.connection : known));
  const connection = (pulumi.output(given) as pulumi.Output<C>).apply((known) =>
    holdsSecret(known) ? pulumi.secret(known) : pulumi.output(known),
  ) as unknown as pulumi.Output<C>;
  return secretFor(
    connection,
    given,
    SECRET_FIELDS.flatMap((field) => [field, `jump.${field}`]),
  );
}

function isHost<C>(host: unknown): host is { readonly connection: pulumi.Output<C> } {
  return (
    typeof host === "object" && host !== null && pulumi.Output.isInstance((host as { connection?: unknown }).connection)
  );
}

function holdsSecret(connection: unknown): boolean {
  if (!isObject(connection)) return false;
  const members = connection as Record<string, unknown>;
  return SECRET_FIELDS.some((field) => members[field] !== undefined) || holdsSecret(members["jump"]);
}
