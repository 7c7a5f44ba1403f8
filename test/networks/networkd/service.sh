# shellcheck shell=sh disable=SC2034
# The judge's service, for systemctl.sh.
service=systemd-networkd
program=/lib/systemd/systemd-networkd
options=
# What the unit's RuntimeDirectory= makes.
make_folders() {
  mkdir -p /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
  chown -R systemd-network:systemd-network /run/systemd/netif
}
