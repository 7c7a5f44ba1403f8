# shellcheck shell=sh
# Has GRUB boot Xen once, and plain Linux from then on; $trial_variable gives dom0's kernel its arguments of the trial, $trial_words.
# The layout's variables, grub-entries.sh, prove-fallback.sh and trial-words.sh come before.
"${grub_tools}editenv" - set "$trial_variable=$trial_words"
"${grub_tools}set-default" "$linux_entry"
"${grub_tools}reboot" "$xen_entry"
environment=$("${grub_tools}editenv" list)
case $environment in *"next_entry=$xen_entry"*) ;; *) die "GRUB did not take the entry for the next boot: $environment" ;; esac
case $environment in *"saved_entry=$linux_entry"*) ;; *) die "GRUB did not take Linux as the default: $environment" ;; esac
sync
echo "next boot: $xen_entry, afterwards again: $linux_entry"
