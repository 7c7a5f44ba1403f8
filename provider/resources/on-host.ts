/** What the constructors of all that is on a host do alike: the connection, and what this machine says of it. */
import * as pulumi from "@pulumi/pulumi";
import { type Declaration, type Declarer, type Notice, declaredTwice, noticedIn } from "../pulumi";
import { connectionHints, connectionNotices } from "./connection.local";

export interface OnHost {
  readonly noticed: readonly pulumi.Output<Notice[]>[];
  readonly hints: pulumi.Output<string[]>;
}

/** @param declared - each a part of the arguments, and what of it its host has only once */
export function onItsHost(
  declarer: Declarer,
  connection: pulumi.Output<unknown>,
  declared: readonly (readonly [part: unknown, declarations: (part: unknown) => readonly Declaration[]])[],
  more: readonly pulumi.Output<Notice[]>[] = [],
): OnHost {
  return {
    noticed: [
      noticedIn(connection, (known) => connectionNotices(known)),
      ...declared.map(([part, declarations]) => declaredTwice(declarer, connection, part, declarations)),
      ...more,
    ],
    hints: pulumi.unsecret(connection.apply(connectionHints)),
  };
}
