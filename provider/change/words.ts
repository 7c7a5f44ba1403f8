/** How a change is said, the same for every kind: `memoryMiB 512 -> 1024`. Pure. */
import { shown } from "../property";

export function changeText(
  property: string,
  from: unknown,
  to: unknown,
  { secret = false, note }: { secret?: boolean; note?: string | undefined } = {},
): string {
  const words = `${property} ${shown(from, { secret })} -> ${shown(to, { secret })}`;
  return note === undefined ? words : `${words} (${note})`;
}
