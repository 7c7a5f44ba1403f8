/** The bridge as programs declare it: its arguments, and its outputs. */
import type * as pulumi from "@pulumi/pulumi";
import type { ValuesOf } from "../../property";
import {
  type Args,
  type ArgsOf,
  type HostReference,
  XenResource,
  entriesOf,
  warnOf,
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
  /** A XenHost, or how to reach a host. A change of how it is reached: none; another machine is refused. */
  readonly host: HostReference<Connection>;
  readonly name: pulumi.Input<string>;
  /** What you consent to: `replace`, when the name changes. Default: nothing. A change: none. */
  readonly allow?: Args<readonly "replace"[]>;
}

/**
 * A Bridge is the switch in the host that guests' vifs are plugged into. It takes its ports' addresses over.
 *
 * All changes but that of `name` happen live. A change of the link that may carry our own connection is armed on the
 * host with a way back: unless we come back over a fresh connection, the host restores its old network by itself.
 *
 * @example
 * new xen.Bridge("lan", { host: dom0, name: "br0", ports: ["eth0"] });
 */
export class Bridge extends XenResource {
  /** The bridge's name on the host, such as `br0`: what a vif names. */
  declare readonly name: pulumi.Output<string>;
  /** How its host is reached; a secret as a whole where it holds a key or a password. */
  declare readonly connection: pulumi.Output<Connection>;
  /** `ready`, or how far it has come: applying, drifted. */
  declare readonly phase: pulumi.Output<string>;
  /** Its hardware address, such as `00:16:3e:12:34:56`: that of its first port. */
  declare readonly macAddress: pulumi.Output<string>;
  /** The host's addresses on it now, with prefix lengths, such as `["198.51.100.7/24"]`. */
  declare readonly currentAddresses: pulumi.Output<string[]>;
  /** Its ports now, without guests' vifs. */
  declare readonly members: pulumi.Output<string[]>;
  /** `true`: it was there before us (`adopt`), and delete leaves it as it is. */
  declare readonly isAdopted: pulumi.Output<boolean>;
  /** What on its host may cut its guests off, each with its remedy; shown as warnings of the run too. */
  declare readonly warnings: pulumi.Output<string[]>;

  constructor(name: string, args: BridgeArgs, opts?: pulumi.CustomResourceOptions) {
    const { host, ...rest } = orNothing(args);
    const connection = hostConnection(host);
    super({
      kind: "bridge",
      type: "Bridge",
      name,
      inputs: { ...rest, connection },
      outputs: ["phase", "macAddress", "currentAddresses", "members", "isAdopted", "warnings"],
      ...onItsHost({ title: `Bridge "${name}"`, spelled: onHost }, connection, [
        [rest.name, nameDeclared],
        ...entriesOf(rest.ports).map(
          ({ part, first }) => [part, (ports: unknown) => portsDeclared(ports, first)] as const,
        ),
      ]),
      opts,
    });
    warnOf(this.warnings, this);
  }
}
