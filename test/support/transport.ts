/** Over which transport the servers of a test file are reached, unless they say otherwise. */
import type { Connection } from "../../provider/remote";

export type Transport = NonNullable<Connection["transport"]>;

let chosen: Transport = "ssh2";

/** For a file that runs another one's tests again. */
export function runOver(transport: Transport): void {
  chosen = transport;
}

export function transportOf(options: { readonly transport?: Transport }): Transport {
  return options.transport ?? chosen;
}
