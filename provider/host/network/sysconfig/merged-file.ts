/** A file of the host's in which settings of ours stand while a bridge is there, given back with what somebody else has changed since. Pure. */
import { parseIfcfg } from "./ifcfg-file";

/** The old text with what has become of the lines that we left in it. `isOurs`: those settings are as they were. */
export function mergedFile(was: string, now: string, isOurs: (key: string) => boolean): string {
  const current = parseIfcfg(now);
  const old = parseIfcfg(was);
  const lineOf = (key: string): string | undefined =>
    current.findLast(({ assignment }) => assignment?.key === key)?.text;
  const texts = new Set(old.map(({ text }) => text));
  const keys = new Set(old.map(({ assignment }) => assignment?.key));
  const kept = old.flatMap(({ text, assignment }) => {
    if (assignment === undefined || isOurs(assignment.key)) return [text];
    const line = lineOf(assignment.key);
    return line === undefined ? [] : [current.some((other) => other.text === text) ? text : line];
  });
  const added = current
    .filter(({ text, assignment }) =>
      assignment === undefined ? !texts.has(text) : !isOurs(assignment.key) && !keys.has(assignment.key),
    )
    .map(({ text }) => text);
  const end = added.length === 0 && !was.endsWith("\n") ? "" : "\n";
  return `${[...kept, ...added].join("\n")}${end}`;
}
