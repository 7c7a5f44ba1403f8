#!/bin/bash
# host-network.sh ROOT: configures what runs eth0 in the tree ROOT (LAB_NETWORK as in host-image.sh).
# All kinds leave eth0 as it is: a bridge over it is the product's to make.
set -euo pipefail
root=$1
fixed='\nauto eth0\niface eth0 inet static\n  address 10.0.2.15/24\n  gateway 10.0.2.2\n'

rm -f "$root/etc/resolv.conf"; echo 'nameserver 10.0.2.3' > "$root/etc/resolv.conf"
mkdir -p "$root/etc/network"
printf 'auto lo\niface lo inet loopback\n' > "$root/etc/network/interfaces"

# Those with DHCP have it as cloud images do; QEMU's server gives the same address to the same card.
case $LAB_NETWORK in
  ifupdown | ifupdown2)
    # shellcheck disable=SC2059 # the lines are a format of ours
    printf "$fixed" >> "$root/etc/network/interfaces"
    ;;
  networkd | netplan)
    if [ "$LAB_NETWORK" = netplan ]; then
      # As cloud-init writes it, with the card's address (qemu-arguments.ts).
      cat > "$root/etc/netplan/50-cloud-init.yaml" <<Y
network:
    ethernets:
        eth0:
            dhcp4: true
            match:
                macaddress: 52:54:00:00:00:01
            set-name: eth0
    version: 2
Y
      chmod 600 "$root/etc/netplan/50-cloud-init.yaml"
    else
      printf '[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\n' > "$root/etc/systemd/network/10-eth0.network"
    fi
    wanted=$root/etc/systemd/system
    mkdir -p "$wanted/multi-user.target.wants" "$wanted/sockets.target.wants"
    ln -sf /lib/systemd/system/systemd-networkd.service "$wanted/multi-user.target.wants/systemd-networkd.service"
    ln -sf /lib/systemd/system/systemd-networkd.socket "$wanted/sockets.target.wants/systemd-networkd.socket"
    ln -sf /lib/systemd/system/systemd-networkd.service "$wanted/dbus-org.freedesktop.network1.service"
    ln -sf /dev/null "$wanted/networking.service"
    ;;
  network-manager)
    # As servers have it (NetworkManager-config-server of other distributions): else it asks for a lease on eth1 too, and QEMU gives
    # both cards the same address.
    printf '[main]\nno-auto-default=*\n' > "$root/etc/NetworkManager/conf.d/lab.conf"
    cat > "$root/etc/NetworkManager/system-connections/eth0.nmconnection" <<Y
[connection]
id=eth0
uuid=8f1f8a0e-5d8e-4a7c-9a43-5c1c5a3e6f10
type=ethernet
interface-name=eth0

[ipv4]
method=auto

[ipv6]
method=disabled
Y
    chmod 600 "$root/etc/NetworkManager/system-connections/eth0.nmconnection"
    ;;
  *)
    echo "host-network.sh: LAB_NETWORK is \"$LAB_NETWORK\", must be ifupdown, ifupdown2, networkd, netplan or network-manager" >&2
    exit 2
    ;;
esac
