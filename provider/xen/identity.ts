/** Identities of a guest, derived, so that they are known in a preview and the same each time. */
import { createHash } from "node:crypto";

/** `8-4-4-4-12` lower-case hexadecimal digits. */
export const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const MAC_PATTERN = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/** Only for this derivation; changing it would give every guest another uuid. */
const NAMESPACE = "pulumi-xen/domu";

/** A uuid (version 8, "vendor specific", RFC 9562) of the host as the user names it and the guest's name. */
export function deriveUuid(host: string, name: string): string {
  const digits = createHash("sha256").update(`${NAMESPACE}\0${host}\0${name}`).digest("hex").slice(0, 32).split("");
  digits[12] = "8";
  digits[16] = "89ab"[Number.parseInt(digits[16] ?? "0", 16) % 4] ?? "8";
  const text = digits.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/**
 * The MAC of a guest's n-th interface, in Xen's own range 00:16:3e:00:00:00 to 00:16:3e:7f:ff:ff.
 * Without one xl makes a random one at each create.
 */
export function deriveMac(uuid: string, index: number): string {
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(`${uuid}\0vif\0${index}`).digest();
  return ["00", "16", "3e", ...[a & 0x7f, b, c].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}
