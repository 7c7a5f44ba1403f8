# shellcheck shell=sh
# Has GRUB boot Xen once, and plain Linux from then on; $trial_variable gives dom0's kernel its argument of the trial.
# grub-entries.sh and prove-fallback.sh come before.
grub-editenv - set "$trial_variable=panic=15"
grub-set-default "$linux_entry"
grub-reboot "$xen_entry"
environment=$(grub-editenv list)
case $environment in *"next_entry=$xen_entry"*) ;; *) die "GRUB did not take the entry for the next boot: $environment" ;; esac
case $environment in *"saved_entry=$linux_entry"*) ;; *) die "GRUB did not take Linux as the default: $environment" ;; esac
sync
echo "next boot: $xen_entry, afterwards again: $linux_entry"
