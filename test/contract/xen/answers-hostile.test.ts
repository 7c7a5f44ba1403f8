/** Hostile texts in every option of every answer file: each is refused by the option's name, or stands in the file as it was given. */
import { FORMATS, type Format, fullOptions, leastOptions, made } from "../../support/answer-samples";
import { judge } from "../../support/answers-judges";
import { type Held, readerOf } from "../../support/answers-judges/held";
import { itWith } from "../../support/answers-judges/it-with";
import { HOSTILE } from "../../support/proofs/hostile";

jest.setTimeout(300_000);

const pykickstart = judge("pykickstart");
const yaml = judge("yaml");

/** Where texts of the user's may stand, how they get there, and what is read of the file there. */
const PLACES: readonly (readonly [string, (texts: readonly string[]) => object, (held: Held) => unknown])[] = [
  ["hostname", ([text]) => ({ hostname: text, domain: "" }), ({ hostname }) => [hostname]],
  ["timezone", ([text]) => ({ timezone: text }), ({ timezone }) => [timezone]],
  ["rootPasswordHash", ([text]) => ({ rootPasswordHash: text }), ({ rootPassword }) => [rootPassword]],
  ["user.name", ([text]) => ({ user: { name: text } }), ({ userName }) => [userName]],
  ["locale", ([text]) => ({ locale: text }), ({ locale }) => [locale]],
  ["keymap", ([text]) => ({ keymap: text }), ({ keymap }) => [keymap]],
];
const LISTS: typeof PLACES = [
  ["packages[0]", (packages) => ({ packages }), ({ packages }) => packages],
  ["lateCommands[0]", (lateCommands) => ({ lateCommands }), ({ commands }) => commands],
  ["authorizedKeys[0]", keyed, ({ keys }) => keys],
];

const KEY_BEGIN = "ssh-ed25519 AAAA ";

function keyed(texts: readonly string[]): object {
  const authorizedKeys = texts.map((text) => `${KEY_BEGIN}${text}`);
  return { authorizedKeys, user: { name: "op", authorizedKeys } };
}

/** Besides the texts of all proofs: what means something in YAML, XML and kickstart. */
const ODD = [
  ...HOSTILE,
  ...["yes", "null", "1e3", "0x10", "~", "@core", "%end", "%include /etc/passwd", "]]>", "&amp;", "</source>"],
  ...["-- x", ": y", "key: [v", "- a", "*a", "&b", "!c"],
];

describe.each(FORMATS)("a hostile text in answers.%s", (format: Format) => {
  const reader = readerOf(format, { pykickstart, yaml });
  itWith(
    reader.what,
    reader.judge,
    "is refused by the name of its option, or is what it was for whoever reads the file",
    () => {
      const known = Object.keys(fullOptions[format]);
      // Ubuntu's installer takes keys of its user alone.
      const isThere = ([option]: (typeof PLACES)[number]): boolean =>
        known.includes(option.replace(/[.[].*/, "")) || option.startsWith("authorizedKeys");
      const taken = (option: string, options: (texts: readonly string[]) => object): readonly string[] =>
        ODD.filter((text) => {
          const refusal = refusalOf(format, optionsWith(format, options([text])));
          if (refusal === undefined) return true;
          expect(refusal).toContain(`xen.answers.${format}: `);
          expect(refusal).toContain(option.replace(/^authorizedKeys/, "uthorizedKeys"));
          if (option === "rootPasswordHash") expect(refusal).toContain("rootPasswordHash is [secret]");
          return false;
        });
      const single = PLACES.filter(isThere).flatMap(([option, with_, back]) =>
        taken(option, with_).map((text) => ({ option, texts: [text], back, options: with_([text]) })),
      );
      const lists = LISTS.filter(isThere).map(([option, with_, back]) => {
        const texts = taken(option, with_);
        return { option, texts, back, options: with_(texts) };
      });
      // Free texts are not refused for being odd.
      for (const { option, texts } of lists) if (option !== "packages[0]") expect(texts.length).toBeGreaterThan(30);
      const all = [...single, ...lists];
      const helds = reader.read(all.map(({ options }) => made(format, optionsWith(format, options)).content));
      all.forEach(({ option, texts, back }, index) => {
        const expected = option.startsWith("authorizedKeys")
          ? texts.map((text) => `${KEY_BEGIN}${text}`.trimEnd())
          : texts;
        const found = back(helds[index] as Held) as readonly string[];
        // Of packages and commands some are the format's own; pykickstart sorts packages.
        const ours =
          option === "packages[0]" ? texts.filter((text) => found.includes(text)) : found.slice(-texts.length);
        expect([option, ours]).toEqual([option, expected]);
      });
    },
  );
});

/** The least that the format wants, with these; what the format has no option for is left out. */
function optionsWith(format: Format, more: object): object {
  const known = Object.keys(fullOptions[format]);
  const taken = Object.fromEntries(Object.entries(more).filter(([name]) => known.includes(name)));
  return { ...leastOptions[format], ...taken };
}

function refusalOf(format: Format, options: object): string | undefined {
  try {
    made(format, options);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as Error).message;
  }
}
