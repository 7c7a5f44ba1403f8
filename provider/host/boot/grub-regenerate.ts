/** Making grub.cfg again, but only where it does not say yet what the settings say. Shell text; pure. */
import { type ShellText, sh } from "../../shell";
import { EARLY_DROP_IN, FALLBACK_SCRIPT, LATE_DROP_IN } from "./grub-settings";

/**
 * The installation of the hypervisor's package makes grub.cfg by itself; where our settings were there before,
 * a second time would only cost (about 20 s in the lab).
 */
export const regenerateGrub: ShellText = sh`cfg=/boot/grub/grub.cfg
is_current() {
  [ -s "$cfg" ] || return 1
  for source in ${[EARLY_DROP_IN, LATE_DROP_IN, FALLBACK_SCRIPT]} /etc/default/grub /etc/default/grub.d/*.cfg /boot/xen-*.gz /boot/vmlinuz-*; do
    [ -e "$source" ] || continue
    [ "$cfg" -nt "$source" ] || return 1
  done
  for file in ${[EARLY_DROP_IN, LATE_DROP_IN, FALLBACK_SCRIPT]}; do [ -e "$file" ] || return 0; done
  grep -q '^set fallback=0' "$cfg" && grep -q 'pulumi_xen_trial' "$cfg"
}
if is_current; then
  echo "GRUB's menu is current"
else
  umask 022
  update-grub
fi`;
