/**
 * A Bridge is the switch in the host that guests' vifs are plugged into. It takes its ports' addresses over.
 *
 * All changes but that of `name` happen live. A change of the link that may carry our own connection is armed on the
 * host with a way back: unless we come back over a fresh connection, the host restores its old network by itself.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { ValuesOf } from "../../property";
import {
  type Args,
  type ArgsOf,
  type HostReference,
  XenResource,
  entriesOf,
  hostConnection,
  orNothing,
} from "../../pulumi";
import type { Connection } from "../../remote";
import { onItsHost } from "../on-host";
import { onHost } from "../spelled";
import { nameDeclared, portsDeclared } from "./bridge.declared";
import type { bridgeTable } from "./bridge.properties";

type Properties = ArgsOf<ValuesOf<typeof bridgeTable>>;

export interface BridgeArgs extends Properties {
  /** A XenHost, or how to reach a host. */
  readonly host: HostReference<Connection>;
  /** `br0`: at most 15 characters. A change replaces the bridge. */
  readonly name: pulumi.Input<string>;
  /** What you consent to: `replace`, when the name changes. Default nothing. */
  readonly allow?: Args<readonly "replace"[]>;
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

  constructor(name: string, args: BridgeArgs, opts?: pulumi.CustomResourceOptions) {
    const { host, ...rest } = orNothing(args);
    const connection = hostConnection(host);
    super({
      kind: "bridge",
      type: "Bridge",
      name,
      inputs: { ...rest, connection },
      outputs: ["phase", "macAddress", "currentAddresses", "members", "isAdopted"],
      ...onItsHost({ title: `Bridge "${name}"`, spelled: onHost }, connection, [
        [rest.name, nameDeclared],
        ...entriesOf(rest.ports).map(
          ({ part, first }) => [part, (ports: unknown) => portsDeclared(ports, first)] as const,
        ),
      ]),
      opts,
    });
  }
}
