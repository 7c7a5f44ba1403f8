/**
 * Guests of a bridge without ports reach the outside by the host's own addresses: a table of nft's that is ours alone, IPv4 forwarding,
 * and a program that sets both at each boot. Rules in tables of others are neither read for it nor changed. nft(8), "NAT STATEMENTS".
 * Shell text; pure.
 *
 *   folder/nat.sh    sets the table and forwarding
 */
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";
import { saidWord } from "../owned-folder";
import { atBoot, notAtBoot } from "../services/init-systems";
import { ipv4NetworkOf } from "./addresses";

export interface NatPlace {
  readonly bridge: string;
  /** Ours on the host: `/var/lib/pulumi-xen/bridge/br0`. */
  readonly folder: string;
}

/** What a host shows of it. */
export interface SeenNat {
  /** There is an nft, and it answers. */
  readonly canBe: boolean;
  /** The program of ours; absent: there is none. */
  readonly program: string | undefined;
  /** The table of ours as nft lists it; absent: there is none. */
  readonly table: string | undefined;
  readonly forwards: boolean;
}

const sayTable = libraryText(__dirname, "say-nat.sh");

/** Behind askNft. */
export function sayNat(place: NatPlace): ShellText {
  return lines([sh`nat_table=${tableOf(place)} nat_program=${programOf(place)}`, sayTable]);
}

export function readNat(answer: Answer): SeenNat {
  return {
    canBe: saidWord(answer, "nat.nft", ["yes", "no"]) === "yes",
    program: answer.get("nat.program"),
    table: answer.get("nat.table"),
    forwards: answer.need("nat.forwards").trim() === "1",
  };
}

/** `part`: some of it is there, or of other networks. `cidrs`: the host's addresses on the bridge, with prefix lengths. */
export function natOf(place: NatPlace, seen: SeenNat, cidrs: readonly string[]): boolean | "part" {
  if (seen.program === undefined && seen.table === undefined) return false;
  const rules = (seen.table ?? "").split("\n").filter((line) => /\bmasquerade\b/.test(line));
  const isWhole =
    seen.forwards &&
    seen.program === natProgram(place, cidrs) &&
    /type nat hook postrouting/.test(seen.table ?? "") &&
    rules.map((rule) => rule.trim()).join("\n") === rulesOf(place, cidrs).join("\n");
  return isWhole ? true : "part";
}

/** `isForBoot`: each boot sets it again. */
export function setNat(place: NatPlace, cidrs: readonly string[], { isForBoot = true } = {}): ShellText {
  const program = programOf(place);
  return lines([
    sh`printf %s ${natProgram(place, cidrs)} >${`${program}.new`}
replace_whole ${program}`,
    isForBoot ? natAtBoot(place) : notAtBoot(hookOf(place)),
    sh`/bin/sh ${program} || die ${`nft did not take the rules for guests on ${place.bridge}; see above what it said`}`,
  ]);
}

function natAtBoot(place: NatPlace): ShellText {
  const program = programOf(place);
  return atBoot({
    name: hookOf(place),
    about: `let guests on ${place.bridge} reach the outside by the addresses of this host`,
    when: "after-network",
    onlyWith: [program],
    command: ["/bin/sh", program],
  });
}

/** What there is of it, by its paths. */
export function natFiles(place: NatPlace): readonly string[] {
  return [programOf(place)];
}

/** After its files were put back: as a boot does it. Expects `is_for_boot`, empty where no boot did, and `is_live`, empty where there is no link yet. */
export function natAgain(place: NatPlace): ShellText {
  const program = programOf(place);
  return sh`if [ -f ${program} ]; then
  [ -z "$is_for_boot" ] || { ${natAtBoot(place)}; }
  [ -z "$is_live" ] || /bin/sh ${program}
fi`;
}

/** Forwarding stays as it is until the next boot: who else needs it by now, nobody can tell. */
export function removeNat(place: NatPlace): ShellText {
  const table = tableOf(place);
  return lines([
    notAtBoot(hookOf(place)),
    sh`rm -f ${programOf(place)}
if command -v nft >/dev/null 2>&1 && nft list table ip ${table} >/dev/null 2>&1; then nft delete table ip ${table}; fi`,
  ]);
}

/** The whole program, which replaces what is there in one transaction. */
function natProgram(place: NatPlace, cidrs: readonly string[]): string {
  const table = tableOf(place);
  return `# Written by pulumi-xen (Bridge ${place.bridge}), run at each boot: guests on ${place.bridge} reach the outside by the host's own addresses.
PATH=$PATH:/usr/sbin:/sbin
nft -f - <<'rules' || exit 1
table ip ${table} {
}
delete table ip ${table}
table ip ${table} {
\tchain guests {
\t\ttype nat hook postrouting priority 100; policy accept;
${rulesOf(place, cidrs)
  .map((rule) => `\t\t${rule}\n`)
  .join("")}\t}
}
rules
echo 1 >/proc/sys/net/ipv4/ip_forward
`;
}

/** As nft lists them. */
function rulesOf({ bridge }: NatPlace, cidrs: readonly string[]): string[] {
  const networks = new Set(cidrs.flatMap((cidr) => ipv4NetworkOf(cidr) ?? []));
  return [...networks].sort().map((network) => `ip saddr ${network} oifname != "${bridge}" masquerade`);
}

/** nft takes no dash in a name, and a bridge has no dot in its. */
function tableOf({ bridge }: NatPlace): string {
  return `pulumi_xen_${bridge.replaceAll("-", ".")}`;
}

function programOf({ folder }: NatPlace): string {
  return `${folder}/nat.sh`;
}

function hookOf({ bridge }: NatPlace): string {
  return `pulumi-xen-nat-${bridge}`;
}
