/** The system user that pygrub reads guests' disks as. Shell text; pure. */
import { type ShellText, libraryText, sh } from "../shell";
import { PYGRUB_USER } from "../xen";

export const addPygrubUser: ShellText = sh`pygrub_name=${PYGRUB_USER}
${libraryText(__dirname, "add-pygrub-user.sh")}`;

export const removePygrubUser: ShellText = sh`if id ${PYGRUB_USER} >/dev/null 2>&1; then userdel ${PYGRUB_USER}; fi`;

const restrict = libraryText(__dirname, "restrict-xendomains.sh");

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
  return sh`xd_file=${file} xd_ours=${ourGuests} xd_environment=${environment}
${restrict}`;
}
