/** In which VLANs the links of a running guest are, and what of ours puts them there, asked of the host. Pure. */
import { CommandError } from "../../errors";
import { printedList } from "../../host/network/links";
import { type LinkVlans, type RawVlans, linkVlans } from "../../host/network/vlans";
import { type Answer, type ShellText, sh } from "../../shell";
import type { VifVlans } from "./domu.shall";
import type { GuestVlans } from "./domu.guest";
import { SCRIPT_NAME, VLANS_NAME, vifVlans } from "./domu.vlans";

/** Asks of nothing where the guest's folder has no VLANs. Expects `folder`. */
export const sayVlans: ShellText = sh`if [ -f "$folder"/${VLANS_NAME} ]; then
  say_file vlans.file "$folder"/${VLANS_NAME}
  if [ -f "$folder"/${SCRIPT_NAME} ]; then say vlans.script "$(sha256sum <"$folder"/${SCRIPT_NAME})"; fi
  if command -v bridge >/dev/null 2>&1; then say_cmd vlans.bridge bridge -j -compressvlans vlan show; fi
  if command -v ovs-vsctl >/dev/null 2>&1; then say_cmd vlans.ovs ovs-vsctl --timeout=30 --format=json --columns=name,tag,trunks,vlan_mode list Port; fi
fi`;

/** A running guest's interface: its address, its link on the host, the bridge that it is to be in. */
export interface VifLink {
  readonly mac?: string;
  readonly link?: string;
  readonly bridge?: string;
}

/** `filters`: does the bridge of this name? Where it does not, nobody is in a VLAN. @throws CommandError where the host does not tell. */
export function readVlans(
  answer: Answer,
  vifs: readonly VifLink[],
  filters: (bridge: string) => boolean,
): GuestVlans | undefined {
  const file = answer.get("vlans.file");
  if (file === undefined) return undefined;
  const bridged = linkVlans(said(answer, "vlans.bridge", (text) => printedList<RawVlans>(text, "bridge -j vlan show")));
  // Where all are on bridges of Linux, it does not matter that Open vSwitch is down.
  const isSwitched = vifs.some(({ link = "" }) => !bridged.has(link));
  const switched = ovsVlans(isSwitched ? said(answer, "vlans.ovs", ovsRows) : []);
  const running = vifs.flatMap(({ mac = "", link = "", bridge = "" }) => {
    const own = bridged.get(link);
    const found = own === undefined ? switched.get(link) : filters(bridge) ? ofLink(own) : undefined;
    return found === undefined ? [] : [[mac, found] as const];
  });
  return { file, script: answer.get("vlans.script")?.split(" ", 1)[0]?.trim(), running: new Map(running) };
}

function said<T>(answer: Answer, key: string, read: (text: string) => T[]): T[] {
  const ended = answer.get(`${key}.rc`);
  if (ended === undefined) return [];
  if (ended === "0") return read(answer.need(key));
  throw new CommandError(`The host does not tell the VLANs of its links: ${(answer.get(`${key}.err`) ?? "").trim()}.`, {
    hint: "Look at `bridge -j vlan show` on it, and at `ovs-vsctl show` where Open vSwitch is installed.",
  });
}

/** What comes in without a tag goes out without one: whatever else somebody has set shows as a difference. */
function ofLink({ pvid, untagged, tagged }: LinkVlans): VifVlans {
  const others = untagged.filter((id) => id !== pvid);
  return vifVlans(pvid, [...tagged, ...others]);
}

interface OvsPort {
  readonly name: string;
  readonly tag: number | undefined;
  readonly trunks: readonly number[];
  readonly mode: string | undefined;
}

/** ovs-vsctl(8), "--format=json": an empty column is an empty set, one value stands for itself. */
function ovsRows(text: string): OvsPort[] {
  const printed = JSON.parse(text) as { readonly data?: readonly (readonly unknown[])[] };
  const values = (column: unknown): unknown[] =>
    Array.isArray(column) && column[0] === "set" ? (column[1] as unknown[]) : [column];
  return (printed.data ?? []).map(([name, tag, trunks, mode]) => ({
    name: String(name),
    tag: values(tag).map(Number)[0],
    trunks: values(trunks).map(Number),
    mode: values(mode).map(String)[0],
  }));
}

function ovsVlans(ports: readonly OvsPort[]): ReadonlyMap<string, VifVlans> {
  return new Map(
    ports.map(({ name, tag, trunks, mode }) => {
      // Of one with a tag and no mode the trunks do not count (ovs-vswitchd.conf.db(5)).
      const isAccess = mode === "access" || (mode === undefined && tag !== undefined);
      return [name, vifVlans(mode === "trunk" ? undefined : tag, isAccess ? [] : trunks)] as const;
    }),
  );
}
