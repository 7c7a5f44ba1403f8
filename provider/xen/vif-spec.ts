/** A guest's network interface in xl's words (xl-network-configuration(5)): `mac=…,bridge=…`. */
import { rateRefusal } from "./vif-rate";

export interface VifSpec {
  readonly mac?: string;
  readonly bridge?: string;
  /** The guest's address, for the host's scripts; it does not configure the guest. */
  readonly ip?: string;
  readonly script?: string;
  /** `10Mb/s@50ms`. */
  readonly rate?: string;
  /** At most 15 characters; default `vif<domid>.<n>`, another one after each reboot. */
  readonly vifname?: string;
  /** Further words as they stand, sorted: `model=e1000`. */
  readonly more: readonly string[];
}

const KEYS = ["mac", "bridge", "ip", "script", "rate", "vifname"] as const;

/** Six bytes with anything between them: xl asks only for one character, and reads capitals and single digits. */
const MAC =
  /^[ \t]*([0-9a-f]{1,2})(?:[^0-9a-fx+ \t]([0-9a-f]{1,2}))(?:[^0-9a-fx+ \t]([0-9a-f]{1,2}))(?:[^0-9a-fx+ \t]([0-9a-f]{1,2}))(?:[^0-9a-fx+ \t]([0-9a-f]{1,2}))(?:[^0-9a-fx+ \t]([0-9a-f]{1,2}))[ \t]*$/i;

export function renderVifSpec(vif: VifSpec): string {
  const known = KEYS.flatMap((key) => (vif[key] === undefined ? [] : [`${key}=${vif[key]}`]));
  return [...known, ...vif.more].join(",");
}

/**
 * As xl reads it (xl_parse.c, parse_nic_config): of two words with one key the last counts; blanks before a word are
 * nothing, behind it they are part of the value; what xl does not know it complains of and goes on.
 */
export function parseVifSpec(text: string): VifSpec {
  const known: Partial<Record<(typeof KEYS)[number], string>> = {};
  const more = new Map<string, string>();
  for (const part of text.split(",").filter(Boolean)) {
    const word = part.replace(/^ +/, "");
    const [, key = "", value = ""] = /^([a-z0-9_]+)=([^]*)$/.exec(word) ?? [];
    const ours = KEYS.find((name) => name === key);
    if (ours === "mac") known.mac = plainMac(value) ?? overwritten(known.mac, value);
    else if (ours !== undefined) known[ours] = value;
    else if (key === "netdev") more.set("gatewaydev", `gatewaydev=${value}`);
    else if (word === "trusted" || word === "untrusted") more.set("trusted", word);
    else if (MORE_KEYS.has(key) && (key !== "type" || value === "vif" || value === "ioemu")) more.set(key, word);
    else if (word !== "") more.set(`?${word}`, word);
  }
  return { ...known, more: [...more.values()].sort() };
}

/** Why xl refuses the interface, in its words. It refuses nothing but a rate. */
export function vifRefusal({ rate }: VifSpec): string | undefined {
  return rate === undefined ? undefined : rateRefusal(rate);
}

/** Of a MAC that it cannot read xl takes the bytes before the fault, and leaves the others as they were. */
function overwritten(before: string | undefined, text: string): string {
  return before === undefined ? text : `${before},mac=${text}`;
}

function plainMac(text: string): string | undefined {
  const bytes = MAC.exec(text)?.slice(1);
  return bytes === undefined ? undefined : bytes.map((byte) => byte.toLowerCase().padStart(2, "0")).join(":");
}

/** xl's other keys that have a value; those of COLO are read as words that we do not know. */
const MORE_KEYS: ReadonlySet<string> = new Set([
  "type",
  "gatewaydev",
  "backend",
  "model",
  "forwarddev",
  "devid",
  "mtu",
  "vlan",
]);
