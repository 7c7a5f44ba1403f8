/** Of the guest's table: when it runs, and what is done for it before that. Pure. */
import { z } from "zod";
import { hasUnknown, isUnknown } from "../../property";
import type { CloudInit, DiskSpec } from "../../xen";
import { hasSeedDisk, seedDisk, shownCloudInit } from "./domu.cloud-init";
import { cloudInitSchema } from "./domu.cloud-init.schema";
import { type Guest, powerStateOf } from "./domu.guest";
import { installSchema, waitSchema } from "./domu.install.schema";
import { isKnownList } from "./domu.lists";
import { attachDisk, unpause } from "./domu.live";
import { changesLive, declared, none, property } from "./domu.property";
import { SNAPSHOT_OCCASIONS, type SnapshotOccasion } from "./domu.shall";

export const guestLife = {
  /** `true`: it is started with the host. */
  autostart: property({
    type: z.boolean(),
    default: false,
    is: ({ isAutostarted }) => isAutostarted,
    change: { says: "live", outcome: () => ({ effect: "live" }) },
  }),
  /** Whether it runs: `running` or `stopped`. A guest that crashed and was kept, or that somebody paused, is brought back to what is declared. */
  powerState: property<"running" | "stopped">({
    type: z.enum(["running", "stopped"]),
    default: "running",
    // A host shows more than a program may say: that is drift.
    is: powerStateOf as (is: Guest) => "running" | "stopped",
    change: {
      says: "to running: live; to stopped: restart",
      outcome: ({ to, is }) => {
        const from = powerStateOf(is);
        if (to === "stopped" || from === "crashed" || isUnknown(to)) return { effect: "restart" };
        return from === "paused" ? changesLive(is, unpause) : { effect: "live" };
      },
    },
  }),
  /** How its system is installed: writes one onto the first disk before the first boot, and never again after that. */
  install: property({
    type: installSchema,
    is: declared("install"),
    change: none("none (used only before the first boot)", "used only before the first boot"),
  }),
  /** What cloud-init inside the guest is told for its first boot: users, keys, packages, network. A further, read-only disk with the label `cidata` holds it, a file of mode 0600 on the host. */
  cloudInit: property<CloudInit>({
    type: cloudInitSchema,
    defaultSays: "none",
    // It may hold the hash of a password.
    isSecret: true,
    is: shownCloudInit,
    change: {
      says: "none (cloud-init reads it at the guest's first boot); its disk is plugged in and out live",
      outcome: ({ to, is, shall }) => {
        const note = "cloud-init reads it at the guest's first boot";
        const seed = seedDisk(shall);
        if (is.domain === undefined || seed === undefined) return { effect: "none", note };
        // It may turn out to be none, or at another device: and a guest's first disk, which may be it, is not plugged in or out.
        if (hasUnknown([to])) return { effect: isFirstDisk(is, seed) ? "restart" : "live", note };
        return hasSeedDisk(is, shall) ? { effect: "none", note } : { effect: "live", steps: [attachDisk(seed)], note };
      },
    },
  }),
  /**
   * A snapshot of each disk that the guest writes to, before a change that takes it down: `restart`; or `replace`, which is each removal of the
   * resource. Its disks must be DiskImages on logical volumes or in qcow2 files. The newest one stays, and its log names the way back.
   */
  snapshotBefore: property<readonly SnapshotOccasion[]>({
    type: z
      .array(z.enum(SNAPSHOT_OCCASIONS))
      .refine((all) => new Set(all).size === all.length, "must not hold one word twice"),
    defaultSays: "none are made",
    is: declared("snapshotBefore"),
    change: none("none: it counts at the next restart or removal", "it counts at the next restart or removal"),
  }),
  /** What must answer before the guest counts as created. */
  waitFor: property({
    defaultSays: "nothing: it counts as created when it runs",
    type: waitSchema,
    is: declared("waitFor"),
    change: none("none"),
  }),
} as const;

function isFirstDisk({ domain }: Guest, { target }: DiskSpec): boolean {
  return isKnownList(domain?.disks) && domain.disks[0]?.target === target;
}
