/** Of the guest's table: its disks, its network interfaces and its screen. Pure. */
import { z } from "zod";
import { UNSEEN } from "../../property";
import { address } from "../address";
import { vfbOf, vfbSpec } from "./domu.boot";
import { isSeedOf } from "./domu.cloud-init";
import { declaredDisk, diskChanges, diskSchema } from "./domu.disks";
import { isKnownList } from "./domu.lists";
import { built, property, restart } from "./domu.property";
import type { DomUVfb } from "./domu.shall";
import { declaredVif, specText, vifChanges, vifSchema } from "./domu.vifs";

export const guestDevices = {
  /** Its disks, in order: images and block devices of the host. It boots from the first one. */
  disks: property({
    type: z.array(diskSchema),
    is: (is, shall) => {
      const disks = is.domain === undefined ? is.file?.disks : is.domain.disks;
      if (disks === undefined) return is.file === undefined ? UNSEEN : [];
      if (!isKnownList(disks)) return disks;
      const isSeed = isSeedOf(shall);
      return disks.filter((disk) => !isSeed(disk)).map((disk) => declaredDisk(disk, shall.disks));
    },
    same: (from, to, is) => diskChanges({ from, to, is, shall: { name: "" } }).length === 0,
    entries: diskChanges,
    change: {
      says: "live: further disks; restart: the first one, another path, format, device or mode",
      outcome: restart.outcome,
    },
  }),
  /** Its network interfaces, in order. */
  vifs: property({
    type: z.array(vifSchema),
    is: (is) => {
      const vifs = is.domain === undefined ? is.file?.vifs : is.domain.vifs;
      if (vifs !== undefined && !isKnownList(vifs)) return vifs;
      const record = is.domain === undefined ? is.file : (is.record ?? is.file);
      if (vifs === undefined) return is.file === undefined ? UNSEEN : [];
      return isKnownList(vifs) ? vifs.map((vif) => declaredVif(vif, record, is)) : vifs;
    },
    same: (from, to, is) => vifChanges({ from, to, is, shall: { name: "" } }).length === 0,
    entries: vifChanges,
    change: {
      says: "live: added and removed ones, other VLANs of one that is in some; restart: another bridge, mac, ip, script, rate or vifname, `vlans` given for the first time or taken away",
      outcome: restart.outcome,
    },
  }),
  /** A screen by VNC, with keyboard and mouse. Its password stands in clear text in the guest's file on the host, and VNC takes 8 characters of it. */
  vfb: property<DomUVfb>({
    type: z.strictObject({
      vnc: z.boolean().optional(),
      vncListen: address.optional(),
      vncDisplay: z
        .int()
        .min(0)
        .max(999, "must be at most 999: the port is 5900 plus this. Say 1 for port 5901")
        .optional(),
      vncPassword: specText
        .min(1)
        .max(8, "must be at most 8 characters long, since VNC takes no more of it")
        .optional(),
    }),
    defaultSays: "none",
    // It may hold a password.
    isSecret: true,
    is: built((config) => vfbOf(config.vfbs?.[0])),
    same: (from, to) =>
      from === undefined || to === undefined
        ? from === to
        : JSON.stringify(vfbSpec(from)) === JSON.stringify(vfbSpec(to)),
    change: restart,
  }),
} as const;
