/** Rules over values of which some may not be known yet. Pure. */
import { isUnknown } from "../property";

class UnknownMet extends Error {}

/** What `rule` says of `value`; nothing where it meets a value that is not known yet. */
export function whereKnown<T extends object, R>(value: T, rule: (value: T) => R[]): R[] {
  try {
    return rule(guarded(value));
  } catch (error) {
    if (error instanceof UnknownMet) return [];
    throw error;
  }
}

/** A view of plain JSON that throws where it shows the marker. */
function guarded<T extends object>(value: T): T {
  return new Proxy(value, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver);
      if (isUnknown(member)) throw new UnknownMet();
      return typeof member === "object" && member !== null ? guarded(member) : member;
    },
  });
}
