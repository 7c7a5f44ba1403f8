/**
 * One connection per host in a process, whoever asks. The pool lives here, in module scope, because the provider's
 * methods must hold nothing: Pulumi would write it into the state.
 */
import { createHash } from "node:crypto";
import type { Connection } from "./connection/connection";
import { Link } from "./link/link";

const links = new Map<string, Link>();

export function linkTo(connection: Connection): Link {
  const key = keyOf(connection);
  const known = links.get(key);
  if (known !== undefined) return known;
  const link = new Link(connection, connection.jump === undefined ? undefined : linkTo(connection.jump));
  links.set(key, link);
  return link;
}

/** Ends every connection, well. For the end of a command line tool or a test. */
export async function closeHosts(): Promise<void> {
  const all = [...links.values()];
  links.clear();
  await Promise.all(all.map((link) => link.close()));
}

/** Equal for equal connections, whatever the order of their properties; holds no secret in the clear. */
function keyOf(connection: Connection): string {
  const sorted = (value: unknown): unknown =>
    typeof value !== "object" || value === null
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .filter(([, entry]) => entry !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, entry]) => [name, sorted(entry)]),
        );
  return createHash("sha256")
    .update(JSON.stringify(sorted(connection)))
    .digest("hex");
}
