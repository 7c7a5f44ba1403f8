/** What a Bridge is declared with and what it tells. Pure. */
import { z } from "zod";
import type { CommonInputs } from "../../pulumi";
import { type Connection, connectionSchema } from "../../remote/connection/connection";

type BridgeAddresses = "inherit" | "dhcp" | "none" | { readonly cidr: readonly string[]; readonly gateway?: string };

export interface BridgeInputs extends CommonInputs {
  readonly connection: Connection;
  /** Also what guests' vifs name. A change replaces the bridge. */
  readonly name: string;
  /** Links that become its ports; none: a network of the guests and the host alone. */
  readonly ports?: readonly string[];
  /** Default `inherit` with ports, `none` without. */
  readonly addresses?: BridgeAddresses;
  /** Of static addresses. */
  readonly gateway?: string;
  /** Name servers; needs the package resolvconf on the host. */
  readonly dns?: readonly string[];
  /** Default false. */
  readonly stp?: boolean;
  /** Default 0 (up at once), with STP 15. */
  readonly forwardDelaySeconds?: number;
  readonly helloTimeSeconds?: number;
  readonly ageingSeconds?: number;
  readonly priority?: number;
  readonly mtu?: number;
  /** Take over a bridge of this name that is there and not ours; its configuration stays as it is. */
  readonly adopt?: boolean;
}

/** `drifted`: the host is no longer as it was made. */
type BridgePhase = "applying" | "ready" | "drifted";

export interface BridgeOutputs {
  readonly machineId: string;
  readonly phase: BridgePhase;
  readonly macAddress: string;
  /** What it has now, with prefix lengths; those learnt from router advertisements are left out. */
  readonly currentAddresses: readonly string[];
  /** Its ports now, without guests' vifs. */
  readonly members: readonly string[];
  /** It was there before us: deleting leaves it as it is. */
  readonly isAdopted: boolean;
}

const linkName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,14}$/, "must be a link's name of at most 15 letters, digits and _ . -");

const bridgeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,14}$/, "must be a bridge's name of at most 15 letters, digits, _ and -");

const address = z.union([z.ipv4(), z.ipv6()], { error: "must be an address such as 198.51.100.1" });

const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: "must be an address with its prefix length, such as 198.51.100.7/24",
});

export const bridgeInputs = z.strictObject({
  connection: connectionSchema,
  name: bridgeName,
  ports: z.array(linkName).optional(),
  addresses: z
    .union(
      [
        z.enum(["inherit", "dhcp", "none"]),
        z.strictObject({ cidr: z.array(cidr).min(1), gateway: address.optional() }),
      ],
      {
        error: 'must be "inherit", "dhcp", "none" or { cidr: ["198.51.100.7/24"] }',
      },
    )
    .optional(),
  gateway: address.optional(),
  dns: z.array(address).optional(),
  stp: z.boolean().optional(),
  forwardDelaySeconds: z.number().min(0).max(30).optional(),
  helloTimeSeconds: z.number().min(1).max(10).optional(),
  ageingSeconds: z.number().min(0).max(1000000).optional(),
  priority: z.int().min(0).max(65535).optional(),
  mtu: z.int().min(68).max(65535).optional(),
  adopt: z.boolean().optional(),
});
