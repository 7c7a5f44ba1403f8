import { isIPv6 } from "node:net";
import fc from "fast-check";
import { normalAddress, normalCidr, normalNetwork } from "../../../../provider/host/network/addresses";

test.each([
  ["FD00:0::1", "fd00::1"],
  ["fd00:0000:0000:0000:0000:0000:0000:0001", "fd00::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["0:0:0:0:0:0:0:0", "::"],
  ["0::1", "::1"],
  ["FE80::", "fe80::"],
  ["::FFFF:198.51.100.7", "::ffff:198.51.100.7"],
  ["::ffff:c633:6407", "::ffff:198.51.100.7"],
  ["64:ff9b::198.51.100.7", "64:ff9b::c633:6407"],
  ["198.51.100.7", "198.51.100.7"],
])("%s is written %s", (given, normal) => {
  expect(normalAddress(given)).toBe(normal);
});

test.each([
  "",
  ":",
  ":::",
  "1::2::3",
  "fd00::12345",
  "fd00::g",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7::8:9",
  "eth0",
  "::1.2.3",
])("what is no address stays as it is: %j", (text) => {
  expect(normalAddress(text)).toBe(text);
});

test("a prefix length keeps its number, whatever its zeros", () => {
  expect(normalCidr("FD00::0001/064")).toBe("fd00::1/64");
  expect(normalCidr("198.51.100.7/24")).toBe("198.51.100.7/24");
  expect(normalCidr("198.51.100.7/255.255.255.0")).toBe("198.51.100.7/255.255.255.0");
});

/** A spelling of the eight words, by a few choices. */
function spelled(words: readonly number[], upper: boolean, zeros: boolean, from: number, length: number): string {
  const hex = words.map((word) => {
    const text = zeros ? word.toString(16).padStart(4, "0") : word.toString(16);
    return upper ? text.toUpperCase() : text;
  });
  const isRun = length > 0 && from + length <= 8 && words.slice(from, from + length).every((word) => word === 0);
  return isRun ? `${hex.slice(0, from).join(":")}::${hex.slice(from + length).join(":")}` : hex.join(":");
}

test("all spellings of an IPv6 address have one normal form, which is that address", () => {
  const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  const spelling = fc.tuple(fc.boolean(), fc.boolean(), fc.nat({ max: 7 }), fc.nat({ max: 8 }));
  fc.assert(
    fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), spelling, spelling, (words, one, other) => {
      const [a, b] = [spelled(words, ...one), spelled(words, ...other)];
      const normal = normalAddress(a);
      expect(normalAddress(b)).toBe(normal);
      expect(normalAddress(normal)).toBe(normal);
      expect(isIPv6(normal)).toBe(true);
      // Another's parser: the address in a URL has a form of its own.
      expect(new URL(`http://[${normal}]/`).hostname).toBe(new URL(`http://[${a}]/`).hostname);
    }),
    { numRuns: 2_000 },
  );
});

describe("a network as routes name it", () => {
  it.each([
    ["203.0.113.5", "203.0.113.5/32"],
    ["203.0.113.5/32", "203.0.113.5/32"],
    ["10.9.5.7/16", "10.9.0.0/16"],
    ["10.255.255.255/9", "10.128.0.0/9"],
    ["0.0.0.0/0", "default"],
    ["::/0", "default"],
    ["default", "default"],
    ["2001:DB8:7:0:1::/48", "2001:db8:7::/48"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["fe80::ffff:1/121", "fe80::ffff:0/121"],
    ["not a network", "not a network"],
  ])("%s is %s", (text, normal) => {
    expect(normalNetwork(text)).toBe(normal);
  });
});
