/**
 * Guests of a bridge without ports get their addresses from the host: by a dnsmasq of this bridge alone, with a file of ours and no other,
 * and a program that starts it at each boot and again where it ends. Those of the host, of libvirt or of another bridge go on beside it.
 * dnsmasq(8). Shell text; pure.
 *
 *   folder/dnsmasq.conf     what it is to give
 *   folder/dnsmasq.leases   what it has given
 *   folder/dnsmasq.log      what it said last
 *   folder/guest-dhcp.sh    starts it
 */
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";
import { saidWord } from "../owned-folder";
import { atBoot, notAtBoot } from "../services/init-systems";
import { ipv4Number, isInIpv4Network } from "./addresses";

/** What guests on a bridge are given. */
export interface GuestDhcp {
  /** The first address that is given, such as `10.9.0.100`. A change: live. */
  readonly from: string;
  /** The last address that is given, in the same network. A change: live. */
  readonly to: string;
  /** So long an address is a guest's, in seconds, at least 120. Default: 3600. A change: live, for leases from then on. */
  readonly leaseSeconds?: number | undefined;
  /** The name servers that guests are told, IPv4 addresses. Default: with `nat` the host itself, which asks its own; else none. A change: live. */
  readonly dns?: readonly string[] | undefined;
}

export interface GuestDhcpPlace {
  readonly bridge: string;
  /** Ours on the host: `/var/lib/pulumi-xen/bridge/br0`. */
  readonly folder: string;
}

/** The bridge that it is given on. */
export interface Ground {
  /** The host's addresses on it, with prefix lengths. */
  readonly cidrs: readonly string[];
  /** Guests reach the outside by it. */
  readonly isWayOut: boolean;
}

/** What a host shows of it. */
export interface SeenGuestDhcp {
  readonly canBe: boolean;
  /** The file of ours; absent: there is none. */
  readonly config: string | undefined;
  readonly runs: boolean;
}

export const LEASE_SECONDS = 3600;

const functions = libraryText(__dirname, "guest-dhcp.sh");
const say = libraryText(__dirname, "say-guest-dhcp.sh");
const start = libraryText(__dirname, "start-guest-dhcp.sh");
const stop = libraryText(__dirname, "stop-guest-dhcp.sh");

export function sayGuestDhcp({ folder }: GuestDhcpPlace): ShellText {
  return lines([sh`dhcp_folder=${folder}`, functions, say]);
}

export function readGuestDhcp(answer: Answer): SeenGuestDhcp {
  return {
    canBe: saidWord(answer, "guest-dhcp.dnsmasq", ["yes", "no"]) === "yes",
    config: answer.get("guest-dhcp.config"),
    runs: saidWord(answer, "guest-dhcp.runs", ["yes", "no"]) === "yes",
  };
}

/** `isWhole`: it runs, and gives what `given` says on this ground. `undefined`: there is none. */
export function guestDhcpOf(
  place: GuestDhcpPlace,
  { config, runs }: SeenGuestDhcp,
  ground: Ground,
): { given: GuestDhcp; isWhole: boolean } | undefined {
  // One whose file somebody has removed goes on with what it has read.
  if (config === undefined && !runs) return undefined;
  const given = parseGuestDhcp(config ?? "", ground);
  return { given, isWhole: runs && config === renderGuestDhcp(place, given, ground) };
}

/** `isForBoot`: each boot starts it. */
export function setGuestDhcp(
  place: GuestDhcpPlace,
  given: GuestDhcp,
  ground: Ground,
  { isForBoot = true } = {},
): ShellText {
  const { bridge, folder } = place;
  const [config, program] = [`${folder}/dnsmasq.conf`, programOf(place)];
  return lines([
    sh`dhcp_folder=${folder} dhcp_bridge=${bridge}`,
    functions,
    stop,
    sh`printf %s ${renderGuestDhcp(place, given, ground)} >${`${config}.new`}
dnsmasq --test --conf-file=${`${config}.new`} >${`${folder}/dnsmasq.log`} 2>&1 ||
  die ${`dnsmasq does not take what it is to give guests on ${bridge}: `}"$(tail -n 1 ${`${folder}/dnsmasq.log`})"
replace_whole ${config}
printf %s ${programText(place)} >${`${program}.new`}
replace_whole ${program}`,
    isForBoot ? dhcpAtBoot(place) : notAtBoot(hookOf(place)),
    start,
  ]);
}

function dhcpAtBoot(place: GuestDhcpPlace): ShellText {
  return atBoot({
    name: hookOf(place),
    about: `give guests on ${place.bridge} their addresses`,
    when: "after-network",
    onlyWith: [`${place.folder}/dnsmasq.conf`],
    command: ["/bin/sh", programOf(place)],
  });
}

/** What there is of it, by its paths. */
export function guestDhcpFiles(place: GuestDhcpPlace): readonly string[] {
  return [`${place.folder}/dnsmasq.conf`, `${place.folder}/dnsmasq.leases`, programOf(place)];
}

/** After its files were put back: as a boot does it. Expects `is_for_boot`, empty where no boot did, and `is_live`, empty where there is no link yet. */
export function guestDhcpAgain(place: GuestDhcpPlace): ShellText {
  const { bridge, folder } = place;
  return sh`if [ -f ${`${folder}/dnsmasq.conf`} ]; then
  [ -z "$is_for_boot" ] || { ${dhcpAtBoot(place)}; }
  if [ -n "$is_live" ]; then
    dhcp_folder=${folder} dhcp_bridge=${bridge}
    ${functions}
    ${start}
  fi
fi`;
}

export function removeGuestDhcp(place: GuestDhcpPlace): ShellText {
  const { bridge, folder } = place;
  const files = ["dnsmasq.conf", "dnsmasq.conf.new", "dnsmasq.leases", "dnsmasq.log"].map(
    (name) => `${folder}/${name}`,
  );
  return lines([
    notAtBoot(hookOf(place)),
    sh`dhcp_folder=${folder} dhcp_bridge=${bridge}`,
    functions,
    stop,
    sh`rm -f ${files} ${programOf(place)} ${`${programOf(place)}.new`}`,
  ]);
}

function renderGuestDhcp(place: GuestDhcpPlace, { from, to, leaseSeconds, dns }: GuestDhcp, ground: Ground): string {
  const { bridge, folder } = place;
  const own = hostAddressFor(from, ground.cidrs);
  const servers = dns ?? (ground.isWayOut ? undefined : []);
  return [
    `# Written by pulumi-xen (Bridge ${bridge}): what guests on ${bridge} are given. No other file is read for it.`,
    `interface=${bridge}`,
    "except-interface=lo",
    // It finds a bridge again that went down and came up.
    "bind-dynamic",
    "no-hosts",
    ...(servers === undefined ? [] : ["port=0"]),
    `dhcp-range=${from},${to},${leaseSeconds ?? LEASE_SECONDS}`,
    // Without a value: guests are told none.
    option("router", ground.isWayOut && own !== undefined ? [own] : []),
    ...(servers === undefined ? [] : [option("dns-server", servers)]),
    "dhcp-authoritative",
    `dhcp-leasefile=${folder}/dnsmasq.leases`,
    `pid-file=${folder}/dnsmasq.pid`,
    "",
  ].join("\n");
}

function option(name: string, values: readonly string[]): string {
  return [`dhcp-option=option:${name}`, ...values].join(",");
}

/** What is not in our form reads as what nobody can declare, and so differs from every declaration. */
function parseGuestDhcp(config: string, { isWayOut }: Ground): GuestDhcp {
  const [, from = "", to = "", seconds = "0"] = /^dhcp-range=([\d.]+),([\d.]+),(\d+)$/m.exec(config) ?? [];
  const servers = /^dhcp-option=option:dns-server((?:,[^,\n]+)*)$/m.exec(config)?.[1]?.split(",").slice(1);
  const isDefault = servers === undefined || (servers.length === 0 && !isWayOut);
  return { from, to, leaseSeconds: Number(seconds), ...(isDefault ? {} : { dns: servers }) };
}

/** The host's own address in the network that this address is of. */
function hostAddressFor(address: string, cidrs: readonly string[]): string | undefined {
  return cidrs.find((cidr) => isInIpv4Network(address, cidr))?.split("/")[0];
}

/** Why these addresses cannot be given on this ground: half sentences for a fault of the property, with what to do. */
export function guestDhcpFaults({ from, to }: GuestDhcp, cidrs: readonly string[]): string[] {
  const [first, last] = [ipv4Number(from), ipv4Number(to)];
  if (first === undefined || last === undefined) return [];
  if (first > last) return [`goes from ${from} down to ${to}. Exchange them.`];
  const cidr = cidrs.find((each) => isInIpv4Network(from, each) && isInIpv4Network(to, each));
  if (cidr === undefined)
    return [
      `gives ${from} to ${to}, which is within no network of the bridge's addresses (${cidrs.join(", ")}). Give addresses of one of them.`,
    ];
  return cidrs.flatMap((each) => {
    const own = each.split("/")[0] ?? "";
    const number = ipv4Number(own);
    return number === undefined || number < first || number > last
      ? []
      : [`gives ${from} to ${to}, and ${own} among them is the host's. Leave it out.`];
  });
}

/** Where dnsmasq ends, somebody has killed it, or its address is not there yet: again after 5 seconds. */
function programText({ bridge, folder }: GuestDhcpPlace): string {
  return `# Written by pulumi-xen (Bridge ${bridge}), run at each boot: gives guests on ${bridge} their addresses.
PATH=$PATH:/usr/sbin:/sbin
folder=${folder}
# One at a time: of two, only the last could be ended (guest-dhcp.sh of the library).
if read -r other 2>/dev/null <"$folder/guest-dhcp.pid" && [ "$other" != "$$" ] &&
  tr '\\0' '\\n' 2>/dev/null <"/proc/$other/cmdline" | grep -qxF -e "$folder/guest-dhcp.sh"; then exit 0; fi
printf '%s\\n' "$$" >"$folder/guest-dhcp.pid"
child=
trap 'kill $child 2>/dev/null; exit 0' TERM INT HUP
while [ -f "$folder/dnsmasq.conf" ]; do
  dnsmasq --keep-in-foreground --conf-file="$folder/dnsmasq.conf" </dev/null >"$folder/dnsmasq.log" 2>&1 &
  child=$!
  wait "$child"
  sleep 5 &
  child=$!
  wait "$child"
done
`;
}

function programOf({ folder }: GuestDhcpPlace): string {
  return `${folder}/guest-dhcp.sh`;
}

function hookOf({ bridge }: GuestDhcpPlace): string {
  return `pulumi-xen-dhcp-${bridge}`;
}
