#!/bin/sh
# prepare.sh STAND-INS PYTHON: makes of the root it runs in, a Debian's with packages laid over it, one that answers like CentOS 6: no
# systemd, no python3, no os-release, a machine without an id, one network card with a file of its own.
set -eu
umask 022
stand_ins=$1 python=$2
rm -f /etc/os-release /etc/machine-id
rm -rf /etc/init.d/* /etc/rc?.d/* /etc/dhcp /etc/network /etc/netplan /etc/systemd /etc/NetworkManager
echo 'CentOS release 6.5 (Final)' >/etc/redhat-release
mkdir -p /boot/grub /etc/init.d /etc/rc3.d /etc/sysconfig/network-scripts /etc/yum.repos.d /var/lib/rpm /xen/vm /etc/ssh /etc/xen /var/lib/pretend-xen
# Neither this machine's logins nor what their shells begin with.
rm -f /root/.bashrc /root/.profile /root/.bash_profile /root/.bash_login
for file in passwd group shadow gshadow; do sed -i '/^pulumi-xen-pygrub:/d' "/etc/$file"; done
sed -i 's|^\(root:.*\):[^:]*$|\1:/bin/sh|' /etc/passwd
# Programs of Debian's that EL 6 has not. What is a stand-in here names its interpreter in full.
real=$(readlink -f /usr/bin/python3)
rm -f /usr/bin/python3 /usr/bin/systemctl /usr/bin/systemd-run
ln -sf "${python:-$real}" /usr/bin/python
for program in /usr/bin/dnf /usr/bin/dnf-3; do
  if [ -f "$program" ]; then sed -i "1s|.*|#!$real|" "$program"; fi
done
for name in ifup ifdown reboot service chkconfig; do install -m 755 "$stand_ins/$name" "/usr/sbin/$name"; done
cp "$stand_ins/ifup-eth" /etc/sysconfig/network-scripts/ifup-eth
install -m 755 "$stand_ins/network" /etc/init.d/network
ln -s ../init.d/network /etc/rc3.d/S10network
# Where EL 6 has it.
[ -e /usr/sbin/arping ] || ln -s ../bin/arping /usr/sbin/arping
mkdir -p /usr/libexec/el6
cp "$stand_ins/proc-xen.so" "$stand_ins/init" "$stand_ins/rc" /usr/libexec/el6/
echo /usr/libexec/el6/proc-xen.so >/etc/ld.so.preload
# Where a judge of the network scripts is laid over it, those are there in place of the stand-ins.
echo 'NETWORKING=yes' >/etc/sysconfig/network
