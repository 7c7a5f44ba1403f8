/** The limit of an interface, `10Mb/s@50ms`: what xl refuses of it (libxlu_vif.c, xlu_vif_parse_rate). */

const UINT32 = 2n ** 32n;

/** xl's reason, or `undefined` where it takes the rate. */
export function rateRefusal(rate: string): string | undefined {
  const at = rate.indexOf("@");
  const bytes = at < 0 ? rate : rate.slice(0, at);
  const interval = at < 0 ? undefined : rate.slice(at + 1);
  const refuse = (reason: string, text: string): string => `config parsing error in vif: ${reason} in \`${text}'`;
  if (bytes === "") return refuse("no rate specified", rate);
  if (!/^[0-9]+[GMK]?[Bb]\/s$/.test(bytes)) return refuse("invalid rate", bytes);
  const amount = leading(bytes);
  if (amount === 0n || amount >= UINT32) return refuse("rate overflow", bytes);
  if (interval === undefined) return undefined;
  const [, unit = ""] = /^[0-9]+([mu]?s?)$/.exec(interval) ?? [undefined, "?"];
  if (unit === "?") return refuse("invalid replenishment interval", interval);
  const count = leading(interval);
  const micros = count * (unit === "s" || unit === "" ? 1_000_000n : unit.startsWith("m") ? 1000n : 1n);
  if (count === 0n || count >= UINT32 || micros >= UINT32) return refuse("replenishment interval overflow", interval);
  return undefined;
}

/** As strtoull reads it: a leading 0 makes it octal. */
function leading(text: string): bigint {
  const digits = /^(?:0[0-7]*|[1-9][0-9]*)/.exec(text)?.[0] ?? "0";
  return BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
}
