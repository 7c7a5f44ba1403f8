/** What the constructors of all that is on a host do alike: the connection, and what this machine says of it. */
import { type Declaration, type Declarer, type Later, type Notice, declaredTwice, noticedIn } from "../pulumi";
import { connectionHints, connectionNotices } from "./connection.local";

export interface OnHost {
  readonly noticed: readonly Later<Notice[]>[];
  readonly hints: Later<string[]>;
}

/** @param declared - each a part of the arguments, and what of it its host has only once */
export function onItsHost(
  declarer: Declarer,
  connection: Later<unknown>,
  declared: readonly (readonly [part: unknown, declarations: (part: unknown) => readonly Declaration[]])[],
  more: readonly Later<Notice[]>[] = [],
): OnHost {
  return {
    noticed: [
      noticedIn(connection, (known) => connectionNotices(known)),
      ...declared.map(([part, declarations]) => declaredTwice(declarer, connection, part, declarations)),
      ...more,
    ],
    hints: noticedIn(connection, (known) => connectionHints(known)),
  };
}
