/** The four operations of a resource, through the very functions that Pulumi's provider process calls. */
import { provider } from "../../../provider/lifecycle";
import { messageOf } from "../../../provider/errors";
import { type Connection, openHost } from "../../../provider/remote";
import type { BentHost, HeardKind } from "./bent-host";
import type { Case } from "./worlds";

export const OPERATIONS = ["read", "create", "update", "delete"] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Result {
  /** `there` and `gone`: what a read reported. `done`: another operation reported success. */
  readonly reported: "there" | "gone" | "done" | "failed";
  readonly message: string;
  readonly touches: readonly HeardKind[];
}

/** What the state holds of a resource that was made: completed inputs and outputs. */
async function stateOf(one: Case, connection: Connection, machineId: string): Promise<Record<string, unknown>> {
  const { inputs } = await checked(one, connection, one.declared);
  return { ...inputs, ...one.outputs, machineId, schemaVersion: 1 };
}

async function checked(
  one: Case,
  connection: Connection,
  declared: Readonly<Record<string, unknown>>,
): Promise<{ inputs: Record<string, unknown> }> {
  const owner = `proofs/test::${one.kind}::thing`;
  const { inputs, failures } = await provider(one.kind).check({}, { ...declared, connection, owner });
  if (failures.length > 0) throw new Error(`${one.kind}: ${JSON.stringify(failures)}`);
  return { inputs };
}

export async function operate(
  one: Case,
  operation: Operation,
  host: Pick<BentHost, "connection" | "heard" | "touches">,
  machineId: string,
): Promise<Result> {
  const { connection } = host;
  const state = await stateOf(one, connection, machineId);
  host.heard.length = 0;
  const kind = provider(one.kind);
  const report = (reported: Result["reported"], message = ""): Result => ({
    reported,
    message,
    touches: host.touches(),
  });
  try {
    switch (operation) {
      case "read":
        return report((await kind.read(one.id, state)).id === "" ? "gone" : "there");
      case "create":
        await kind.create((await checked(one, connection, one.declared)).inputs);
        return report("done");
      case "update": {
        // What the preview announced: without it an update holds itself back.
        const { inputs } = await checked(one, connection, one.changed);
        await kind.update(one.id, state, { ...inputs, effect: one.kind === "xen-host" ? "reboot" : "restart" });
        return report("done");
      }
      case "delete":
        await kind.delete(one.id, state);
        return report("done");
    }
  } catch (error) {
    return report("failed", messageOf(error));
  }
}

export async function machineIdOf(connection: Connection): Promise<string> {
  return (await openHost(connection).identity()).machineId;
}
