# shellcheck shell=sh
# Has GRUB boot Xen once, and plain Linux from then on; $trial_variable gives dom0's kernel its arguments of the trial, $trial_words.
# grub-entries.sh, prove-fallback.sh and trial-words.sh come before.
grub-editenv - set "$trial_variable=$trial_words"
grub-set-default "$linux_entry"
grub-reboot "$xen_entry"
environment=$(grub-editenv list)
case $environment in *"next_entry=$xen_entry"*) ;; *) die "GRUB did not take the entry for the next boot: $environment" ;; esac
case $environment in *"saved_entry=$linux_entry"*) ;; *) die "GRUB did not take Linux as the default: $environment" ;; esac
sync
echo "next boot: $xen_entry, afterwards again: $linux_entry"
