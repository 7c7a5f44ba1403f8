/**
 * The state column of `xl list`: six letters. All dashes: runnable, not on a CPU now, so alive.
 * The fifth letter tells why a domain was shut down, `xl list -v` as a number.
 */
export type DomainState = "running" | "blocked" | "paused" | "shut down" | "crashed" | "dying" | "runnable";

export function domainState(letters: string): DomainState {
  if (letters.includes("d")) return "dying";
  if (letters[4] === "c" || (letters.includes("s") && letters.includes("c"))) return "crashed";
  if (letters[3] === "s") return "shut down";
  if (letters.includes("r") && letters[0] === "r") return "running";
  if (letters.includes("p")) return "paused";
  return letters.includes("b") ? "blocked" : "runnable";
}

/** Does the domain go on by itself? */
export function isAlive(state: DomainState): boolean {
  return state === "running" || state === "blocked" || state === "runnable" || state === "paused";
}
