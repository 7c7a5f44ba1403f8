/**
 * The shell on the host that stays to answer questions: one script for all the questions of a connection. Pure.
 *
 * It reads a line `MARK LENGTH SECONDS` and LENGTH bytes of packed script, runs that in a shell of its own, says
 * `MARK done EXITCODE`, and waits for the next. We send the next only then, so it does not matter when a `head` reads
 * on beyond its bytes (busybox's does). It ends with its stdin: nothing of it outlives the connection.
 */
import { type ShellText, preamble, sh } from "../../shell";
import { type Mark, RUN_PACKED, packed } from "../host-script";

/** The host itself ends a script that takes too long, where it has `timeout` (busybox's old one is too different). */
export const observerProgram: ShellText = sh`${preamble}
set +e
if timeout 5 true 2>/dev/null; then px_has_timeout=yes; else px_has_timeout=; fi
while read -r px_mark px_length px_seconds; do
  if [ -n "$px_has_timeout" ]; then set -- timeout -k 5 "$px_seconds"; else set --; fi
  head -c "$px_length" | "$@" \${PULUMI_XEN_SHELL:-/bin/sh} -c ${RUN_PACKED}
  printf '\n%s done %s\n' "$px_mark" $?
done
exit 0
`;

/** One request, for its stdin. Of a script that arrives cut in half nothing runs: it stands in braces. */
export function request(mark: Mark, script: string, timeoutSeconds: number): Buffer {
  const body = packed(script);
  return Buffer.concat([Buffer.from(`${mark} ${String(body.length)} ${String(timeoutSeconds)}\n`), body]);
}

/** The exit code of the request's shell, from the end of what was said; `undefined`: it has not ended yet. */
export function endCode(mark: Mark, tail: Buffer): number | undefined {
  const code = new RegExp(`\\n${mark} done (\\d+)\\n`).exec(tail.toString("latin1"))?.[1];
  return code === undefined ? undefined : Number(code);
}
