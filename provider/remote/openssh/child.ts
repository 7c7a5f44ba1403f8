/** A program that we started and that must not keep our process alive unless it is in use. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Socket } from "node:net";

export type Child = ChildProcessWithoutNullStreams;

/**
 * In a session of its own: a terminal's Ctrl-C ends only us (how we end is interruption.ts' part), and ssh finds no
 * terminal to ask for a password.
 */
export function startChild(program: string, args: readonly string[]): Child {
  const child = spawn(program, args, {
    stdio: "pipe",
    detached: true,
    env: { ...process.env, SSH_ASKPASS_REQUIRE: "never" },
  });
  // Each may break when the other end goes; that it has gone is told by its exit.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => undefined);
  return child;
}

export function refChild(child: Child, isNeeded: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    if (handle !== child && !(handle instanceof Socket)) continue;
    if (isNeeded) handle.ref();
    else handle.unref();
  }
}
