/** A guest's network interface in xl's words (xl-network-configuration(5)): `mac=…,bridge=…`. */
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
  /** Further keys as they stand: `model=e1000`. */
  readonly more: readonly string[];
}

const KEYS = ["mac", "bridge", "ip", "script", "rate", "vifname"] as const;

export function renderVifSpec(vif: VifSpec): string {
  const known = KEYS.flatMap((key) => (vif[key] === undefined ? [] : [`${key}=${vif[key]}`]));
  return [...known, ...vif.more].join(",");
}

export function parseVifSpec(text: string): VifSpec {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  const known: Partial<Record<(typeof KEYS)[number], string>> = {};
  const more: string[] = [];
  for (const part of parts) {
    const key = KEYS.find((name) => part.startsWith(`${name}=`) && known[name] === undefined);
    if (key === undefined) more.push(part);
    else known[key] = part.slice(key.length + 1);
  }
  return { ...known, more };
}
