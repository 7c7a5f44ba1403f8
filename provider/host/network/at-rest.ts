/**
 * Bridges of one host share its network files, and until a change is confirmed the host may take it back. So one change
 * follows the other: what was planned from the observed files is only done while they are still as observed, and while
 * no other bridge waits for its confirmation. (Two bridges made at once had each overwritten what the other one wrote.)
 * Shell text; pure.
 */
import { OutputParseError } from "../../errors";
import { type Answer, type ShellText, lines, sh } from "../../shell";
import { folderOfKind } from "../owned-folder";
import { APPLY_SECONDS, ROLLBACK_SECONDS } from "./network-switch";

/** The step that fails where another change came in between: nothing was touched, look again. */
export const AT_REST_STEP = "see-network-at-rest";

/** Sets `pending` to the bridges other than `bridge` whose change is neither confirmed nor rolled back. */
function findPending(bridge: string): ShellText {
  return sh`pending=
for sign in ${folderOfKind("bridge")}/*/armed ${folderOfKind("bridge")}/*/rolling-back; do
  [ -e "$sign" ] || continue
  sign=\${sign%/*}; sign=\${sign##*/}
  [ "$sign" = ${bridge} ] || pending="$pending $sign"
done`;
}

/** Says `at-rest`: `yes`, or `no` and the others' names; always one of them, so that an answer that lost it does not pass for "yes". */
export function sayAtRest(bridge: string): ShellText {
  return sh`${findPending(bridge)}
if [ -z "$pending" ]; then say at-rest yes; else say at-rest "no$pending"; fi`;
}

/** The others' names. @throws OutputParseError */
export function readPending(answer: Answer): readonly string[] {
  const said = answer.need("at-rest");
  const [word, ...others] = said.split(" ");
  if ((word === "yes" && others.length === 0) || (word === "no" && others.length > 0 && !others.includes("")))
    return others;
  throw new OutputParseError(`The host's answer to "at-rest" is neither "yes" nor "no" with names: ${said}`);
}

/** What sha256sum said of a file. @throws OutputParseError */
export function readFingerprint(answer: Answer, path: string): string {
  const said = answer.need(`sum.${path}`);
  if (/^[0-9a-f]{64} {2}-$/.test(said)) return said;
  throw new OutputParseError(`The host told no SHA-256 of ${path}: ${said}`);
}

/** Fails where the network is not as it was observed. `fingerprints`: what sha256sum said of each file. */
export function assertAtRest(bridge: string, fingerprints: ReadonlyMap<string, string>): ShellText {
  return lines([
    findPending(bridge),
    sh`[ -z "$pending" ] || die "another change of the network is under way:$pending"`,
    ...[...fingerprints].map(
      ([path, fingerprint]) => sh`[ "$(sha256sum <${path})" = ${fingerprint} ] || die ${path} "was changed meanwhile"`,
    ),
  ]);
}

/** Waits for the others' confirmation, at most as long as the host takes to take their change back. Without our lock: they need it. */
export function awaitAtRest(bridge: string): ShellText {
  return sh`waited=0
while :; do
  ${findPending(bridge)}
  [ -n "$pending" ] || break
  [ $waited -lt ${APPLY_SECONDS + ROLLBACK_SECONDS + 60} ] || die "the change of the network for$pending is neither confirmed nor rolled back; look at that bridge first"
  [ $waited != 0 ] || echo "waiting for the network of$pending to be confirmed or rolled back"
  waited=$((waited + 1))
  sleep 1
done`;
}
