/**
 * What QEMU's monitor says. Pure.
 */

export type QmpMessage =
  | { readonly kind: "greeting" }
  | { readonly kind: "return"; readonly value: unknown }
  | { readonly kind: "error"; readonly description: string }
  | { readonly kind: "event"; readonly name: string };

/** Whole lines, and what came of a line not finished yet. */
export function splitLines(text: string): { readonly lines: readonly string[]; readonly rest: string } {
  const lines = text.split("\n");
  const rest = lines.pop() ?? "";
  return { lines: lines.map((line) => line.trim()).filter((line) => line !== ""), rest };
}

/** @throws Error for a line that is no QMP message. */
export function parseMessage(line: string): QmpMessage {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    message = undefined;
  }
  if (isRecord(message)) {
    if ("QMP" in message) return { kind: "greeting" };
    if ("return" in message) return { kind: "return", value: message["return"] };
    const { error } = message;
    if (isRecord(error)) return { kind: "error", description: String(error["desc"]) };
    if (typeof message["event"] === "string") return { kind: "event", name: message["event"] };
  }
  throw new Error(`QEMU's monitor said what is no QMP: ${line.slice(0, 200)}`);
}

/** The `status` field of query-status and query-migrate; "none" where there is none yet. */
export function statusOf(answer: unknown): string {
  return isRecord(answer) && typeof answer["status"] === "string" ? answer["status"] : "none";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
