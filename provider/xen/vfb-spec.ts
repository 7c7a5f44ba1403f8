/** A paravirtualised frame buffer in xl's words (xl.cfg(5), PVFB): `vnc=1,vnclisten=127.0.0.1`. */
export interface VfbSpec {
  readonly vnc?: boolean;
  /** Default 127.0.0.1: reach it through SSH. */
  readonly vncListen?: string;
  /** The port is 5900 plus this. */
  readonly vncDisplay?: number;
  /** Take a free display instead. */
  readonly vncUnused?: boolean;
  /** Empty or absent: no authentication. Stands in clear text in the configuration file. */
  readonly vncPassword?: string;
  /** Further words, sorted: `keymap=de`. Behind them, as it stood, what xl does not read. */
  readonly more: readonly string[];
}

export function renderVfbSpec(vfb: VfbSpec): string {
  const flag = (value: boolean): string => (value ? "1" : "0");
  return [
    ...(vfb.vnc === undefined ? [] : [`vnc=${flag(vfb.vnc)}`]),
    ...(vfb.vncListen === undefined ? [] : [`vnclisten=${vfb.vncListen}`]),
    ...(vfb.vncDisplay === undefined ? [] : [`vncdisplay=${vfb.vncDisplay}`]),
    ...(vfb.vncUnused === undefined ? [] : [`vncunused=${flag(vfb.vncUnused)}`]),
    ...(vfb.vncPassword === undefined ? [] : [`vncpasswd=${vfb.vncPassword}`]),
    ...vfb.more,
  ].join(",");
}

/**
 * As xl reads it (xl_parse.c): of two words with one key the last counts, numbers are what stands before the first
 * character that is no digit, and from a word without `=` on nothing is read.
 */
export function parseVfbSpec(text: string): VfbSpec {
  const spec: { -readonly [K in keyof VfbSpec]: VfbSpec[K] } = { more: [] };
  const more = new Map<string, string>();
  const parts = text.split(",").filter(Boolean);
  const end = parts.findIndex((part) => !part.includes("="));
  const read = end < 0 ? parts : parts.slice(0, end);
  for (const part of read.map((word) => word.replace(/^ +/, ""))) {
    const at = part.indexOf("=");
    const [key, value] = [part.slice(0, at), part.slice(at + 1)];
    if (key === "vnc") spec.vnc = leadingNumber(value) !== 0;
    else if (key === "vncunused") spec.vncUnused = leadingNumber(value) !== 0;
    else if (key === "vnclisten") spec.vncListen = value;
    else if (key === "vncpasswd") spec.vncPassword = value;
    else if (key === "vncdisplay") spec.vncDisplay = leadingNumber(value);
    else if (key === "sdl" || key === "opengl") more.set(key, `${key}=${leadingNumber(value) === 0 ? 0 : 1}`);
    else if (key === "keymap" || key === "display" || key === "xauthority") more.set(key, part);
    else more.set(`?${part}`, part);
  }
  return { ...spec, more: [...[...more.values()].sort(), ...(end < 0 ? [] : parts.slice(end))] };
}

/** C's atoi. */
function leadingNumber(text: string): number {
  return Number(/^[ \t\n\v\f\r]*([+-]?[0-9]{1,9})/.exec(text)?.[1] ?? 0) + 0;
}
