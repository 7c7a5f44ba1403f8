# shellcheck shell=sh
# What comes after a trial is what the menu boots by default: that must be plain Linux. write-entries.sh comes before.
[ -n "$(linux_of "$(default_label)")" ] || die "extlinux's menu boots $(default_label) by default, which is not plain Linux: a failed trial would not come back. Set default in /etc/update-extlinux.conf to the label of a Linux, such as lts, and run update-extlinux."
