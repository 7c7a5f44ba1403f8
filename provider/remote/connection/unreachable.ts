/** The host cannot be reached: in which words, and whether asking again may help. */
import { ConnectError, messageOf } from "../../errors";
import { type Connection, labelOf } from "./connection";

export function unreachable(connection: Connection, error: unknown): ConnectError {
  return new ConnectError(`There is no SSH connection to ${labelOf(connection)}: ${messageOf(error)}.`, {
    hint: "See that the host runs, that its sshd listens there and that no firewall is between.",
    cause: error,
  });
}

const LASTING = new Set<unknown>(["ENOTFOUND", "EINVAL", "EPROTO"]);

/** May another attempt a moment later succeed? A refused login or key never; nor where the name or an algorithm is missing. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false;
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return !LASTING.has(code);
}
