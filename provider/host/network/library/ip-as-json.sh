# shellcheck shell=sh
# ip_as_json ARGUMENTS: what `ip -j` tells of links, addresses, routes and rules, where ip knows no -j (iproute2 before 4.14, as EL 6's
# 2.6.32, and busybox): links from /sys, the rest from ip's own lines, one of each by -o. Fields that nobody here reads are left out.
# ip_is_old: it says so itself. Whatever else keeps ip from telling is no reason to read its lines.
ip_is_old() {
  case $(ip -j link show 2>&1 >/dev/null) in
    *'"-j" is unknown'* | *"option: j"* | *"option -- 'j'"*) return 0 ;;
    *) return 1 ;;
  esac
}
ip_as_json() {
  case "$*" in
    *" link "*) ip_links_as_json ;;
    *" addr "*) ip_json_lines=$(ip -o addr show) && printf '%s\n' "$ip_json_lines" | awk "$ip_json_awk"'
      $3 == "inet" || $3 == "inet6" {
        name = $2; sub(/:$/, "", name); sub(/@.*/, "", name)
        split($4, address, "/")
        if ($5 == "peer") { split($6, peer, "/"); address[2] = peer[2] }
        one = sprintf("{\"family\":\"%s\",\"local\":\"%s\",\"prefixlen\":%d,\"scope\":\"%s\"%s}", $3, address[1], address[2], after("scope"), has("dynamic") ? ",\"dynamic\":true" : "")
        of[name] = of[name] (of[name] == "" ? "" : ",") one
      }
      END { for (name in of) entry("\"ifname\":\"" text(name) "\",\"addr_info\":[" of[name] "]"); close_list() }' ;;
    *" route "*) ip_json_lines=$(ip -o "$2" route show table all) && printf '%s\n' "$ip_json_lines" | awk "$ip_json_awk"'
      NF > 1 {
        gsub(/\\/, " ")
        to = $1 ~ /^(unicast|local|broadcast|multicast|anycast|throw|unreachable|prohibit|blackhole|nat)$/ ? $2 : $1
        hops = ""
        for (at = 1; at < NF; at++) if ($at == "nexthop") { for (on = at + 1; on < NF && $on != "nexthop"; on++) if ($on == "dev") hops = hops (hops == "" ? "" : ",") "{\"dev\":\"" text($(on + 1)) "\"}" }
        entry("\"dst\":\"" to "\"" (hops == "" ? field("gateway", "via") field("dev", "dev") : ",\"nexthops\":[" hops "]") field("table", "table") field("protocol", "proto") field("prefsrc", "src") (has("onlink") ? ",\"flags\":[\"onlink\"]" : ""))
      }
      END { close_list() }' ;;
    *" rule "*) ip_json_lines=$(ip "$2" rule show) && printf '%s\n' "$ip_json_lines" | awk "$ip_json_awk"'
      NF > 1 {
        split(after("from"), from, "/"); split(after("to"), to, "/")
        entry("\"src\":\"" from[1] "\"" (from[2] == "" ? "" : ",\"srclen\":" from[2]) (to[1] == "" ? "" : ",\"dst\":\"" to[1] "\"" (to[2] == "" ? "" : ",\"dstlen\":" to[2])) field("fwmark", "fwmark") field("iif", "iif") field("oif", "oif") field("table", "lookup"))
      }
      END { close_list() }' ;;
  esac
}
# shellcheck disable=SC2016 # awk's own
ip_json_awk='
  function after(word, at) { for (at = 1; at < NF; at++) if ($at == word) return $(at + 1); return "" }
  function has(word, at) { for (at = 1; at <= NF; at++) if ($at == word) return 1; return 0 }
  function text(given) { gsub(/["\\]/, "\\\\&", given); return given }
  function field(key, word) { return after(word) == "" ? "" : ",\"" key "\":\"" text(after(word)) "\"" }
  function entry(fields) { printf "%s{%s}", (entries++ ? "," : "["), fields }
  function close_list() { print (entries ? "" : "[") "]" }'
ip_links_as_json() {
  ip_json_before='['
  for ip_json_link in /sys/class/net/*; do
    ip_json_name=${ip_json_link##*/}
    case $ip_json_name in *[\"\\]*) continue ;; esac
    [ -r "$ip_json_link/flags" ] || continue
    read -r ip_json_flags <"$ip_json_link/flags"
    read -r ip_json_mtu <"$ip_json_link/mtu"
    ip_json_address=
    read -r ip_json_address <"$ip_json_link/address" || :
    ip_json_words=
    if [ $((ip_json_flags & 1)) = 1 ]; then
      ip_json_words='"UP"'
      [ "$(cat "$ip_json_link/carrier" 2>/dev/null)" = 1 ] || ip_json_words='"NO-CARRIER","UP"'
    fi
    printf '%s{"ifname":"%s","address":"%s","mtu":%s,"flags":[%s]' "$ip_json_before" "$ip_json_name" "$ip_json_address" "$ip_json_mtu" "$ip_json_words"
    ip_json_before=,
    for ip_json_master in "$ip_json_link/brport/bridge" "$ip_json_link/master"; do
      [ -e "$ip_json_master" ] || continue
      ip_json_master=$(readlink -f "$ip_json_master")
      printf ',"master":"%s"' "${ip_json_master##*/}"
      break
    done
    if [ -d "$ip_json_link/bridge" ]; then
      printf ',"linkinfo":{"info_kind":"bridge","info_data":{'
      ip_json_comma=
      for ip_json_key in stp_state forward_delay hello_time max_age ageing_time priority; do
        read -r ip_json_value <"$ip_json_link/bridge/$ip_json_key"
        printf '%s"%s":%s' "$ip_json_comma" "$ip_json_key" "$ip_json_value"
        ip_json_comma=,
      done
      printf '}}'
    elif [ -r "/proc/net/vlan/$ip_json_name" ]; then
      printf ',"link":"%s","linkinfo":{"info_kind":"vlan","info_data":{"id":%d}}' "$(sed -n 's/^Device: //p' "/proc/net/vlan/$ip_json_name")" "$(sed -n 's/.*VID: \([0-9]*\).*/\1/p' "/proc/net/vlan/$ip_json_name")"
    elif [ ! -d "$ip_json_link/bonding" ]; then
      # What else stands on another link: a macvlan, as kernels from 3.18 tell it.
      for ip_json_lower in "$ip_json_link"/lower_*; do
        [ ! -e "$ip_json_lower" ] || { printf ',"link":"%s","linkinfo":{"info_kind":"macvlan"}' "${ip_json_lower##*/lower_}"; break; }
      done
    fi
    printf '}'
  done
  echo ']'
}
