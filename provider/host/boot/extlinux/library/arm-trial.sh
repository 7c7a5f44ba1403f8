# shellcheck shell=sh
# Has extlinux boot Xen once, and plain Linux from then on. write-entries.sh comes before; the menu has the entry of the trial.
grep -q -x 'LABEL pulumi-xen-trial' "$conf" || die "extlinux's menu $conf did not take the entry for the trial."
extlinux --once=pulumi-xen-trial /boot || die "extlinux did not take the entry for the next boot."
once=$(boot_once) || once=
[ "$once" = pulumi-xen-trial ] || die "extlinux did not take the entry for the next boot; it says \"$once\"."
sync
echo "next boot: pulumi-xen-trial, afterwards again: $(default_label)"
