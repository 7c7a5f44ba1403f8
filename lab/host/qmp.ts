/**
 * QEMU's monitor (QMP: one JSON object a line, over a unix socket).
 *
 * A QMP socket serves one client at a time and lets the next one wait, so each caller connects, asks and leaves.
 */
import { connect } from "node:net";

import { parseMessage, type QmpMessage, splitLines } from "./qmp-messages";

class QmpError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "QmpError";
  }
}

/** Sends commands one by one and returns the value of the last. */
export interface Monitor {
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>;
}

/**
 * Opens the monitor at `socketPath`, runs `use` and closes it again.
 * @param timeoutSeconds for the whole of it. Default 30.
 * @throws QmpError when nobody answers, or QEMU refuses a command (with its words).
 */
export function withMonitor<T>(
  socketPath: string,
  use: (monitor: Monitor) => Promise<T>,
  timeoutSeconds = 30,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const socket = connect(socketPath);
    let pending = "";
    let answer: { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void } | undefined;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const fail = (message: string): void => {
      const error = new QmpError(message);
      answer?.reject(error);
      finish(() => reject(error));
    };
    const timer = setTimeout(
      () => fail(`QEMU's monitor did not answer within ${timeoutSeconds} s.`),
      timeoutSeconds * 1000,
    );
    const monitor: Monitor = {
      execute: (command, args) =>
        new Promise((resolveAnswer, rejectAnswer) => {
          answer = { resolve: resolveAnswer, reject: rejectAnswer };
          socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
        }),
    };
    socket.setEncoding("utf8");
    socket.on("error", (error) => fail(`QEMU's monitor cannot be reached: ${error.message}.`));
    socket.on("close", () => fail("QEMU closed its monitor."));
    socket.on("data", (chunk: string) => {
      const { lines, rest } = splitLines(pending + chunk);
      pending = rest;
      for (const line of lines) {
        let message: QmpMessage;
        try {
          message = parseMessage(line);
        } catch (error) {
          fail(String(error));
          return;
        }
        switch (message.kind) {
          case "greeting":
            monitor
              .execute("qmp_capabilities")
              .then(() => use(monitor))
              .then(
                (value) => finish(() => resolve(value)),
                (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
              );
            break;
          case "return":
            answer?.resolve(message.value);
            break;
          case "error":
            answer?.reject(new QmpError(`QEMU refused: ${message.description}`));
            break;
          case "event":
            break;
        }
      }
    });
  });
}
