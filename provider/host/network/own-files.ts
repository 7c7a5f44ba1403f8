/**
 * Files that are ours alone, in the folder of a network system that lets files of ours stand in place of others: one for the bridge and
 * one for each port, which names the file in whose place it stands. Pure.
 */
import type { NetworkConfiguration, NetworkFiles } from "./network-files";

export const OWN_HEAD = "# Written by pulumi-xen (Bridge); changes here are overwritten.";

/** Of a port's file. */
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

/** Of a link (IFNAMSIZ): a longer word in the name of a file of ours is no port. */
const LONGEST_NAME = 15;

export interface OwnFiles {
  /** Of the bridge, such as `…/00-pulumi-xen-br0.netdev`. */
  readonly path: (name: string, ending: string) => string;
  /** Of a port, such as `…/00-pulumi-xen-br0.eth0.network`. */
  readonly portPath: (name: string, port: string) => string;
  readonly without: (files: NetworkFiles, name: string) => NetworkFiles;
  readonly portsIn: (files: NetworkFiles, name: string) => string[];
  /** The file that gives a port its settings where we do not: ours tells which one that was. */
  readonly sourceOf: (now: NetworkConfiguration, port: string, name: string) => string | undefined;
}

/** `prefix`: path and beginning of all of them. `ending`: of a port's. */
export function ownFiles(prefix: string, ending: string): OwnFiles {
  const beginning = (name: string): string => `${prefix}${name}.`;
  const portPath = (name: string, port: string): string => `${beginning(name)}${port}.${ending}`;
  // Not a drop-in for one of ours: that is somebody else's.
  const isOwn = (path: string, name: string): boolean =>
    path.startsWith(beginning(name)) && !path.slice(beginning(name).length).includes("/");
  return {
    path: (name, of) => `${beginning(name)}${of}`,
    portPath,
    without: (files, name) => new Map([...files].filter(([path]) => !isOwn(path, name))),
    portsIn: (files, name) =>
      [...files.keys()]
        .filter((path) => isOwn(path, name) && path.endsWith(`.${ending}`))
        .map((path) => path.slice(beginning(name).length, -`.${ending}`.length))
        .filter((port) => port !== "" && port.length <= LONGEST_NAME),
    sourceOf: ({ files, sources }, port, name) => {
      const own = files.get(portPath(name, port));
      return own === undefined ? sources.get(port) : noted(own, IN_PLACE_OF);
    },
  };
}
