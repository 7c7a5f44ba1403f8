/**
 * The guest's table: every property once, with its type, default, key of xl.cfg(5), where the host shows it, and what a
 * change of it does. Names are Xen's own where Xen has one; units are in the names. Its parts lie beside it, by theme. Pure.
 */
import { z } from "zod";
import type { ValuesOf } from "../../property";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";
import { guestBoot } from "./domu.boot.properties";
import { guestDevices } from "./domu.devices.properties";
import { guestEvents } from "./domu.events.properties";
import { guestIdentity } from "./domu.identity.properties";
import { guestKeys } from "./domu.keys.properties";
import { guestLife } from "./domu.life.properties";
import { guestResources } from "./domu.resources.properties";

/** Of a spread TypeScript names the last part's properties first. */
type DomuTable = typeof guestIdentity &
  typeof guestResources &
  typeof guestBoot &
  typeof guestDevices &
  typeof guestEvents &
  typeof guestKeys &
  typeof guestLife;

export const domuTable: DomuTable = {
  ...guestIdentity,
  ...guestResources,
  ...guestBoot,
  ...guestDevices,
  ...guestEvents,
  ...guestKeys,
  ...guestLife,
};

/** Checked and completed; computed texts among them. */
export interface DomUInputs extends CommonInputs, Omit<ValuesOf<typeof domuTable>, "name"> {
  readonly connection: Connection;
  readonly name: string;
  /** Computed: the final configuration as people may see it, `[secret]` and `[unknown]` in their places. */
  readonly config?: string;
  /** Computed, so that a guest that is only updated shows no [unknown]: */
  readonly consoleCommand?: string;
  readonly configPath?: string;
  readonly ip?: string;
  readonly vncAddress?: string;
}

/** What the host tells; nothing of it is compared with the inputs. */
export interface DomUOutputs {
  readonly machineId: string;
  /** The claim on the host by which it is this resource's (host/claim.ts). */
  readonly claimId?: string;
  /** How far the guest's life has come; `done` when nothing is left to do. */
  readonly phase: string;
  /** Which toolstack its host has: `xl`, or `xm` where xend runs. Of state of before that was observed: absent. */
  readonly toolstack?: "xl" | "xm";
  /** In the words of a toolstack that no preview knows of; else the inputs have them. */
  readonly config?: string;
  readonly consoleCommand?: string;
  /** Another one after each reboot of the guest. */
  readonly domid?: number;
  readonly ip?: string;
  /** `127.0.0.1:5901` on the host. */
  readonly vncAddress?: string;
}

export const domuSchema = z.strictObject({
  connection: connectionSchema,
  ...Object.fromEntries(
    Object.entries(domuTable).map(([name, { type }]) => [
      name,
      name === "name" ? type : (type as z.ZodType).optional(),
    ]),
  ),
  config: z.string().optional(),
  consoleCommand: z.string().optional(),
  configPath: z.string().optional(),
});
