# shellcheck shell=sh
# Makes a bridge that lasts until the next boot and takes it away again, by ip alone (by brctl where ip can make none): run_time_up,
# run_time_down. $bridge and $ports are set; $up_failed becomes what could not be made. In a folder that a boot empties:
#   BRIDGE.bridge     what the bridge is to be (record.ts)
#   BRIDGE.boot       the boot that it was made in
#   BRIDGE.number     the link's number in the kernel: another bridge of this name is somebody else's
#   BRIDGE.had.PORT   what the port had when it became one
#   BRIDGE.made       what the bridge had when it was made
#   BRIDGE.besides    what somebody has given the bridge since: "for PORT", then as the others
#   BRIDGE.others     routes of other links, before anything was touched: some go with an address
# What a link has is a line each: -4 or -6, an object of ip, and its words, with @ for the link.
rt_place=/var/run/pulumi-xen/network/$bridge
rt_says() { sed -n "s/^$1=//p" "$rt_place.bridge" 2>/dev/null; }
# What comes by itself is left out: the kernel's own routes, and what routers announce.
rt_has() {
  for rt_family in -4 -6; do
    ip -o "$rt_family" addr show dev "$1" 2>/dev/null | awk -v family="$rt_family" -v link="$1" "$rt_addresses"
    ip -o "$rt_family" route show table all 2>/dev/null | awk -v family="$rt_family" -v links=" $1 " -v mine=1 "$rt_routes"
    ip "$rt_family" rule show 2>/dev/null | awk -v family="$rt_family" -v link="$1" "$rt_rules"
  done
  ip -4 neigh show dev "$1" nud permanent 2>/dev/null | awk '$2 == "lladdr" { print "-4 neigh", $1, $2, $3, "nud permanent dev @" }'
}
# rt_others LINKS: routes that go over none of them.
rt_others() {
  for rt_family in -4 -6; do
    ip -o "$rt_family" route show table all 2>/dev/null | awk -v family="$rt_family" -v links=" $1 " -v mine=0 "$rt_routes"
  done
}
# shellcheck disable=SC2016 # awk's own
rt_addresses='$3 == "inet" || $3 == "inet6" {
  gsub(/\\/, " "); $0 = $0
  line = $4; label = ""; keep = 1
  for (at = 5; at <= NF; at++) {
    word = $at; value = $(at + 1)
    if (word ~ /^(peer|brd|metric)$/) { line = line " " word " " value; at++ }
    else if (word ~ /^(any|proto)$/) at++
    else if (word == "scope") { if (family == "-4") line = line " scope " value; else if (value == "link") keep = 0; at++ }
    else if (word ~ /^(noprefixroute|home|autojoin)$/) line = line " " word
    else if (word ~ /^(dynamic|temporary)$/ && family == "-6") keep = 0
    else if (index(word, link ":") == 1) label = " label @" substr(word, length(link) + 1)
    else if (word ~ /^(valid_lft|preferred_lft)$/) { if (sub(/sec$/, "", value)) line = line " " word " " value; at++ }
  }
  if (keep) print family, "addr", line label, "dev @"
}'
# shellcheck disable=SC2016 # awk's own
rt_routes='$1 !~ /^(local|broadcast|multicast|anycast)$/ {
  gsub(/\\/, " "); $0 = $0
  line = family " route"; named = 0; own = 0
  for (at = 1; at <= NF; at++) {
    word = $at; value = $(at + 1)
    if (word ~ /^(linkdown|dead|pervasive|offload|rt_offload|trap|rt_trap|notify|unresolved|cache)$/) continue
    if (word == "error") { at++; continue }
    if (word == "expires") sub(/sec$/, "", $(at + 1))
    if (word == "dev" && index(links, " " value " ")) { named = 1; if (mine) { line = line " dev @"; at++; continue } }
    if (word == "proto" && value ~ /^(kernel|ra|redirect)$/) own = 1
    line = line " " word
  }
  if (named == mine && !own) print line
}'
# shellcheck disable=SC2016 # awk's own
rt_rules='{
  sub(/:$/, "", $1)
  line = family " rule priority " $1; named = 0
  for (at = 2; at <= NF; at++) {
    if ($at == "[detached]") continue
    if (($at == "iif" || $at == "oif") && $(at + 1) == link) { named = 1; line = line " " $at " @"; at++; continue }
    line = line " " $at
  }
  if (named) print line
}'
# Reads lines: those of one kind. A gateway is reached by what stands before it.
rt_of() {
  case $1 in
    via) grep ' route .* via ' ;;
    reached) grep ' route ' | grep -v ' via ' ;;
    *) grep "^-[46] $1 " ;;
  esac
}
# rt_put LINK FILE: the link gets what the file says and it lacks.
rt_put() {
  rt_bad=
  for rt_kind in addr neigh reached via rule; do
    rt_of "$rt_kind" <"$2" >"$rt_place.kind" || :
    while read -r rt_family rt_object rt_words; do
      rt_line="$rt_family $rt_object $rt_words"
      rt_words=$(printf '%s\n' "$rt_words" | sed "s/ @/ $1/g")
      # shellcheck disable=SC2086 # words of ip
      case $rt_family,$rt_object in
        -6,addr) ip -6 addr replace $rt_words nodad 2>/dev/null || ip -6 addr replace $rt_words ;;
        *,addr | *,neigh) ip $rt_family $rt_object replace $rt_words ;;
        *,rule) rt_has "$1" | grep -qxF -e "$rt_line" || ip $rt_family rule add $rt_words ;;
        # Beside the one that came with an address.
        *) rt_has "$1" | grep -qxF -e "$rt_line" || ip $rt_family route add $rt_words 2>/dev/null || ip $rt_family route append $rt_words ;;
      esac || rt_bad="$rt_bad; ip $rt_family $rt_object $rt_words"
    done <"$rt_place.kind"
  done
  rm -f "$rt_place.kind"
  [ -z "$rt_bad" ] || { echo "could not be done${rt_bad#;}"; return 1; }
}
# rt_drop LINK FILE: the other way round; its addresses go whatever the file says.
rt_drop() {
  for rt_kind in rule via reached neigh; do
    rt_of "$rt_kind" <"$2" | sed "s/ @/ $1/g" | while read -r rt_family rt_object rt_words; do
      # shellcheck disable=SC2086 # words of ip
      ip $rt_family $rt_object del $rt_words 2>/dev/null || :
    done || :
  done
  ip -4 addr flush dev "$1" || :
  ip -6 addr flush dev "$1" scope global 2>/dev/null || :
  # What routers announce the bridge hears by itself.
  ip -6 route flush dev "$1" proto ra 2>/dev/null || :
}
rt_is_ours() { [ -f "$rt_place.number" ] && [ "$(cat "$rt_place.number")" = "$(cat "/sys/class/net/$bridge/ifindex" 2>/dev/null)" ]; }
rt_members() { for rt_link in "/sys/class/net/$bridge/brif"/*; do [ ! -e "$rt_link" ] || echo "${rt_link##*/}"; done; }
rt_had() { for rt_file in "$rt_place".had.*; do [ ! -f "$rt_file" ] || echo "${rt_file##*.had.}"; done; }
# A bridge whose record is lost: what it has is its first port's.
rt_find_lost() {
  [ ! -e "$rt_place.bridge" ] && [ -z "$(rt_had)" ] && [ -e "/sys/class/net/$bridge/bridge" ] || return 0
  mkdir -p "${rt_place%/*}"
  cat "/sys/class/net/$bridge/ifindex" >"$rt_place.number"
  for rt_port in $ports; do
    [ -e "/sys/class/net/$bridge/brif/$rt_port" ] || continue
    rt_has "$bridge" >"$rt_place.had.$rt_port"
    break
  done
}
run_time_down() {
  mkdir -p "${rt_place%/*}"
  [ -e "$rt_place.others" ] || { rt_others "$bridge $(rt_had | tr '\n' ' ')" >"$rt_place.others.new" && mv "$rt_place.others.new" "$rt_place.others"; }
  [ -e "$rt_place.bridge" ] || [ -n "$(rt_had)" ] || [ -e "$rt_place.number" ] || return 0
  if rt_is_ours; then
    rt_has "$bridge" >"$rt_place.now"
    if [ -f "$rt_place.made" ] && [ ! -e "$rt_place.besides" ]; then
      rt_first=$(rt_says From)
      echo "for ${rt_first:-$(rt_had | head -n 1)}" >"$rt_place.besides.new"
      grep -vxF -f "$rt_place.made" "$rt_place.now" >>"$rt_place.besides.new" || :
      mv "$rt_place.besides.new" "$rt_place.besides"
    fi
    # A rule stays when its link goes.
    rt_drop "$bridge" "$rt_place.now"
    for rt_port in $(rt_members); do
      ip link set dev "$rt_port" nomaster 2>/dev/null || brctl delif "$bridge" "$rt_port" || :
    done
    ip link set dev "$bridge" down || :
    ip link delete dev "$bridge" type bridge 2>/dev/null || brctl delbr "$bridge" || up_failed=$bridge
  fi
  for rt_port in $(rt_had); do
    if [ -e "/sys/class/net/$rt_port" ]; then rt_put "$rt_port" "$rt_place.had.$rt_port" || up_failed=$rt_port; fi
    rm -f "$rt_place.had.$rt_port"
  done
  rm -f "$rt_place.made" "$rt_place.now" "$rt_place.number"
}
run_time_up() {
  [ ! -e "$rt_place.bridge" ] || rt_make || up_failed=${up_failed:-$bridge}
  if [ -f "$rt_place.besides" ]; then
    rt_link=$bridge
    [ -e "/sys/class/net/$bridge" ] || rt_link=$(sed -n 's/^for //p' "$rt_place.besides")
    [ ! -e "/sys/class/net/$rt_link" ] || rt_put "$rt_link" "$rt_place.besides" || :
    rm -f "$rt_place.besides"
  fi
  if [ -f "$rt_place.others" ]; then
    rt_others "" >"$rt_place.now"
    rt_in=" $bridge $(rt_members | tr '\n' ' ') "
    # Reached ones first.
    for rt_kind in reached via; do
      { grep -vxF -f "$rt_place.now" "$rt_place.others" || :; } | { rt_of "$rt_kind" || :; } | while read -r rt_family _ rt_words; do
        for rt_link in $(printf '%s\n' "$rt_words" | grep -o 'dev [^ ]*' | cut -d ' ' -f 2); do
          case $rt_in in *" $rt_link "*) continue 2 ;; esac
        done
        # shellcheck disable=SC2086 # words of ip
        ip "$rt_family" route add $rt_words || echo "could not be done: ip $rt_family route add $rt_words"
      done
    done
    rm -f "$rt_place.others" "$rt_place.now"
  fi
  if [ ! -e "$rt_place.bridge" ]; then rm -f "$rt_place.boot"; rmdir "${rt_place%/*}" 2>/dev/null || :; fi
}
# Until the ports are touched it may fail without harm.
rt_make() {
  cat /proc/sys/kernel/random/boot_id >"$rt_place.boot"
  rt_ports=$(rt_says Name)
  for rt_port in $rt_ports; do
    [ -e "/sys/class/net/$rt_port" ] || { up_failed=$rt_port; return 1; }
    rt_has "$rt_port" >"$rt_place.had.new"
    # Nothing is taken that was not read.
    [ "$(ip -o -4 addr show dev "$rt_port" | wc -l)" = "$(grep -c '^-4 addr ' "$rt_place.had.new")" ] || return 1
    mv "$rt_place.had.new" "$rt_place.had.$rt_port"
  done
  # One that is there by now is somebody else's.
  [ ! -e "/sys/class/net/$bridge" ] || return 1
  ip link add dev "$bridge" type bridge 2>/dev/null || brctl addbr "$bridge" || return 1
  cat "/sys/class/net/$bridge/ifindex" >"$rt_place.number"
  rt_mac=$(rt_says MACAddress)
  [ -z "$rt_mac" ] || ip link set dev "$bridge" address "$rt_mac" || return 1
  rt_set stp_state 0 && rt_set forward_delay "$(rt_says ForwardDelay)" && rt_set hello_time "$(rt_says HelloTime)" &&
    rt_set max_age "$(rt_says MaxAge)" && rt_set ageing_time "$(rt_says AgeingTime)" && rt_set priority "$(rt_says Priority)" &&
    rt_set stp_state "$(rt_says STP)" || return 1
  rt_from=$(rt_says From)
  [ -z "$rt_from" ] || rt_kernel_settings "$rt_from" "$bridge"
  [ "$(rt_says Addresses)" != none ] || [ ! -e "/proc/sys/net/ipv6/conf/$bridge/accept_ra" ] || echo 0 >"/proc/sys/net/ipv6/conf/$bridge/accept_ra"
  rt_mtu=$(rt_says MTUBytes)
  ip link set dev "$bridge" up || return 1
  for rt_port in $rt_ports; do
    [ -z "$rt_mtu" ] || ip link set dev "$rt_port" mtu "$rt_mtu" || return 1
    ip link set dev "$rt_port" up || return 1
    rt_drop "$rt_port" "$rt_place.had.$rt_port"
    ip link set dev "$rt_port" master "$bridge" 2>/dev/null || brctl addif "$bridge" "$rt_port" || { up_failed=$rt_port; return 1; }
  done
  [ -z "$rt_mtu" ] || ip link set dev "$bridge" mtu "$rt_mtu" || return 1
  rt_of_bridge >"$rt_place.now"
  rt_put "$bridge" "$rt_place.now" || return 1
  rt_has "$bridge" >"$rt_place.made"
  rm -f "$rt_place.now"
}
# By ip, or where that knows no bridges (EL 6's) by the kernel's own file.
rt_set() {
  [ -z "$2" ] || ip link set dev "$bridge" type bridge "$1" "$2" 2>/dev/null || echo "$2" >"/sys/class/net/$bridge/bridge/$1"
}
# What the kernel is told of a link's addresses, and not of the card.
rt_kernel_settings() {
  for rt_setting in ipv4:forwarding ipv4:rp_filter ipv4:proxy_arp ipv4:arp_ignore ipv4:arp_announce ipv4:arp_filter ipv4:arp_notify \
    ipv4:accept_local ipv4:accept_redirects ipv4:secure_redirects ipv4:send_redirects ipv4:accept_source_route ipv4:route_localnet \
    ipv4:log_martians ipv4:src_valid_mark ipv6:disable_ipv6 ipv6:forwarding ipv6:accept_ra ipv6:accept_ra_defrtr ipv6:accept_ra_pinfo \
    ipv6:autoconf ipv6:use_tempaddr ipv6:accept_redirects ipv6:accept_source_route ipv6:proxy_ndp; do
    rt_folder=/proc/sys/net/${rt_setting%:*}/conf
    rt_setting=${rt_setting#*:}
    [ -r "$rt_folder/$1/$rt_setting" ] && [ -w "$rt_folder/$2/$rt_setting" ] || continue
    read -r rt_value <"$rt_folder/$1/$rt_setting" && echo "$rt_value" >"$rt_folder/$2/$rt_setting" || :
  done
}
# Declared addresses take the place of the port's and of its way out.
rt_of_bridge() {
  case $(rt_says Addresses) in
    inherit) cat "$rt_place.had.$rt_from" ;;
    static)
      rt_says Address | while read -r rt_cidr; do
        case $rt_cidr in *:*) echo "-6 addr $rt_cidr dev @" ;; *) echo "-4 addr $rt_cidr brd + scope global dev @" ;; esac
      done
      for rt_gateway in $(rt_says Gateway); do
        case $rt_gateway in *:*) echo "-6 route default via $rt_gateway dev @" ;; *) echo "-4 route default via $rt_gateway dev @" ;; esac
      done
      if [ -n "$rt_from" ]; then
        awk '$2 != "addr" && ($2 != "route" || $3 != "default" || / table /)' "$rt_place.had.$rt_from"
      fi
      ;;
  esac
}
