/** The files of a host's network system. Pure. */
import type { Running } from "./by-hand";

/** Paths and texts of all files that it reads. */
export type NetworkFiles = ReadonlyMap<string, string>;

/** A program that gives links addresses for as long as it runs, and takes them again: a DHCP client, keepalived. */
export interface Holder {
  readonly program: string;
  /** `undefined`: it does not tell which, so it may be any. */
  readonly link: string | undefined;
}

/** What a network system says of itself on a host. */
export interface NetworkConfiguration extends Partial<Running> {
  readonly files: NetworkFiles;
  /** The file that gives a link its settings, by the link's name, where the system tells that. */
  readonly sources: ReadonlyMap<string, string>;
  /**
   * What a link's DHCP client calls itself, in hexadecimal digits, by the link's name, where the system tells that; behind it `DHCPv6`
   * and the number of the DHCPv6 client, where it has a lease.
   */
  readonly clientIds: ReadonlyMap<string, string>;
  /** Where they were asked for. */
  readonly holders?: readonly Holder[];
}

/** A text without the lines of a kind. */
export function withoutLines(kind: RegExp): (text: string) => string {
  return (text) =>
    text
      .split("\n")
      .filter((line) => !kind.test(line))
      .join("\n");
}

/** Only what differs; `content` is `undefined` for a file that is no more. */
export function changedFiles(
  before: NetworkFiles,
  after: NetworkFiles,
): { path: string; content: string | undefined }[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => ({ path, content: after.get(path) }));
}
