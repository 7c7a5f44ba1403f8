/** What the entries of the guest's table have in common: where a host shows them, and the usual effects of a change. Pure. */
import { z } from "zod";
import { type Outcome, type Property, UNSEEN } from "../../property";
import type { DomainConfig } from "../../xen";
import { type Guest, configOf } from "./domu.guest";
import type { DomUShall, LiveStep } from "./domu.shall";

type GuestProperty<V> = Property<V, Guest, DomUShall, LiveStep>;
type GuestOutcome = Outcome<LiveStep>;

/** An entry with its value's type worked out from its check. */
export function property<V>(entry: GuestProperty<V>): GuestProperty<V> {
  return entry;
}

/** What only a new domain takes; where none runs, the file alone changes. */
export const restart = {
  says: "restart",
  outcome: ({ is }: { is: Guest }): GuestOutcome => ({ effect: is.domain === undefined ? "none" : "restart" }),
} as const;

/** What no domain has: it is used once, or only while something is done. */
export const none = (says: string, note?: string) => ({
  says,
  outcome: (): GuestOutcome => ({ effect: "none", ...(note === undefined ? {} : { note }) }),
});

export function changesLive(is: Guest, ...steps: LiveStep[]): GuestOutcome {
  return is.domain === undefined ? { effect: "none" } : { effect: "live", steps };
}

/** As the guest was built, or will be. */
export const built =
  <V>(read: (config: DomainConfig, shall: DomUShall) => V) =>
  (is: Guest, shall: DomUShall): V | undefined | typeof UNSEEN => {
    const config = configOf(is);
    return config === undefined ? UNSEEN : read(config, shall);
  };

/** As the running domain shows it; of a guest that is down, as its file says. */
export const shownBy =
  <V>(domain: (domain: NonNullable<Guest["domain"]>) => V, file: (config: DomainConfig) => V) =>
  (is: Guest): V | undefined | typeof UNSEEN => {
    if (is.domain !== undefined) return domain(is.domain);
    return is.file === undefined ? UNSEEN : file(is.file);
  };

/** Known only of a guest that saved inputs made. */
export const declared =
  (name: string) =>
  (is: Guest): never =>
    (is.declared === undefined ? UNSEEN : is.declared[name]) as never;

/** One line of text. */
export const text = z.string().regex(/^[^\u0000-\u001f\u007f]*$/, "must be one line without control characters");
