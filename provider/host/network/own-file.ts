/** Files that are ours alone, in a folder of the network system's: how they begin, and what comments of ours note. Pure. */

export const OWN_HEAD = "# Written by pulumi-xen (Bridge); changes here are overwritten.";

/** Of a file that stands in place of another one for a port. */
export const IN_PLACE_OF = "# In place of ";

export function ownText(lines: readonly string[]): string {
  return `${[OWN_HEAD, ...lines].join("\n").trimEnd()}\n`;
}

/** What a comment of ours holds. */
export function noted(content: string, mark: string): string | undefined {
  return content
    .split("\n")
    .find((line) => line.startsWith(mark))
    ?.slice(mark.length);
}
