/** The VLANs of a running port, by iproute2's bridge. Shell text; pure. */
import { type ShellText, libraryText, lines, sh } from "../../shell";
import { OWN_VLAN, type VlanRange } from "./vlans";

/** Defines vlans_of and vlans_set. */
export const vlanFunctions: ShellText = libraryText(__dirname, "vlans.sh");

/** The port has just these: untagged what is the host's, the others with their tags. */
export function setTrunk(port: string, tagged: readonly VlanRange[]): ShellText {
  return sh`printf '%s\n' ${[`${OWN_VLAN} pvid untagged`, ...tagged.map(String)]} | vlans_set ${port}`;
}

/** What has no tag and comes over the bridge is the host's. */
export function keepHost(bridge: string): ShellText {
  return sh`bridge vlan add dev ${bridge} vid ${OWN_VLAN} pvid untagged self`;
}

/** Shell: set one for a program that is to be run with the functions. */
export function withVlanFunctions(script: readonly ShellText[]): ShellText {
  return lines([vlanFunctions, ...script]);
}
