/** A host's network files as they are in the field, what somebody has added by hand, and a bridge to be made on eth0. */
export interface NetworkCase {
  readonly files: ReadonlyMap<string, string>;
  /** Commands that ran after the boot: an operator's, or another program's. */
  readonly byHand: readonly string[];
  readonly addresses: "inherit" | { readonly cidr: readonly string[]; readonly gateway?: string };
  readonly mtu?: number;
  readonly maxAgeSeconds?: number;
}
