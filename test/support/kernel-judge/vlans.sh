# shellcheck shell=sh
# What test/contract/host/vlans.test.ts asks of the small machine. A wire behind eth0 with links of VLANs, and guests behind vifs.
say() { echo "@$1=$2"; }
joined() { tr '\n' , | sed 's/,$//'; }
reaches() { for _ in 1 2 3; do if "$@" -c 1 -W 2 >/dev/null 2>&1; then echo yes; return; fi; done; echo no; }
misses() { if "$@" -c 1 -W 1 >/dev/null 2>&1; then echo yes; else echo no; fi; }
folder=/var/lib/pulumi-xen/domu/guest1
# shellcheck source=/dev/null
. /work/guest-links.sh

ip link set lo up
ip link add eth0 type veth peer name wire0
ip netns add wire
ip link set wire0 netns wire
ip -n wire link set wire0 up
ip -n wire addr add 10.0.1.1/24 dev wire0
for id in 20 30 41; do
  ip -n wire link add link wire0 name w$id type vlan id $id
  ip -n wire addr add 10.0.$id.1/24 dev w$id
  ip -n wire link set w$id up
done
ip link set eth0 up
ip addr add 10.0.1.2/24 dev eth0
say reach.before "$(reaches ping 10.0.1.1)"
ip addr flush dev eth0
mkdir -p /run/network
ifup -a --force
say ifup.filters "$(cat /sys/class/net/br0/bridge/vlan_filtering)"
say ifup.eth0 "$(vlans_of eth0 | joined)"
say ifup.br0 "$(vlans_of br0 | joined)"
say reach.after "$(reaches ping 10.0.1.1)"
say json "$(bridge -j -compressvlans vlan show)"
sh /work/narrow.sh
say narrow "$(vlans_of eth0 | joined)"
sh /work/wide.sh
say wide "$(vlans_of eth0 | joined)"
say reach.set "$(reaches ping 10.0.1.1)"
bridge vlan del dev eth0 vid 1
bridge vlan del dev br0 vid 1 self
say reach.lost "$(misses ping 10.0.1.1)"
sh /work/wide.sh
say reach.again "$(reaches ping 10.0.1.1)"

# guest NUMBER MAC
guest() {
  ip link add "vif$1.0" type veth peer name "g$1"
  ip netns add "guest$1"
  ip link set "g$1" netns "guest$1"
  ip -n "guest$1" link set "g$1" address "$2" up
  xenstore-write "backend/vif/$1/0/bridge" br0 "backend/vif/$1/0/mac" "$2"
}
# As libxl runs it.
vif() { script=$folder/vif-vlans XENBUS_TYPE=vif XENBUS_PATH=backend/vif/$1/0 XENBUS_BASE_PATH=backend netdev='' vif=vif$1.0 $folder/vif-vlans "$2" type_if=vif; }
guest 1 00:16:3e:00:00:01
guest 2 00:16:3e:00:00:02
guest 3 00:16:3e:00:00:03
for number in 1 2 3; do vif $number online; done
say vif.untagged "$(vlans_of vif1.0 | joined)"
say vif.tagged "$(vlans_of vif2.0 | joined)"
say vif.both "$(vlans_of vif3.0 | joined)"
say vif.status "$(xenstore-read backend/vif/1/0/hotplug-status)"
ip -n guest1 addr add 10.0.20.9/24 dev g1
ip -n guest1 addr add 10.0.1.9/24 dev g1
say ping.20 "$(reaches ip netns exec guest1 ping 10.0.20.1)"
say ping.wire "$(misses ip netns exec guest1 ping 10.0.1.1)"
say ping.host "$(misses ip netns exec guest1 ping 10.0.1.2)"
ip -n guest2 link add link g2 name t41 type vlan id 41
ip -n guest2 addr add 10.0.41.9/24 dev t41
ip -n guest2 link set t41 up
ip -n guest2 addr add 10.0.1.8/24 dev g2
say ping.41 "$(reaches ip netns exec guest2 ping 10.0.41.1)"
say ping.dropped "$(misses ip netns exec guest2 ping 10.0.1.1)"

guest 4 00:16:3e:00:00:09
vif 4 online
say unknown.port "$(ls -d /sys/class/net/br0/brif/vif4* 2>/dev/null)"
say unknown.error "$(xenstore-read backend/vif/4/0/hotplug-error)"
# One that is in the host's own network, as a guest without VLANs.
ip link set vif4.0 master br0 up

sed -i 's/^00:16:3e:00:00:01 20$/00:16:3e:00:00:01 30/' $folder/vlans
$folder/vif-vlans set 1 00:16:3e:00:00:01
say live.rc $?
say live.vlans "$(vlans_of vif1.0 | joined)"
ip -n guest1 addr flush dev g1
ip -n guest1 addr add 10.0.30.9/24 dev g1
say ping.30 "$(reaches ip netns exec guest1 ping 10.0.30.1)"

# shellcheck disable=SC2034 # of guest-links.sh
bridge=br0 ports=eth0
remember_guests
ifdown --force br0
ifup --force br0
return_guests
say again.untagged "$(vlans_of vif1.0 | joined)"
say again.tagged "$(vlans_of vif2.0 | joined)"
say again.both "$(vlans_of vif3.0 | joined)"
say again.plain "$(vlans_of vif4.0 | joined)"
say again.ping "$(reaches ip netns exec guest1 ping 10.0.30.1)"

guest 5 00:16:3e:00:00:02
xenstore-write backend/vif/5/0/vifname web0
vif 5 online
say renamed "$(vlans_of web0 | joined)"
ip link add vif6.0-emu type veth peer name g6
xenstore-write backend/vif/6/0/bridge br0 backend/vif/6/0/mac 00:16:3e:00:00:03
INTERFACE=vif6.0-emu vif=vif6.0 XENBUS_PATH=backend/vif/6/0 $folder/vif-vlans add type_if=tap
say emulated "$(vlans_of vif6.0-emu | joined)"
vif 1 offline
say offline "$(ls -d /sys/class/net/br0/brif/vif1* 2>/dev/null)"
ip link set dev br0 type bridge vlan_filtering 0
vif 1 online
say plain.error "$(xenstore-read backend/vif/1/0/hotplug-error)"
