/** How the arguments of a resource name another one: the resource itself, or what it stands for. */
import * as pulumi from "@pulumi/pulumi";
import type { Args } from "./args";

/** A resource that makes a host, or how a host is reached. `C`: the connection's type. */
export type HostReference<C> = { readonly connection: pulumi.Output<C> } | Args<C>;

/** A resource with a name on its host, or that name. */
export type NameReference = { readonly name: pulumi.Output<string> } | pulumi.Input<string>;

export function nameOf(reference: NameReference): pulumi.Input<string> {
  return isInputText(reference) ? reference : reference.name;
}

/** An Output answers to any property name, so it is told apart first. */
export function isInputText(value: object | pulumi.Input<string>): value is pulumi.Input<string> {
  return typeof value === "string" || value instanceof Promise || pulumi.Output.isInstance(value);
}

const SECRET_FIELDS = ["privateKey", "passphrase", "password"] as const;

/** The connection that is meant. One that holds a key or password becomes a secret as a whole. */
export function hostConnection<C extends object>(host: HostReference<C>): pulumi.Output<C> {
  const connection = isHost<C>(host) ? host.connection : pulumi.output(host);
  return (connection as pulumi.Output<C>).apply((known) =>
    holdsSecret(known as Record<string, unknown>) ? pulumi.secret(known) : pulumi.output(known),
  ) as unknown as pulumi.Output<C>;
}

function isHost<C>(host: unknown): host is { readonly connection: pulumi.Output<C> } {
  return (
    typeof host === "object" && host !== null && pulumi.Output.isInstance((host as { connection?: unknown }).connection)
  );
}

function holdsSecret(connection: Record<string, unknown>): boolean {
  const jump = connection["jump"];
  return (
    SECRET_FIELDS.some((field) => connection[field] !== undefined) ||
    (typeof jump === "object" && jump !== null && holdsSecret(jump as Record<string, unknown>))
  );
}
