/** Another way to run commands on a host over SSH. */
import type { Key } from "../report/figures";
import type { Server } from "../server/sshd";

export interface Ran {
  readonly seconds: number;
  /** How many of the operations did what they should. */
  readonly succeeded: number;
}

export interface Competitor {
  /** Of the last line, where it has one. */
  readonly key?: Key;
  readonly name: string;
  /** How often its series is run for a median; the slow ones once. */
  readonly runs: number;
  /** A series of small operations, each after the one before, with no connection at the beginning. */
  readonly oneAfterAnother: (server: Server, count: number) => Promise<Ran>;
  /** All at the same moment; `undefined` where it has no such way with one host. */
  readonly atOnce?: (server: Server, count: number) => Promise<Ran>;
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Each after the one before. @returns how many were as they should be. */
export async function inTurn(count: number, operation: (number: number) => Promise<boolean>): Promise<number> {
  let succeeded = 0;
  for (const number of numbers(count)) if (await operation(number)) succeeded += 1;
  return succeeded;
}

/** All at once. @returns how many were as they should be. */
export async function together(count: number, operation: (number: number) => Promise<boolean>): Promise<number> {
  const all = await Promise.all(numbers(count).map(operation));
  return all.filter(Boolean).length;
}
