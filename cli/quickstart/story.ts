/** What the quickstart can show: an example's program on a lab host, and the guest that it makes. Types only. */
import type { FrozenHost, HostKind, LabHost, Report } from "../../lab/host";

export interface Story {
  /** A folder of examples/. */
  readonly example: string;
  /** Of its lab host. */
  readonly hostName: string;
  /** What is said while {@link prepare} works. */
  readonly preparing: string;
  /** The host that it starts from, unless another one is asked for. */
  readonly kind: HostKind;
  /** Makes what the guest is made of, where the cache has it not yet. */
  prepare(frozen: FrozenHost, report: Report): Promise<Ground>;
  /** Waits until the guest really answers, whatever its open port says. */
  ask(host: LabHost): Promise<GuestAnswer>;
  /** A change to try, of memoryMiB within maxMemoryMiB: from, to. */
  readonly change: readonly [number, number];
}

interface Ground {
  /** Whose files are served to the host and its guest. */
  readonly folder: string;
  /** Of the example's program. @param url where the folder is served, as seen from inside the host. */
  config(host: ExampleHost, url: string): Record<string, string>;
}

/** What a program needs of a lab host to reach it. */
export type ExampleHost = Pick<LabHost, "sshPort" | "privateKeyFile" | "hostKey">;

export interface GuestAnswer {
  readonly text: string;
  /** What somebody types to look at the guest. */
  readonly command: string;
}
