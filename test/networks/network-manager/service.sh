# shellcheck shell=sh disable=SC2034
# The judge's service, for systemctl.sh.
service=NetworkManager
program=NetworkManager
options="-d --config=/usr/lib/pulumi-xen-judge-nm.conf"
make_folders() { mkdir -p /run/NetworkManager /var/lib/NetworkManager; }
