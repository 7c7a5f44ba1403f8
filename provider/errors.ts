/**
 * The errors of this package.
 *
 * Pulumi shows its user nothing but `message` (create, update) or `message` and stack (check, diff, read, delete),
 * so a message is whole: what failed, where, and, in `hint`, what to do now. Secrets never enter a message.
 * Guards compare `code`, not the class, so that they also hold across two loaded copies of the package.
 */

export type ErrorCode =
  | "connect"
  | "authentication"
  | "host-key"
  | "wrong-host"
  | "command"
  | "job"
  | "output-parse"
  | "unsupported"
  | "already-exists"
  | "not-owned"
  | "bad-input"
  | "drift"
  | "invariant";

export interface ErrorParts {
  /** What to do now, as an action: "Add …", "Start …", "Set `allow: [\"reboot\"]` …". */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The base of every error of this package; never thrown itself. */
export class XenProviderError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, what: string, parts: ErrorParts = {}) {
    super(parts.hint === undefined ? what : `${ended(what)}\n${parts.hint}`, { cause: parts.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = parts.hint;
  }
}

/** A sentence with its full stop: a remedy follows. What ends with lines of a log ends with them. */
export function ended(what: string): string {
  return what.includes("\n") || /[.?!…]$/.test(what) ? what : `${what}.`;
}

/** No TCP or SSH session with the host; asking again later may succeed. */
export class ConnectError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("connect", what, parts);
  }
}

/** The host refused our login. Never tried again by itself: sshd penalises that. */
export class AuthenticationError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("authentication", what, parts);
  }
}

/** The host's key is unknown, changed or revoked. */
export class HostKeyError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("host-key", what, parts);
  }
}

/** Another machine answers under the address of the one we recorded. */
export class WrongHostError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("wrong-host", what, parts);
  }
}

/** A command on the host failed, was killed, ran out of time or said too much. */
export class CommandError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("command", what, parts);
  }
}

/** A job on the host ended in failure: which step, with the end of its log. */
export class JobError extends XenProviderError {
  readonly jobId: string;
  readonly step: string;
  readonly exitCode: number;
  /** The end of the job's log, already free of secrets. */
  readonly logTail: string;

  constructor(
    what: string,
    detail: { jobId: string; step: string; exitCode: number; logTail: string },
    parts?: ErrorParts,
  ) {
    super("job", what, parts);
    this.jobId = detail.jobId;
    this.step = detail.step;
    this.exitCode = detail.exitCode;
    this.logTail = detail.logTail;
  }
}

/** A tool printed what we do not understand. */
export class OutputParseError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("output-parse", what, parts);
  }
}

/** This host, its system or its version cannot do what is asked. */
export class UnsupportedError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("unsupported", what, parts);
  }
}

export class AlreadyExistsError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("already-exists", what, parts);
  }
}

/** It exists and is not ours. */
export class NotOwnedError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("not-owned", what, parts);
  }
}

/** Values that check could not judge alone (it is pure) turned out impossible on this host; nothing was touched. */
export class BadInputError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("bad-input", what, parts);
  }
}

/** The host is not as the preview saw it: the change would do more than was announced. */
export class DriftError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("drift", what, parts);
  }
}

/** Our own mistake. */
export class InvariantError extends XenProviderError {
  constructor(what: string, parts?: ErrorParts) {
    super("invariant", what, parts);
  }
}

export function hasCode(error: unknown, code: ErrorCode): error is XenProviderError {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}

/** The text of anything thrown: Pulumi prints "undefined" for a thrown value that is not an Error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
