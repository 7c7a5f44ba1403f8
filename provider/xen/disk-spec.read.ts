/**
 * A disk's text, read by xl's own rules (libxlu_disk_l.l and libxlu_disk.c): at each place the rule that takes most
 * wins, the earlier of two that take the same. So `file:/a,ioemu:hda,w` is the disk hda, `hdc:cdrom` a CD drive, and
 * what stands behind the mode is a fault.
 *
 * `trusted`, `untrusted` and `grant_usage` are read from 4.19 on; an older xl takes them for the target or refuses them.
 */
import {
  type DiskText,
  Fault,
  type Saved,
  saveText,
  setAccess,
  setDeviceAndType,
  setFormat,
  setOneOf,
  setPort,
} from "./disk-spec.text";

interface State {
  readonly disk: DiskText;
  hasPrefix: boolean;
  isAccessSet: boolean;
}

/** @returns the disk, or xl's reason why it is none. */
export function readDiskText(text: string): { disk: DiskText } | { refused: string } {
  const state: State = {
    disk: { isReadOnly: false, isCdrom: false, switches: new Map() },
    hasPrefix: false,
    isAccessSet: false,
  };
  try {
    for (let at = 0; at < text.length; ) at += readWord(state, text, at);
    if (state.disk.vdev === undefined) throw new Fault("no vdev specified");
    if (state.disk.target === undefined && !state.disk.isCdrom)
      throw new Fault("no target specified (and device not removable)");
    // What is said twice is written once, in one order.
    state.disk.switches = new Map(
      SWITCHES.flatMap(([name]) => {
        const word = state.disk.switches.get(name);
        return word === undefined ? [] : [[name, word] as const];
      }),
    );
    return { disk: state.disk };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { refused: `config parsing error in disk specification: ${error.message} in \`${text}'` };
  }
}

/** Words that are a switch, by the thing they switch. */
const SWITCHES: readonly (readonly [string, RegExp])[] = [
  ["discard", /(?:no-)?discard,?/y],
  ["direct-io-safe", /direct-io-safe,?/y],
  ["trusted", /(?:un)?trusted,?/y],
  ["grant_usage", /grant_usage=[01],?/y],
  ["colo", /(?:no-)?colo,?/y],
];

type Act = (state: State, word: string) => void;

const save =
  (key: Saved): Act =>
  ({ disk }, word) =>
    saveText(disk, key, word.slice(word.indexOf("=") + 1));

/** In xl's order. The word is without the comma that ends it. */
const RULES: readonly (readonly [RegExp, Act])[] = [
  [/format=[^,]*,?/y, ({ disk }, word) => setFormat(disk, word.slice(7))],
  [/cdrom,?/y, ({ disk }) => void (disk.isCdrom = true)],
  [/devtype=cdrom,?/y, ({ disk }) => void (disk.isCdrom = true)],
  [/devtype=disk,?/y, ({ disk }) => void (disk.isCdrom = false)],
  [/access=[^,]*,?/y, ({ disk }, word) => setAccess(disk, word.slice(7))],
  [/backend=[^,]*,?/y, save("backend")],
  [
    /backendtype=[^,]*,?/y,
    ({ disk }, word) => setOneOf(disk, "backendtype", word, ["phy", "tap", "qdisk", "standalone"]),
  ],
  [/specification=[^,]*,?/y, ({ disk }, word) => setOneOf(disk, "specification", word, ["xen", "virtio"])],
  [/vdev=[^,]*,?/y, save("vdev")],
  [/script=[^,]*,?/y, save("script")],
  ...SWITCHES.map(([name, rule]): [RegExp, Act] => [rule, ({ disk }, word) => void disk.switches.set(name, word)]),
  [/colo-host=[^,]*,?/y, save("colo-host")],
  [/colo-port=[^,]*,?/y, ({ disk }, word) => setPort(disk, word.slice(10))],
  [/colo-export=[^,]*,?/y, save("colo-export")],
  [/active-disk=[^,]*,?/y, save("active-disk")],
  [/hidden-disk=[^,]*,?/y, save("hidden-disk")],
  [/target=[^\n]*/y, save("target")],
];

/** Faults of which xl shows the word with its comma. */
const UNKNOWN: readonly (readonly [RegExp, string])[] = [
  [/devtype=[^,]*,?/y, "unknown value for type"],
  [/[a-z][-a-z0-9]*=[^,],?/y, "unknown parameter"],
];

/** These look at the whole rest, so they win over a positional word; only the prefix is taken. */
const PREFIXES: readonly (readonly [RegExp, Act])[] = [
  [/(?:raw|qcow2?|vhd):[^\n]*/y, ({ disk }, prefix) => setFormat(disk, prefix)],
  [/(?:iscsi|e?nbd|drbd):[^\n]*/y, ({ disk }, prefix) => saveText(disk, "script", `block-${prefix}`)],
  [/(?:tapdisk|tap2?|aio|ioemu|file|phy):[^\n]*/y, () => undefined],
];
const UNKNOWN_PREFIX = /([a-z][a-z0-9]*:)(?:[^a-z0-9][^\n]*)?/y;
const BLANKS = /([ \t\n]+)(?:[^ \t\n][^\n]*)?/y;
const POSITION = /[^=,]*,|[^=,]+/y;

/** @returns how much of the text was taken. */
function readWord(state: State, text: string, at: number): number {
  let best = { size: 0, act: (): number => 0 };
  const offer = (rule: RegExp, act: (found: string) => number): void => {
    rule.lastIndex = at;
    const found = rule.exec(text)?.[0] ?? "";
    if (found.length > best.size) best = { size: found.length, act: () => act(found) };
  };
  const fail = (reason: string, near: string): never => {
    throw new Fault(reason, near);
  };
  offer(BLANKS, (found) => (/^[ \t\n]+/.exec(found)?.[0] ?? "").length);
  for (const [rule, act] of RULES)
    offer(rule, (found) => {
      act(state, withoutComma(found));
      return found.length;
    });
  for (const [rule, reason] of UNKNOWN) offer(rule, (found) => fail(reason, found));
  for (const [rule, act] of PREFIXES)
    offer(rule, (found) => {
      const prefix = found.slice(0, found.indexOf(":"));
      state.hasPrefix = true;
      act(state, prefix);
      return prefix.length + 1;
    });
  offer(UNKNOWN_PREFIX, (found) => fail("unknown deprecated disk prefix", found.slice(0, found.indexOf(":") + 1)));
  offer(POSITION, (found) => {
    setPosition(state, withoutComma(found));
    return found.length;
  });
  // A sign that fits nowhere; as the last of the text xl passes over it.
  if (best.size === 0) return at === text.length - 1 ? 1 : fail("bad disk syntax", text.slice(at).split("\n")[0] ?? "");
  return best.act();
}

function withoutComma(word: string): string {
  return word.endsWith(",") ? word.slice(0, -1) : word;
}

function setPosition(state: State, word: string): void {
  const { disk } = state;
  if (disk.target === undefined) saveText(disk, "target", word);
  else if (!state.hasPrefix && disk.format === undefined) {
    if (disk.target === "" && setDeviceAndType(disk, word)) disk.format = "empty";
    else setFormat(disk, word);
  } else if (disk.vdev === undefined) {
    if (!setDeviceAndType(disk, word)) saveText(disk, "vdev", word);
  } else if (!state.isAccessSet) {
    state.isAccessSet = true;
    setAccess(disk, word);
  } else throw new Fault("too many positional parameters", word);
}
