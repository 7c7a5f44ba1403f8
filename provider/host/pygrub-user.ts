/** The system user that pygrub reads guests' disks as. Shell text; pure. */
import { type ShellText, sh } from "../shell";

/** It owns nothing and may log in nowhere; a guest's image is readable to its group. */
export const PYGRUB_USER = "pulumi-xen-pygrub";

export const addPygrubUser: ShellText = sh`if ! id ${PYGRUB_USER} >/dev/null 2>&1; then
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ${PYGRUB_USER}
fi`;

export const removePygrubUser: ShellText = sh`if id ${PYGRUB_USER} >/dev/null 2>&1; then userdel ${PYGRUB_USER}; fi`;

const environment = `# Written by pulumi-xen (XenHost); changes here are overwritten.
[Service]
Environment=LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=${PYGRUB_USER}
`;

/**
 * Before Xen 4.18 restricted pygrub is known only from the environment of whoever creates the guest, and at the
 * host's boot that is xendomains. Where it starts guests with pygrub that are not ours, it stays as it is: their
 * images need not be readable for our user.
 */
export function restrictPygrubOfXendomains(file: string, ourGuests: string): ShellText {
  return sh`newest=$(ls -d /usr/lib/xen-4.* 2>/dev/null | sed 's/.*xen-4[.]//' | sort -n | tail -n 1)
foreign=
for config in /etc/xen/auto/*; do
  [ -f "$config" ] || continue
  name=$(sed -n "s/^[[:space:]]*name[[:space:]]*=[[:space:]]*[\"']\\([^\"']*\\)[\"'].*/\\1/p" "$config" | head -n 1)
  if grep -q pygrub "$config" && [ ! -e ${ourGuests}/"$name" ]; then foreign="$foreign $name"; fi
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
