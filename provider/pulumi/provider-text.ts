/**
 * What goes into the state as `__provider`: a constant line that loads this package by name. Pulumi's serialiser
 * never sees our code, so a release changes nothing in anybody's state, and delete always runs the installed code
 * (docs/adr/0001-constant-provider-text.md).
 */

/** The key under which the dynamic provider process looks for the text. */
export const PROVIDER_KEY = "__provider";

export function providerText(kind: string): string {
  return `exports.handler=()=>require("pulumi-xen/lifecycle").provider(${JSON.stringify(kind)})`;
}
