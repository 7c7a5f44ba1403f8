/** Network links as iproute2 tells them: `ip -j -d link show` and `ip -j addr show`. Pure. */
import { OutputParseError } from "../../errors";
import { libraryText } from "../../shell";
import { normalCidr } from "./addresses";

/** Tells the same where ip knows no JSON. */
export const ipAsJson = libraryText(__dirname, "ip-as-json.sh");

export interface Link {
  readonly name: string;
  readonly macAddress: string;
  readonly mtu: number;
  readonly isUp: boolean;
  /** A cable, or for a bridge a port that has one. */
  readonly hasCarrier: boolean;
  /** The bridge that it is a port of. */
  readonly bridge: string | undefined;
  /** The link that it stands on, as a VLAN does. */
  readonly under: string | undefined;
  /** The number of a VLAN. */
  readonly vlan: number | undefined;
  /** With prefix lengths, global ones only, in the order of the system; `10.0.2.15/24`. */
  readonly addresses: readonly string[];
  /** Of those, the ones that were put there by hand or by a network system, not learnt from router advertisements. */
  readonly ownAddresses: readonly string[];
  /** Of those, the ones that last for a while: of a lease or of router advertisements. */
  readonly dynamicAddresses: readonly string[];
  /** It is a switch of Open vSwitch, as far as the kernel shows it. */
  readonly isOpenVSwitch: boolean;
  /** For a bridge: what it is set to. */
  readonly bridgeSettings: BridgeSettings | undefined;
}

interface BridgeSettings {
  readonly vlanFiltering: boolean;
  readonly stp: boolean;
  readonly forwardDelaySeconds: number;
  readonly helloTimeSeconds: number;
  readonly maxAgeSeconds: number;
  readonly ageingSeconds: number;
  readonly priority: number;
}

interface RawLink {
  readonly ifname: string;
  readonly address?: string;
  readonly mtu?: number;
  readonly flags?: readonly string[];
  readonly master?: string;
  readonly link?: string;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: Readonly<Record<string, unknown>> };
}

interface RawAddresses {
  readonly ifname?: string;
  readonly addr_info?: readonly {
    readonly local?: string;
    readonly prefixlen?: number;
    readonly scope?: string;
    readonly dynamic?: boolean;
    readonly family?: string;
  }[];
}

const STACKED = /^(vlan|macvlan|macvtap|ipvlan|ipvtap|macsec)$/;

/** @throws OutputParseError where the text is not iproute2's JSON. */
export function parseLinks(linksJson: string, addressesJson: string): Link[] {
  const addresses = new Map(
    printedList<RawAddresses>(addressesJson, "ip -j addr").map((raw) => [raw.ifname, raw] as const),
  );
  return printedList<RawLink>(linksJson, "ip -j -d link").map((raw) => {
    const global = (addresses.get(raw.ifname)?.addr_info ?? []).filter(({ scope }) => scope === "global");
    const text = ({ local, prefixlen }: (typeof global)[number]): string =>
      normalCidr(`${local ?? ""}/${prefixlen ?? ""}`);
    return {
      name: raw.ifname,
      macAddress: raw.address ?? "",
      mtu: raw.mtu ?? 0,
      isUp: (raw.flags ?? []).includes("UP"),
      hasCarrier: !(raw.flags ?? []).includes("NO-CARRIER"),
      bridge: raw.master,
      under: STACKED.test(raw.linkinfo?.info_kind ?? "") ? raw.link : undefined,
      vlan: raw.linkinfo?.info_kind === "vlan" ? numberIn(raw.linkinfo.info_data, "id") : undefined,
      addresses: global.map(text),
      ownAddresses: global.filter(({ dynamic, family }) => dynamic !== true || family === "inet").map(text),
      dynamicAddresses: global.filter(({ dynamic }) => dynamic === true).map(text),
      isOpenVSwitch: raw.linkinfo?.info_kind === "openvswitch",
      bridgeSettings: raw.linkinfo?.info_kind === "bridge" ? bridgeSettings(raw.linkinfo.info_data ?? {}) : undefined,
    };
  });
}

function numberIn(data: Readonly<Record<string, unknown>> | undefined, key: string): number | undefined {
  const value = data?.[key];
  return typeof value === "number" ? value : undefined;
}

/** The kernel counts in hundredths of a second. */
function bridgeSettings(data: Readonly<Record<string, unknown>>): BridgeSettings {
  const number = (key: string): number => numberIn(data, key) ?? 0;
  return {
    vlanFiltering: number("vlan_filtering") !== 0,
    stp: number("stp_state") !== 0,
    forwardDelaySeconds: number("forward_delay") / 100,
    helloTimeSeconds: number("hello_time") / 100,
    maxAgeSeconds: number("max_age") / 100,
    ageingSeconds: number("ageing_time") / 100,
    priority: number("priority"),
  };
}

/** The list that iproute2 printed. @throws OutputParseError */
export function printedList<T>(json: string, command: string): T[] {
  try {
    const parsed: unknown = JSON.parse(json.trim() === "" ? "[]" : json);
    if (Array.isArray(parsed))
      return (parsed as T[]).filter((entry) => entry !== null && Object.keys(entry as object).length > 0);
  } catch (cause) {
    throw new OutputParseError(`"${command}" did not print JSON.`, { cause });
  }
  throw new OutputParseError(`"${command}" did not print a list.`);
}
