/** Every place of a zod schema where a string may stand, by its path: `disks[].path`, `extraConfig{}`, `extraConfig{key}`. */
import fc from "fast-check";
import type { z } from "zod";

export interface StringPlace {
  readonly path: string;
  readonly accepts: (text: string) => boolean;
  /** What the place's own pattern lets through, where it has one. */
  readonly matching: fc.Arbitrary<string> | undefined;
}

interface Def {
  readonly type: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly checks?: readonly {
    readonly _zod: { readonly def: { readonly format?: string; readonly pattern?: RegExp } };
  }[];
}

/** Kinds of schema that hold no string of the user's own. */
const WITHOUT_TEXT = ["number", "int", "boolean", "enum", "literal", "undefined", "null"];

/**
 * @throws Error for a kind of schema that it does not know: then it cannot tell whether there is a string in it.
 */
function stringPlaces(schema: z.ZodType, path = ""): StringPlace[] {
  const def = (schema as unknown as { _zod: { def: Def } })._zod.def;
  const below = (child: z.ZodType | undefined, at: string): StringPlace[] =>
    child === undefined ? [] : stringPlaces(child, at);
  switch (def.type) {
    case "string":
      return [{ path, accepts: (text) => schema.safeParse(text).success, matching: matching(def) }];
    case "object":
      return Object.entries(def.shape ?? {}).flatMap(([key, child]) =>
        stringPlaces(child, path === "" ? key : `${path}.${key}`),
      );
    case "optional":
    case "nullable":
    case "default":
    case "readonly":
      return below(def.innerType, path);
    // What holds itself is looked into once.
    case "lazy":
      return /(\w+)\.\1$/.test(path) ? [] : below(def.getter?.(), path);
    case "array":
      return below(def.element, `${path}[]`);
    case "record":
      return [...below(def.keyType, `${path}{key}`), ...below(def.valueType, `${path}{}`)];
    case "union":
      return (def.options ?? []).flatMap((option) => stringPlaces(option, path));
    default:
      if (WITHOUT_TEXT.includes(def.type)) return [];
      throw new Error(`${path}: a schema of type "${def.type}" is not known here. Does a string go through it?`);
  }
}

function matching({ format, checks = [] }: Def): fc.Arbitrary<string> | undefined {
  if (format === "ipv4") return fc.ipV4();
  if (format === "ipv6") return fc.ipV6();
  if (format === "cidrv4") return fc.tuple(fc.ipV4(), fc.nat(32)).map(([ip, length]) => `${ip}/${length}`);
  if (format === "cidrv6") return fc.tuple(fc.ipV6(), fc.nat(128)).map(([ip, length]) => `${ip}/${length}`);
  const pattern = checks.map(({ _zod }) => _zod.def).find((check) => check.format === "regex")?.pattern;
  return pattern === undefined ? undefined : fc.stringMatching(new RegExp(pattern.source));
}

/** The places of a schema with those of one path together: what any of them accepts is accepted. */
export function placesByPath(schema: z.ZodType): Map<string, readonly StringPlace[]> {
  const places = new Map<string, readonly StringPlace[]>();
  for (const place of stringPlaces(schema)) places.set(place.path, [...(places.get(place.path) ?? []), place]);
  return places;
}
