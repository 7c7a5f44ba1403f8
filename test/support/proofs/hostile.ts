/** Texts that want to be more than text, in whatever language they end up: shell, xl.cfg, GRUB, interfaces, preseed, SQL of life. */
import fc from "fast-check";
import type { StringPlace } from "./schema-strings";

/** `canary` is a command of the recording host: that it ran is seen. */
export const HOSTILE = [
  "$(canary)",
  "`canary`",
  "; canary;",
  "&& canary #",
  "| canary",
  "a\ncanary\n",
  "a\r\ncanary",
  "\\\ncanary",
  "' ; canary ; '",
  "'\\''; canary; '\\''",
  '"; canary; "',
  '$(canary >/dev/null)\'$(canary)"$(canary)"',
  "-rf",
  "--help",
  "-",
  "../../../etc/passwd",
  "/../../etc",
  "'",
  '"',
  "''",
  "\\",
  "\\\\",
  "ends with \\",
  "\\n\\0101\\c",
  "$HOME ${PATH} $((1+1)) $'x'",
  "* ? [a-z] ~ ~root",
  "!! !1",
  "# comment",
  "%s %n %d %%",
  "ä€𝔘\u202e\u2028\u0085",
  "a".repeat(255),
  "nul\0byte",
  "\t\u0007\u001b[31m",
  " leads",
  "trails ",
  "EOF",
  "<<EOF",
  '", "evil", "',
  '"]\nevil = "1',
  "'] ; evil = '1",
  "a,b=c,d",
  "key=value",
  "http://$(canary)/`canary`;canary|'\"{a,b}[1-9]",
  "http://a/?x='&y=\"<>\\^%0a",
  "{mediaUrl",
  "kernel /canary\nset root=evil",
  "d-i evil string x",
  "auto evil\niface evil inet manual\n  up canary",
];

/** What the places let through: of the texts above, and of their own pattern. */
export function hostileFor(places: readonly StringPlace[]): fc.Arbitrary<string> {
  const accepts = (text: string): boolean => places.some((place) => place.accepts(text));
  const fromPool = HOSTILE.filter(accepts);
  const longest = [1024, 255, 64, 63, 62, 15].map((length) => "a".repeat(length)).find(accepts);
  const own = places.flatMap(({ matching }) => (matching === undefined ? [] : [matching.filter(accepts)]));
  const arbitraries = [
    ...(fromPool.length === 0 ? [] : [fc.constantFrom(...fromPool), fc.constantFrom(...fromPool)]),
    ...(longest === undefined ? [] : [fc.constant(longest)]),
    ...own,
    // A place without a pattern takes anything: mixtures of the above too.
    ...(own.length > 0
      ? []
      : [
          fc
            .array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 3 })
            .map((parts) => parts.join(""))
            .filter(accepts),
        ]),
  ];
  return fc.oneof(...arbitraries);
}
