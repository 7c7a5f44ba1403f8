/** The system user that pygrub reads guests' disks as. Shell text; pure. */
import { type ShellText, sh } from "../shell";
import { PYGRUB_USER } from "../xen";

/**
 * User and group have one number, since pygrub takes the user's for both: setgid(uid), setgroups([uid]), setuid(uid)
 * (pygrub of 4.17, seen: with another group's number it could not read an image of mode 0640).
 */
export const addPygrubUser: ShellText = sh`if ! id ${PYGRUB_USER} >/dev/null 2>&1; then
  pygrub_id=999
  while getent passwd "$pygrub_id" >/dev/null || getent group "$pygrub_id" >/dev/null; do
    pygrub_id=$((pygrub_id - 1))
    [ "$pygrub_id" -ge 100 ] || die "This host has no number left for the system user "${PYGRUB_USER}"."
  done
  groupadd --system --gid "$pygrub_id" ${PYGRUB_USER}
  useradd --system --uid "$pygrub_id" --gid "$pygrub_id" --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ${PYGRUB_USER}
fi
[ "$(id -u ${PYGRUB_USER})" = "$(id -g ${PYGRUB_USER})" ] ||
  die "The group of the user "${PYGRUB_USER}" must have the user's number, for pygrub takes that. Run: userdel "${PYGRUB_USER}`;

export const removePygrubUser: ShellText = sh`if id ${PYGRUB_USER} >/dev/null 2>&1; then userdel ${PYGRUB_USER}; fi`;

const environment = `# Written by pulumi-xen (XenHost); changes here are overwritten.
[Service]
Environment=LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=${PYGRUB_USER}
`;

/**
 * `ourGuests`: the folder of the guests' claims. Each guest has one named by its uuid, whose claim says `of=NAME` or
 * `of=name=NAME uuid=…`; that of an earlier version is named by the guest itself.
 *
 * Before Xen 4.18 restricted pygrub is known only from the environment of whoever creates the guest, and at the
 * host's boot that is xendomains. Where it starts guests with pygrub that are not ours, it stays as it is: their
 * images need not be readable for our user.
 */
export function restrictPygrubOfXendomains(file: string, ourGuests: string): ShellText {
  return sh`newest=$(ls -d /usr/lib/xen-4.* 2>/dev/null | sed 's/.*xen-4[.]//' | sort -n | tail -n 1)
foreign=
is_our_guest() {
  [ -n "$1" ] || return 1
  if [ -e ${ourGuests}/"$1" ]; then return 0; fi
  for claim in ${ourGuests}/*/claim; do
    [ -f "$claim" ] || continue
    while IFS= read -r line; do
      case $line in "of=$1" | "of=name=$1" | "of=name=$1 "*) return 0 ;; esac
    done <"$claim"
  done
  return 1
}
for config in /etc/xen/auto/*; do
  [ -f "$config" ] || continue
  name=$(sed -n "s/^[[:space:]]*name[[:space:]]*=[[:space:]]*[\"']\\([^\"']*\\)[\"'].*/\\1/p" "$config" | head -n 1)
  if grep -q pygrub "$config" && ! is_our_guest "$name"; then foreign="$foreign $name"; fi
done
if [ "\${newest:-99}" -ge 18 ]; then rm -f ${file}
elif [ -n "$foreign" ] && [ ! -e ${file} ]; then
  echo "xendomains starts guests of others with pygrub ($foreign ): its pygrub stays unrestricted"
else
  work=$(mktemp)
  printf '%s' ${environment} >"$work"
  if ! cmp -s "$work" ${file}; then
    install_file "$work" ${file} 0644
    chmod 755 "$(dirname ${file})"
    systemctl daemon-reload
  fi
  rm -f "$work"
fi`;
}
