/** The event log of the real CLI (`--event-log`): which operations it did, in our words. */
import { isRecord } from "./config";
import type { OperationKind } from "./events";
import { shownJson } from "./shown-values";
import type { StackOperation, StackResult } from "./stack-engine";
import { isProviderUrn, nameOfUrn, STACK_TYPE, typeOfUrn } from "./urn";
import { isObject, type Json } from "./wire-values";

export type LoggedRun = Pick<StackResult, "operations" | "changed" | "outputs" | "errors">;

/**
 * Reads what is known of a run from its log, one JSON object a line.
 *
 * @param refreshing - a refresh names each of its steps by what it found; ours name them all `refresh`.
 */
export function readEventLog(text: string, refreshing: boolean): LoggedRun {
  const operations: StackOperation[] = [];
  const errors: string[] = [];
  let outputs: Readonly<Record<string, Json>> = {};
  let changed = 0;
  const told = new Set<string>();
  for (const line of text.split("\n")) {
    const event = parseLine(line);
    const done = stepOf(event["resOutputsEvent"]);
    if (done !== undefined && !isProviderUrn(done.urn)) {
      // A preview tells the stack a second time, with its outputs.
      const isTold = told.has(`${done.op} ${done.urn}`);
      told.add(`${done.op} ${done.urn}`);
      if (typeOfUrn(done.urn) === STACK_TYPE && done.op !== "delete") {
        outputs = shownJson(done.outputs) as typeof outputs;
      }
      if (isTold) continue;
      if (done.op !== "same" && done.op !== "refresh") changed += 1;
      if (!refreshing) operations.push(named(done.op as OperationKind, done.urn));
      else if (typeOfUrn(done.urn) !== STACK_TYPE) operations.push(named("refresh", done.urn));
    }
    const diagnostic = event["diagnosticEvent"];
    if (isRecord(diagnostic) && diagnostic["severity"] === "error") errors.push(String(diagnostic["message"]).trim());
  }
  return { operations, changed, outputs, errors };
}

interface LoggedStep {
  readonly op: string;
  readonly urn: string;
  readonly outputs: Json;
}

function stepOf(event: unknown): LoggedStep | undefined {
  const metadata = isRecord(event) ? event["metadata"] : undefined;
  if (!isRecord(metadata) || typeof metadata["urn"] !== "string") return undefined;
  const news = metadata["new"];
  const outputs = isRecord(news) && isObject(news["outputs"]) ? news["outputs"] : {};
  return { op: String(metadata["op"]), urn: metadata["urn"], outputs };
}

function named(op: OperationKind, urn: string): StackOperation {
  return { op, urn, type: typeOfUrn(urn), name: nameOfUrn(urn) };
}

/** A line cut off by a killed CLI counts as none. */
function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(line);
    return isRecord(event) ? event : {};
  } catch {
    return {};
  }
}
