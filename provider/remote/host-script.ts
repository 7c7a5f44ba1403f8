/**
 * The frame of every script we send. Pure.
 *
 * - In braces: a script of which only half arrives runs not at all (facts: 201 of 400 lines ran without).
 * - It first says which machine it runs on: a host is known by its machine id, and that costs no round trip.
 * - What it says to us is in lines that begin with a mark nobody can guess, so that a login banner, a noisy tool or a
 *   log can never be read as our own.
 */
import { gzipSync } from "node:zlib";
import { type ShellText, libraryText, lines, preamble, quote, sh } from "../shell";

/** The beginning of each line of ours: `@` and 16 random hex digits. */
export type Mark = string;

/**
 * What a shell is started with: it takes its whole script, packed for its way, from stdin before it begins. Left to itself
 * bash reads a script from a pipe byte by byte, 1 MiB in seconds.
 */
export const RUN_PACKED = 'eval "$(gzip -dc)"';

/**
 * A job's script has 30 kB and more, a new connection lets 14 kB go before it waits for the other side: packed (9 kB) it
 * goes in one round trip instead of two. gzip is part of every system that boots a packed kernel, and of busybox.
 */
export function packed(script: string): Buffer {
  return gzipSync(script);
}

/** Exit code of a script that found itself on another machine than the expected one. */
export const WRONG_HOST_EXIT = 86;

/** Who the host is (px_identify), and where our things lie on it. */
export const hostFunctions: ShellText = libraryText(__dirname, "host.sh");

/** Says "host MACHINE BOOT"; ends the script where another machine is expected. */
export function introduction(mark: Mark, expectedMachineId: string | undefined): ShellText {
  return lines([
    sh`px_identify
printf '\n%s host %s %s\n' ${mark} "$px_machine_id" "$px_boot_id"`,
    ...(expectedMachineId === undefined
      ? []
      : [sh`if [ "$px_machine_id" != ${expectedMachineId} ]; then exit ${WRONG_HOST_EXIT}; fi`]),
  ]);
}

/** The whole text for the stdin of /bin/sh. */
export function framed(body: ShellText): string {
  return sh`{
${preamble}
${hostFunctions}
${body}
exit 0
} </dev/null
`.text;
}

/** A program of ours as one word that every login shell reads alike: base64, so that no quoting of csh or fish matters. Holds no secret. */
export function asWord(program: ShellText): string {
  return quote(`eval "${unpacked(program)}"`);
}

/** The same, run by the shell that PULUMI_XEN_SHELL in the environment of the host's login names: for tests. */
export function asWordOfChosenShell(program: ShellText): string {
  return quote(
    `px_program="${unpacked(program)}"; if [ -n "\${PULUMI_XEN_SHELL:-}" ]; then exec $PULUMI_XEN_SHELL -c "$px_program"; fi; eval "$px_program"`,
  );
}

function unpacked(program: ShellText): string {
  return `$(printf %s ${Buffer.from(program.text).toString("base64")} | base64 -d)`;
}
