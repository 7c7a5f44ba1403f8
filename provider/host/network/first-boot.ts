/**
 * A file that is wrong for the next boot shows itself only then, when the rollback is long disarmed. So the network of the last boot
 * (booted.ts) is kept until a boot has brought up what was confirmed: the addresses of its files, a way out, the ports with a cable. Where one does not, the host
 * restores the old network, unless somebody has changed the files since. Shell text; pure.
 */
import { type ShellText, libraryText, lines, preamble, sh } from "../../shell";
import { atBoot, notAtBoot, runsAtBoot } from "../services/init-systems";
import { rollbackAtBoot } from "./at-boot";

const networkFacts = libraryText(__dirname, "network-facts.sh");
const bondFunctions = libraryText(__dirname, "bonds.sh");
const proveFirstBoot = libraryText(__dirname, "first-boot.sh");

export interface ProvenNetwork {
  readonly bridge: string;
  readonly newPorts: readonly string[];
  /** The cards in bonds that are made for it: "bond0/eth0". */
  readonly bonds: { readonly cards: readonly string[] };
  /** The addresses that the files give the bridge, with prefix lengths in their normal form: others are other programs' (keepalived). */
  readonly fixedAddresses: readonly string[];
  /** Ours on the host: `/var/lib/pulumi-xen/bridge/br0`. */
  readonly folder: string;
}

/** The argument that tells first-boot.sh to keep what it is to compare with. */
const CONFIRMED = "confirmed";

/** What the host runs when the network is confirmed, and at its next boot. */
export function firstBootScript({ bridge, newPorts, bonds, fixedAddresses, folder }: ProvenNetwork): ShellText {
  const hook = atBoot({
    name: nameOf(bridge),
    about: `see whether the network of ${bridge} comes up at the first boot after its change`,
    when: "after-network",
    onlyWith: [`${folder}/expected`],
    command: ["/bin/sh", `${folder}/first-boot.sh`],
  });
  return sh`${preamble}
set +e
bridge=${bridge}
ports=${[...newPorts, ...bonds.cards.map((card) => card.slice(card.indexOf("/") + 1))].join(" ")}
bonded=${bonds.cards.join(" ")}
folder=${folder}
first_boot_is_over() {
  ${firstBootIsOver(bridge, folder)}
}
# Where the power fails in the middle of it, the next boot goes on.
rollback_at_boot() {
  ${rollbackAtBoot(bridge, folder)}
}
${bondFunctions}
${networkFacts}
if [ "\${1:-}" = ${CONFIRMED} ]; then
  fixed=${` ${fixedAddresses.join(" ")} `}
  network_facts | while read -r fact; do
    case $fact in
      "address "*) case $fixed in *" \${fact#address } "*) ;; *) continue ;; esac ;;
    esac
    echo "$fact"
  done >"$folder/expected"
  while IFS= read -r file; do [ ! -f "$file" ] || sha256sum "$file"; done <"$folder/booted/files" >"$folder/written"
  rm -rf "$folder/waiting"
  ${hook}
  sync
  exit 0
fi
${proveFirstBoot}`;
}

/** Once the network is confirmed. A change that has no such script (a removal) is over. */
export function awaitFirstBoot(bridge: string, folder: string): ShellText {
  return sh`if [ -f ${`${folder}/first-boot.sh`} ] && { ${runsAtBoot}; }; then
  /bin/sh ${`${folder}/first-boot.sh`} ${CONFIRMED}
else
  ${firstBootIsOver(bridge, folder)}
fi`;
}

/** Where it still waits for its first boot, that is to bring up what is there now. */
export function expectAsNow(bridge: string, folder: string): ShellText {
  return sh`[ ! -e ${`${folder}/expected`} ] || { ${awaitFirstBoot(bridge, folder)}; }`;
}

/** What was kept for it goes. */
export function firstBootIsOver(bridge: string, folder: string): ShellText {
  const kept = [
    "expected",
    "written",
    "first-boot.sh",
    "rollback",
    "rollback.sh",
    "booted",
    "waiting",
    "to-booted",
  ].map((name) => `${folder}/${name}`);
  return lines([notAtBoot(nameOf(bridge)), sh`rm -rf ${kept}`]);
}

function nameOf(bridge: string): string {
  return `pulumi-xen-first-boot-${bridge}`;
}
