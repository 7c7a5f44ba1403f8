/** The figures of this benchmark's last line. Pure. */
import { pairsLine } from "../../figures";

/** The keys of the last line, in their order, with the digits that mean something. */
const KEYS = {
  cold100_s: 2,
  rtt_per_op: 2,
  scripts_refresh120: 0,
  live_memory_ratio: 2,
  refresh_five_ratio: 2,
  creates50_ok: 0,
  x_new_connection: 1,
  x_controlmaster: 1,
  x_ansible: 1,
  x_pipelining: 1,
  x_mitogen: 1,
} as const;

export type Key = keyof typeof KEYS;
export type Figures = Partial<Record<Key, number>>;

export function lastLine(figures: Figures): string {
  return pairsLine("bench:remote", KEYS, figures);
}
