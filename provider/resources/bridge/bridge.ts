/**
 * A Bridge is the switch in the host that guests' vifs are plugged into. It takes its ports' addresses over.
 *
 * All changes but that of `name` happen live. A change of the link that may carry our own connection is armed on the
 * host with a way back: unless we come back over a fresh connection, the host restores its old network by itself.
 */
import type * as pulumi from "@pulumi/pulumi";
import { type HostReference, XenResource, hostConnection } from "../../pulumi";
import type { Connection } from "../../remote";

export interface BridgeArgs {
  /** A XenHost, or how to reach a host. */
  readonly host: HostReference<Connection>;
  /** `br0`: at most 15 characters. A change replaces the bridge. */
  readonly name: pulumi.Input<string>;
  /** Links that become its ports, such as `["eth0"]`; none: a network of host and guests alone. */
  readonly ports?: pulumi.Input<pulumi.Input<string>[]>;
  /** `inherit` (default with ports): those of the port. `dhcp`, `none` (default without ports), or static ones. */
  readonly addresses?: pulumi.Input<
    | "inherit"
    | "dhcp"
    | "none"
    | { readonly cidr: pulumi.Input<pulumi.Input<string>[]>; readonly gateway?: pulumi.Input<string> }
  >;
  /** Of static addresses. */
  readonly gateway?: pulumi.Input<string>;
  /** Name servers; needs resolvconf on the host. */
  readonly dns?: pulumi.Input<pulumi.Input<string>[]>;
  /** Spanning tree. Default false. */
  readonly stp?: pulumi.Input<boolean>;
  /** Default 0: the bridge is up at once. With `stp` 15, at least 2. */
  readonly forwardDelaySeconds?: pulumi.Input<number>;
  /** Between two messages of the spanning tree, 1 to 10; default: what the host has. */
  readonly helloTimeSeconds?: pulumi.Input<number>;
  /** After this time an address that was not heard is forgotten; default: what the host has. */
  readonly ageingSeconds?: pulumi.Input<number>;
  /** For the election of the root bridge, 0 to 65535: the lower, the likelier; default: what the host has. */
  readonly priority?: pulumi.Input<number>;
  /** Of the bridge and its ports, in bytes; default: what they have. */
  readonly mtu?: pulumi.Input<number>;
  /** `true`: a bridge of this name that is there already is used as it is, and left behind by delete. */
  readonly adopt?: pulumi.Input<boolean>;
  /** What you consent to: `replace`, when the name changes. Default nothing. */
  readonly allow?: pulumi.Input<pulumi.Input<"replace">[]>;
}

/** @example new Bridge("lan", { host: dom0, name: "br0", ports: ["eth0"] }) */
export class Bridge extends XenResource {
  /** What a vif names. */
  declare readonly name: pulumi.Output<string>;
  declare readonly connection: pulumi.Output<Connection>;
  /** `ready`, or how far it has come: applying, drifted. */
  declare readonly phase: pulumi.Output<string>;
  declare readonly macAddress: pulumi.Output<string>;
  /** With prefix lengths. */
  declare readonly currentAddresses: pulumi.Output<string[]>;
  /** Its ports now, without guests' vifs. */
  declare readonly members: pulumi.Output<string[]>;
  /** It was there before us. */
  declare readonly isAdopted: pulumi.Output<boolean>;

  constructor(name: string, { host, ...args }: BridgeArgs, opts?: pulumi.CustomResourceOptions) {
    super({
      kind: "bridge",
      type: "Bridge",
      name,
      inputs: { ...args, connection: hostConnection(host) },
      outputs: ["phase", "macAddress", "currentAddresses", "members", "isAdopted"],
      opts,
    });
  }
}
