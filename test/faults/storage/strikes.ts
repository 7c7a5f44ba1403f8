/** The rows of the table: what strikes at a place, and how it is over. */
import type { Acting } from "./act";
import { THE_END } from "./places";
import type { StorageHost } from "./storage-host";

export interface Strike {
  /** The work runs in a process of its own, which is killed. */
  readonly elsewhere?: boolean;
  readonly falls: (host: StorageHost, run: Acting) => Promise<void> | void;
  /** What is held goes on afterwards; else it has ended. */
  readonly over?: (host: StorageHost) => void;
  /** Whether it is tried at this place. What happens to the link and to us at each step of a job is the part of the other table. */
  readonly isAt: (place: string) => boolean;
}

/** Where somebody writes for long, or sends; and where an image gets its name. */
const isLong = (place: string): boolean => /^(\d+ (curl|cp|dd|gzip|qemu-img|ln)\b|middle)/.test(place);
/** What nobody wrote to the disk counts only for who loses power. */
const isStep = (place: string): boolean => !/^\d+ sync\b/.test(place) && place !== THE_END;
const isAny = (): boolean => true;

export const STRIKES = {
  "link cut (RST)": {
    isAt: isLong,
    falls: (host) => {
      host.proxy.cut("rst");
    },
  },
  "our process killed -9": {
    isAt: isLong,
    elsewhere: true,
    falls: async (_host, run) => {
      run.kill();
      await run.ended;
    },
  },
  "host's processes killed -9": {
    isAt: isStep,
    falls: (host) => {
      host.killAll();
    },
  },
  "disk full": {
    isAt: isStep,
    falls: (host) => {
      host.disk.fill();
    },
    over: (host) => {
      host.disk.free();
    },
  },
  "power lost, nothing written since the last sync": {
    isAt: isAny,
    falls: (host) => host.losePower(false),
  },
  "power lost, names kept and contents not": {
    isAt: isAny,
    falls: (host) => host.losePower(true),
  },
} as const satisfies Readonly<Record<string, Strike>>;

export type StrikeName = keyof typeof STRIKES;
