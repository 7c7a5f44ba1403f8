/**
 * What the host does for guests on a bridge (nat.ts, guest-dhcp.ts) comes back with the network that it belongs to: a rollback that left it as the
 * change had made it would give guests addresses of a network that is gone, or none. Shell text; pure.
 *
 *   folder/rollback/guests    as it was before the change
 *   folder/booted/guests      as it was at the last boot (booted.ts)
 */
import { type ShellText, lines, sh } from "../../shell";
import { type GuestDhcpPlace, guestDhcpAgain, guestDhcpFiles, removeGuestDhcp } from "./guest-dhcp";
import { type NatPlace, natAgain, natFiles, removeNat } from "./nat";

type Place = NatPlace & GuestDhcpPlace;

/** Into a folder that has none yet; one that is there is older, and counts. */
export function keepGuests(place: Place, kept: string): ShellText {
  return sh`if [ ! -d ${kept} ]; then
  rm -rf ${`${kept}.new`}; mkdir -p ${`${kept}.new`}
  ${lines(filesOf(place).map((path) => sh`[ ! -f ${path} ] || cp -p ${path} ${`${kept}.new`}/`))}
  mv ${`${kept}.new`} ${kept}
fi`;
}

/**
 * In a rollback. `isForBoot`: before the change a boot began it. A rollback that was armed before there was this keeps nothing, and leaves all as
 * it is. Expects `is_live`.
 */
export function guestsBack(place: Place, { isForBoot }: { isForBoot: boolean }): ShellText {
  const { folder } = place;
  return sh`is_for_boot=${isForBoot ? "yes" : ""}
guests_kept=${`${folder}/rollback/guests`}
[ ! -e ${`${folder}/to-booted`} ] || { guests_kept=${`${folder}/booted/guests`}; is_for_boot=yes; }
if [ -d "$guests_kept" ]; then
  # Each by itself: what cannot be ended or begun keeps nothing else back.
  ( ${removeNat(place)} )
  ( ${removeGuestDhcp(place)} )
  ${lines(filesOf(place).map((path) => sh`[ ! -f "$guests_kept"/${baseName(path)} ] || cp -p "$guests_kept"/${baseName(path)} ${path}`))}
  ( ${natAgain(place)} )
  ( ${guestDhcpAgain(place)} )
fi`;
}

function filesOf(place: Place): string[] {
  return [...natFiles(place), ...guestDhcpFiles(place)];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
