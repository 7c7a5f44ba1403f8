/** Of what a guest declares, that of which its host has only one: no other resource of the program may declare it as well. Pure. */
import type { Declaration } from "../../pulumi";

const own = "Give each its own.";

type Entry = Readonly<Record<string, unknown>>;

export function nameDeclared(name: unknown): Declaration[] {
  return [{ path: ["name"], kind: "guest", value: name, remedy: own }];
}

export function uuidDeclared(uuid: unknown): Declaration[] {
  return [{ path: ["uuid"], kind: "uuid", value: uuid, remedy: own }];
}

/** A guest that is declared as stopped leaves its images to others. */
export function imagesDeclared(disks: unknown, powerState: unknown, first: number): Declaration[] {
  if (powerState === "stopped") return [];
  return entries(disks).map(({ path, mode }, index) => ({
    path: ["disks", first + index, "path"],
    kind: "image",
    value: path,
    isShared: mode === "r",
    remedy: 'Give each its own, or let both only read it (`mode: "r"`).',
  }));
}

export function interfacesDeclared(vifs: unknown, first: number): Declaration[] {
  return entries(vifs).flatMap(({ mac, ip, bridge, vifname }, index) => {
    const at = (property: string) => ({ path: ["vifs", first + index, property], remedy: own });
    return [
      { ...at("mac"), kind: "mac", value: mac },
      // Bridges are networks of their own: one address may be in both of two.
      ...(typeof ip === "string" ? ip.split(" ") : [ip]).map((value) => ({
        ...at("ip"),
        kind: typeof bridge === "string" ? `ip on ${bridge}` : "ip of a routed interface",
        value,
      })),
      { ...at("vifname"), kind: "link", value: vifname },
    ];
  });
}

export function screenDeclared(vfb: unknown): Declaration[] {
  const [{ vnc, vncDisplay }] = [...entries([vfb]), {}] as [Entry];
  return vnc === false ? [] : [{ path: ["vfb", "vncDisplay"], kind: "display", value: vncDisplay, remedy: own }];
}

function entries(list: unknown): Entry[] {
  return Array.isArray(list)
    ? list.map((entry: unknown) => (typeof entry === "object" && entry !== null ? (entry as Entry) : {}))
    : [];
}
