# shellcheck shell=sh
# Says the chains at the hook "forward" that drop what they do not name: those that bridges' packets pass (forward.FAMILY.TABLE.CHAIN), and
# those that only what the host routes passes (routed.FAMILY.TABLE.CHAIN; IPv4, by nft). $nf_settings is the kernel's folder of br_netfilter, nft-chains.sh comes before.
bridged=
for family in ip ip6; do
  nf_call=0
  if [ -r "$nf_settings/bridge-nf-call-${family}tables" ]; then read -r nf_call <"$nf_settings/bridge-nf-call-${family}tables" || :; fi
  [ "$nf_call" != 1 ] || bridged="$bridged $family"
done
if [ -n "$nft_tells" ]; then
  printf '%s\n' "$nft_chains" | awk -v bridged="$bridged " '
    $1 == "table" { family = $2; table = $3 }
    $1 == "chain" { chain = $2 }
    /hook forward .*policy drop;/ {
      if (index(bridged, " " family " ") || (family == "inet" && bridged != " ")) print "forward", family, table, chain
      else if (family == "ip" || family == "inet") print "routed", family, table, chain
    }
  ' | while read -r who family table chain; do
    say "$who.$family.$table.$chain" "$(nft list chain "$family" "$table" "$chain" 2>/dev/null)"
  done
fi
# The kernel's older tables, and nft's where there is no nft. To list older ones that are not in use would load them.
for family in $bridged; do
  if grep -qx filter "/proc/net/${family}_tables_names" 2>/dev/null; then
    tables="${family}tables-legacy"
    command -v "$tables" >/dev/null 2>&1 || tables="${family}tables"
  else
    tables="${family}tables"
    case $(command -v nft || "$tables" --version 2>/dev/null) in *"(nf_tables)"*) ;; *) continue ;; esac
  fi
  if said_rules=$("$tables" -S FORWARD 2>/dev/null); then say "forward.$family.filter.FORWARD" "$said_rules"; fi
done
