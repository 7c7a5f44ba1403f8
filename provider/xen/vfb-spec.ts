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
  /** Further keys as they stand: `keymap=de`. */
  readonly more: readonly string[];
}

const BOOLEANS = { vnc: "vnc", vncUnused: "vncunused" } as const;

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

export function parseVfbSpec(text: string): VfbSpec {
  const spec: { -readonly [K in keyof VfbSpec]: VfbSpec[K] } = { more: [] };
  const more: string[] = [];
  for (const part of text.split(",").map((entry) => entry.trim())) {
    const [, key = "", value = ""] = /^(\w+)=(.*)$/s.exec(part) ?? [];
    const isFlag = value === "0" || value === "1";
    if (key === BOOLEANS.vnc && isFlag && spec.vnc === undefined) spec.vnc = value === "1";
    else if (key === BOOLEANS.vncUnused && isFlag && spec.vncUnused === undefined) spec.vncUnused = value === "1";
    else if (key === "vnclisten" && spec.vncListen === undefined) spec.vncListen = value;
    else if (key === "vncpasswd" && spec.vncPassword === undefined) spec.vncPassword = value;
    else if (key === "vncdisplay" && /^\d+$/.test(value) && spec.vncDisplay === undefined)
      spec.vncDisplay = Number(value);
    else if (part !== "") more.push(part);
  }
  return { ...spec, more };
}
