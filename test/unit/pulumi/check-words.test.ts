/**
 * What check says of any value at any place: a sentence of ours, whatever zod's own texts are. The values are made at random; the
 * places are those that the schemas themselves name.
 */
import fc from "fast-check";
import type { z } from "zod";
import { faultsOf } from "../../../provider/pulumi/check-failures";
import type { Inside } from "../../../provider/pulumi/words/guess";
import { bridgeKind } from "../../../provider/resources/bridge/bridge.lifecycle";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { domuKind } from "../../../provider/resources/domu/domu.lifecycle";
import { installMediaKind } from "../../../provider/resources/install-media/install-media.lifecycle";
import { xenHostKind } from "../../../provider/resources/xen-host/xen-host.lifecycle";

type Kind = { readonly title: string; readonly inputs: z.ZodType; readonly spelled?: (property: string) => string };

/** Words of zod's own messages, in English. */
const ZODS =
  /Invalid|[Ee]xpected|received|Unrecognized|Too (small|big)|[Nn]on-empty|\bundefined\b|\bNaN\b|\barray\b|\bstring\b|\bboolean\b|regex|pattern|\bzod\b|has a form/;

type Path = readonly (string | number)[];

/** Every place that a schema has, lists and records by one entry; connections within connections once. */
function placesOf(schema: unknown, path: Path = [], depth = 0): Path[] {
  const { innerType, getter, options, shape, element, valueType } = (schema as { readonly def: Inside }).def;
  if (innerType !== undefined) return placesOf(innerType, path, depth);
  if (getter !== undefined) return depth > 4 ? [path] : placesOf(getter(), path, depth + 3);
  const below: [string | number, unknown][] = [
    ...Object.entries(shape ?? {}),
    ...(element === undefined ? [] : [[0, element] as [number, unknown]]),
    ...(valueType === undefined ? [] : [["key", valueType] as [string, unknown]]),
  ];
  return [
    path,
    ...(options ?? []).flatMap((option) => placesOf(option, path, depth + 1).slice(1)),
    ...below.flatMap(([key, member]) => placesOf(member, [...path, key], depth + 1)),
  ];
}

/** An object that has `value` at `path`, and nothing else. */
function only([first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  return typeof first === "number" ? [only(rest, value)] : { [first]: only(rest, value) };
}

const anything = fc.oneof(
  fc.string(),
  fc.constantFrom("", "~/x", "/", "10G", "198.51.100.7/24", "198.51.100.7", "a b", "::1", "x".repeat(300)),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(-1, 0, 0.5, 1e12, Number.MAX_SAFE_INTEGER),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<unknown>([], [[]], {}, [null], { unknown: 1 }, ["x", 1], { cidr: ["x"] }, { url: 1, path: 2 }),
);

const kinds: readonly Kind[] = [xenHostKind, bridgeKind, diskImageKind, installMediaKind, domuKind];

it.each(kinds.map((kind) => [kind.title, kind] as const))(
  "%s: any value at any place gets a sentence that names it, and none of zod's words",
  (_title, { inputs, spelled }) => {
    const places = placesOf(inputs).filter((path) => path.length > 0);
    expect(places.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.constantFrom(...places), anything, (path, value) => {
        for (const { property, reason } of faultsOf(inputs, only(path, value) as object, {
          ...(spelled === undefined ? {} : { spelled }),
        })) {
          // What was given may hold any word; what we say of it may not.
          const own = reason.replace(/^is (?:"(?:[^"\\]|\\.)*"|\S*|.*?), (?=but )/s, "").replace(/`[^`]*`/g, "");
          if (ZODS.test(own)) throw new Error(`${property}: ${reason}`);
          if (property === "" || !/[.?]$/.test(reason) || /\.\.$|\. \./.test(reason))
            throw new Error(`${property}: ${reason}`);
          if (/^(connection|disks\[\d+\]\.path)/.test(property) && spelled !== undefined)
            throw new Error(`not as it was written: ${property}`);
        }
      }),
      { numRuns: 4000 },
    );
  },
);

it("says of a wrong value in an object that is a secret as a whole that it is wrong, not that it is missing", () => {
  const raw = { name: "guest1", vfb: { vncPassword: "longer than VNC takes" } };
  const fault = faultsOf(domuKind.inputs, raw, { secrets: [["vfb"]] }).find(({ property }) =>
    property.startsWith("vfb"),
  );
  expect(fault).toEqual({
    property: "vfb.vncPassword",
    reason: "is [secret], but must be at most 8 characters long, since VNC takes no more of it.",
  });
});
