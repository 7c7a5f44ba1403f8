# shellcheck shell=sh
# Puts an interface of a guest into its VLANs, and leaves the rest to Xen's own script. libxl runs it by its absolute path, as it runs vif-bridge
# (libxl_linux.c, libxl__hotplug_nic): "online type_if=vif" with $vif and $XENBUS_PATH, "add type_if=tap" with $INTERFACE for a card that QEMU emulates.
# For a running guest: "set DOMID MAC". The VLANs stand beside it in the file vlans, a line for each interface: its address, the VLAN without a
# tag or "-", those with one. Before it comes vlans.sh. An interface whose VLANs cannot be set does not come up, so that it is never in the host's network instead.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
scripts=/etc/xen/scripts
here=${0%/*}
path=${XENBUS_PATH:-}

vif_fails() {
  [ -z "$path" ] || xenstore-write "$path/hotplug-error" "$1" "$path/hotplug-status" error || :
  echo "$1" >&2
  exit 1
}
# vlans_wanted_by MAC: a line for each, as vlans_set takes them.
vlans_wanted_by() {
  awk -v mac="$1" 'tolower($1) == tolower(mac) { found = 1; if ($2 != "-") print $2 " pvid untagged"; for (at = 3; at <= NF; at++) print $at } END { exit !found }' "$here/vlans"
}
filters() { [ "$(cat "/sys/class/net/$1/bridge/vlan_filtering" 2>/dev/null)" = 1 ]; }
is_ovs() { command -v ovs-vsctl >/dev/null 2>&1 && ovs-vsctl --timeout=30 br-exists "$1"; }
# ovs_words VLANS: what Open vSwitch calls them. A trunk without VLAN 0 takes nothing without a tag.
ovs_untagged() { printf '%s\n' "$1" | sed -n 's/ pvid untagged$//p'; }
ovs_tagged() {
  printf '%s\n' "$1" | awk 'NF == 1 { count = split($1, ends, "-"); for (id = ends[1]; id <= ends[count]; id++) { printf "%s%s", comma, id; comma = "," } }'
}
ovs_set() {
  ovs_tag=$(ovs_untagged "$2")
  ovs_trunks=$(ovs_tagged "$2")
  if [ -z "$ovs_trunks" ]; then
    ovs-vsctl --timeout=30 clear port "$1" trunks -- set port "$1" tag="$ovs_tag" vlan_mode=access
  elif [ -n "$ovs_tag" ]; then
    ovs-vsctl --timeout=30 set port "$1" tag="$ovs_tag" vlan_mode=native-untagged trunks="[$ovs_trunks]"
  else
    ovs-vsctl --timeout=30 clear port "$1" tag -- set port "$1" vlan_mode=trunk trunks="[$ovs_trunks]"
  fi
}
# link_of DEFAULT: what the host calls it, by vifname.
link_of() {
  link_named=$(xenstore-read "$path/vifname" 2>/dev/null) || link_named=
  case $1 in *-emu) echo "${link_named:+$link_named-emu}" ;; *) echo "$link_named" ;; esac | grep . || echo "$1"
}
set_running() {
  for path in $(xenstore-list "/local/domain/0/backend/vif/$1" | sed "s|^|/local/domain/0/backend/vif/$1/|"); do
    [ "$(xenstore-read "$path/mac")" = "$2" ] || continue
    vlans=$(vlans_wanted_by "$2") || { echo "$here/vlans names no VLANs of $2" >&2; exit 1; }
    bridge=$(xenstore-read "$path/bridge")
    for link in "vif$1.${path##*/}" "vif$1.${path##*/}-emu"; do
      link=$(link_of "$link")
      [ -e "/sys/class/net/$link" ] || continue
      if [ -d "/sys/class/net/$bridge/bridge" ]; then
        filters "$bridge" || { echo "$bridge filters no VLANs: set vlanFiltering of its Bridge" >&2; exit 1; }
        printf '%s\n' "$vlans" | vlans_set "$link" || exit 1
      else
        ovs_set "$link" "$vlans" || exit 1
      fi
      is_set=yes
    done
  done
  [ -n "${is_set:-}" ] || { echo "domain $1 has no interface $2" >&2; exit 1; }
}
is_tap=
for word in "$@"; do [ "$word" != type_if=tap ] || is_tap=yes; done
if [ -n "$is_tap" ]; then
  dev=${INTERFACE:-}
  number=${dev#vif}
  number=${number%-emu}
  path=/local/domain/0/backend/vif/${number%.*}/${number#*.}
else dev=${vif:-}; fi

case ${1:-} in
  set)
    path=
    set_running "$2" "$3"
    ;;
  online | add)
    # As in Xen's own: each kind of link has one of the two words.
    case $1$is_tap in onlineyes | add) exit 0 ;; esac
    bridge=$(xenstore-read "$path/bridge") || vif_fails "xenstore names no bridge of $dev"
    mac=$(xenstore-read "$path/mac") || vif_fails "xenstore names no address of $dev"
    vlans=$(vlans_wanted_by "$mac") || vif_fails "$here/vlans names no VLANs of $mac: run pulumi up"
    if [ -d "/sys/class/net/$bridge/bridge" ]; then
      filters "$bridge" || vif_fails "$bridge filters no VLANs: set vlanFiltering of its Bridge"
      # It is down, and its front end not connected, until it is in its VLANs; vif-bridge leaves a link alone that is in its bridge already.
      if ! { ip link set dev "$dev" down && ip link set dev "$dev" master "$bridge" && printf '%s\n' "$vlans" | vlans_set "$dev"; }; then
        vif_fails "$dev could not be put into its VLANs on $bridge"
      fi
      exec "$scripts/vif-bridge" "$@"
    elif is_ovs "$bridge"; then
      # Xen's script knows one VLAN without a tag, or some with: it gets the fewest, and what it cannot say is set when it is done.
      untagged=$(ovs_untagged "$vlans")
      tagged=$(ovs_tagged "$vlans")
      if [ -n "$untagged" ]; then narrow=$bridge.$untagged; else narrow=$bridge:${tagged%%,*}; fi
      xenstore-write "$path/bridge" "$narrow" || vif_fails "xenstore does not take the bridge $narrow"
      "$scripts/vif-openvswitch" "$@"
      failed=$?
      xenstore-write "$path/bridge" "$bridge" || :
      [ $failed = 0 ] || exit $failed
      ovs_set "$(link_of "$dev")" "$vlans" || vif_fails "Open vSwitch did not put $dev into its VLANs on $bridge"
    else
      exec "$scripts/vif-bridge" "$@"
    fi
    ;;
  *)
    bridge=$(xenstore-read "$path/bridge" 2>/dev/null) || bridge=
    if [ ! -d "/sys/class/net/$bridge/bridge" ] && is_ovs "$bridge"; then exec "$scripts/vif-openvswitch" "$@"; fi
    exec "$scripts/vif-bridge" "$@"
    ;;
esac
