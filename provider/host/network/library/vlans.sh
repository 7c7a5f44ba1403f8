# shellcheck shell=sh
# VLANs of a bridge's port, a line for each range: "20 pvid untagged", "100-199". vlans_of LINK tells those that it has; vlans_set LINK
# makes it so that it has those of stdin, and no others: what it keeps goes on without a gap.
vlans_of() {
  vlans_told=$(bridge -compressvlans vlan show dev "$1") || return 1
  printf '%s\n' "$vlans_told" | awk -v dev="$1" '
    NR > 1 && NF {
      from = $1 == dev ? 2 : 1
      if ($from !~ /^[0-9]/) next
      line = $from
      for (at = from + 1; at <= NF; at++) { if ($at == "PVID") line = line " pvid"; if ($at == "Untagged") line = line " untagged" }
      print line
    }'
}
vlans_set() {
  vlans_wanted=$(cat)
  vlans_has=$(vlans_of "$1") || return 1
  vlans_batch=$(printf '%s\n' "$vlans_wanted" wanted-until-here "$vlans_has" | awk -v dev="$1" '
    function gone() { if (first) print "vlan del dev " dev " vid " first (last > first ? "-" last : ""); first = 0 }
    $0 == "wanted-until-here" { is_had = 1; next }
    NF {
      count = split($1, ends, "-")
      for (id = ends[1]; id <= ends[count]; id++) { if (is_had) had[id] = 1; else wanted[id] = 1 }
      if (!is_had) print "vlan add dev " dev " vid " $0
    }
    END {
      for (id = 1; id <= 4094; id++) {
        if (!had[id] || wanted[id]) { gone(); continue }
        if (!first) first = id
        last = id
      }
      gone()
    }') || return 1
  printf '%s\n' "$vlans_batch" | bridge -batch -
}
