/**
 * Normal forms of addresses, so that spellings that mean the same compare as equal: `FD00:0::1` and `fd00::1`. A text that
 * is no address stays as it is. Pure; own code, because the rooms below `remote` do not import node:net.
 */

/** As iproute2 prints it: RFC 5952, an embedded IPv4 address with dots. */
export function normalAddress(text: string): string {
  const words = text.includes(":") ? wordsOf(text) : undefined;
  return words === undefined ? text : renderWords(words);
}

/** The address's normal form with its prefix length: `FD00::1/064` and `fd00::1/64` are one. */
export function normalCidr(text: string): string {
  const at = text.lastIndexOf("/");
  if (at < 0) return normalAddress(text);
  const length = text.slice(at + 1);
  return `${normalAddress(text.slice(0, at))}/${/^\d{1,3}$/.test(length) ? Number(length) : length}`;
}

/** A network in its normal form, as routes name it: host bits are none of it, and a host is one of 32 or 128 bits. `default` stays. */
export function normalNetwork(text: string): string {
  const [address = "", given] = text.split("/", 2);
  const ofIPv4 = ipv4Bytes(address);
  const words = ofIPv4 === undefined ? wordsOf(address) : ofIPv4;
  if (words === undefined) return text;
  const [size, total] = ofIPv4 === undefined ? [16, 128] : [8, 32];
  const length = given === undefined ? total : Number(given);
  if (!Number.isInteger(length) || length < 0 || length > total) return text;
  if (length === 0) return "default";
  const masked = words.map((word, at) => {
    const bits = Math.min(size, Math.max(0, length - at * size));
    return word & ((2 ** bits - 1) << (size - bits));
  });
  return `${ofIPv4 === undefined ? renderWords(masked) : masked.join(".")}/${length}`;
}

/** Is the address in the network of this one, or in this network? */
export function isInNetwork(address: string, cidr: string): boolean {
  const length = cidr.split("/")[1];
  return length !== undefined && normalNetwork(`${address}/${length}`) === normalNetwork(cidr);
}

/** The IPv4 network of an address with its prefix length, where it has room for others: `10.9.0.1/24` gives `10.9.0.0/24`. */
export function ipv4NetworkOf(cidr: string): string | undefined {
  const network = normalNetwork(cidr);
  return /^[\d.]+\/([1-9]|[12]\d|3[01])$/.test(network) ? network : undefined;
}

/** An IPv4 address as a number, by which addresses are compared; `undefined` for what is none. */
export function ipv4Number(address: string): number | undefined {
  return ipv4Bytes(address)?.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Is it a host's address in the network of this one: `10.9.0.7` in that of `10.9.0.1/24`, its first and last address not? */
export function isInIpv4Network(address: string, cidr: string): boolean {
  const network = ipv4NetworkOf(cidr);
  const [start = "", length] = network?.split("/") ?? [];
  const [number, first] = [ipv4Number(address), ipv4Number(start)];
  if (number === undefined || first === undefined) return false;
  const size = 2 ** (32 - Number(length));
  return size === 2 ? number - first >= 0 && number - first < 2 : number > first && number < first + size - 1;
}

/** The eight 16-bit words of an IPv6 address; `undefined` for what is none. */
function wordsOf(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map(groupsOf);
  if (left === undefined) return undefined;
  if (halves.length === 1) return left.length === 8 ? left : undefined;
  if (right === undefined || left.length + right.length > 7) return undefined;
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

function groupsOf(half: string): number[] | undefined {
  if (half === "") return [];
  const groups = half.split(":");
  const words: number[] = [];
  for (const [at, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) words.push(Number.parseInt(group, 16));
    else {
      const bytes = at === groups.length - 1 ? ipv4Bytes(group) : undefined;
      if (bytes === undefined) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      words.push(a * 256 + b, c * 256 + d);
    }
  }
  return words;
}

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split(".");
  const isWhole = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isWhole ? parts.map(Number) : undefined;
}

function renderWords(words: readonly number[]): string {
  const run = longestRunOfZeros(words);
  // inet_ntop of glibc: what is IPv4-mapped, and what is IPv4-compatible with more than its last word.
  const isEmbedded = run.at === 0 && (run.length === 6 || (run.length === 5 && words[5] === 0xffff));
  const [high = 0, low = 0] = words.slice(6);
  const dotted = `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  const hex = words.map((word) => word.toString(16));
  const shown = isEmbedded ? [...hex.slice(0, 6), dotted] : hex;
  if (run.length < 2) return shown.join(":");
  return `${shown.slice(0, run.at).join(":")}::${shown.slice(run.at + run.length).join(":")}`;
}

/** The first of the longest ones. */
function longestRunOfZeros(words: readonly number[]): { at: number; length: number } {
  let longest = { at: 0, length: 0 };
  for (let at = 0; at < words.length; at += 1) {
    const end = words.findIndex((word, index) => index >= at && word !== 0);
    const length = (end < 0 ? words.length : end) - at;
    if (length > longest.length) longest = { at, length };
  }
  return longest;
}
