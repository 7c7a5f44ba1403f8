/** What a change does to a running guest or host: the words of previews and of steps, from mild to strong. */

/** `none`: nothing that runs notices. */
const EFFECTS = ["none", "live", "restart", "reboot", "migrate", "replace"] as const;
export type Effect = (typeof EFFECTS)[number];

/** The strongest of some effects; `none` of no effects. */
export function strongest(effects: readonly Effect[]): Effect {
  return effects.reduce((a, b) => (EFFECTS.indexOf(b) > EFFECTS.indexOf(a) ? b : a), "none" as Effect);
}

/** Does `a` do more to what runs than `b`? */
export function isStronger(a: Effect, b: Effect): boolean {
  return EFFECTS.indexOf(a) > EFFECTS.indexOf(b);
}
