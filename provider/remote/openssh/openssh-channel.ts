/** One command over the master's connection: an `ssh -S` of its own, whose streams are the channel. */
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { PassThrough } from "node:stream";
import type { Mark } from "../host-script";
import type { Channel, CommandEnd } from "../wire";
import { commandArguments } from "./arguments";
import { type Child, startChild } from "./child";
import { FrameReader, framedCommand } from "./framed-command";

/** mux.c of OpenSSH 9.2: "session request failed: Session open refused by peer". */
const REFUSED = /session request failed: Session open refused/;

export interface Opening {
  readonly child: Child;
  readonly opened: Promise<Channel | "refused">;
}

/** `killGroup` ends a process group on the host. */
export function openChannel(folder: string, command: string, killGroup: (group: number) => void): Opening {
  const id = randomBytes(8).toString("hex");
  const mark: Mark = `@${id}`;
  const logFile = `${folder}/log-${id}`;
  const child = startChild("ssh", commandArguments(folder, logFile, framedCommand(mark, command)));
  const opened = new Promise<Channel | "refused">((resolve, reject) => {
    const stderr = new PassThrough();
    stderr.on("error", () => undefined);
    let group: number | undefined;
    let tellExited = (): void => undefined;
    const exited = new Promise<void>((tell) => (tellExited = tell));
    const frame = new FrameReader(mark, {
      pass: (bytes) => stderr.write(bytes),
      begun: (number) => {
        group = number;
        resolve(channel);
      },
    });
    child.stderr.on("data", (bytes: Buffer) => {
      frame.take(bytes);
      if (frame.exitCode !== undefined) tellExited();
    });
    child.stderr.once("end", () => {
      frame.finish();
      stderr.end();
    });
    const close = (): void => {
      child.kill("SIGKILL");
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      stderr.end();
    };
    const ended = new Promise<CommandEnd | undefined>((settle) => {
      child.once("error", (error) => {
        reject(error);
        tellExited();
        settle(undefined);
      });
      child.once("exit", (code) => {
        tellExited();
        if (group !== undefined) return;
        const said = takeLog(logFile);
        if (said === undefined) {
          // The folder went with the connection: whatever the code, our command was not begun.
          reject(new Error("the connection ended meanwhile"));
          close();
          return;
        }
        if (said === "" && code !== null) {
          // The login shell ran something else than our command, and that has ended.
          resolve(channel);
          return;
        }
        if (REFUSED.test(said)) resolve("refused");
        else reject(new Error(said.split("\n")[0] ?? "ssh was ended"));
        close();
      });
      child.once("close", (code) => {
        rmSync(logFile, { force: true });
        settle(endOf(frame.exitCode, code));
      });
    });
    const channel: Channel = {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr,
      exited,
      ended,
      kill: () => {
        if (group !== undefined) killGroup(group);
        close();
      },
      close,
    };
  });
  return { child, opened };
}

/**
 * 255 is also what ssh says when the connection ended: then only the host's own line counts. From 129 on that is how a shell
 * says that a signal ended the command (POSIX, 2.8.2).
 */
function endOf(said: number | undefined, code: number | null): CommandEnd | undefined {
  const signal = said === undefined ? undefined : nameOfSignal(said - 128);
  if (signal !== undefined) return { signal };
  if (said !== undefined) return { code: said };
  return code === null || code === 255 ? undefined : { code };
}

/** As ssh2 names it: without SIG. */
function nameOfSignal(number: number): string | undefined {
  return Object.entries(constants.signals)
    .find(([, value]) => value === number)?.[0]
    .slice("SIG".length);
}

/** `undefined`: there is none, though ssh makes it before all else. */
function takeLog(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}
