# shellcheck shell=sh
# Says what there is of a bridge's way to the outside: nat.nft, nat.program, nat.table, nat.forwards. $nat_table is its table's name,
# $nat_program the path of its program, nft-chains.sh comes before. An nft that cannot tell its tables is as good as none; that a table is not there it must say.
if [ -n "$nft_tells" ]; then
  say nat.nft yes
  if printf '%s\n' "$nft_chains" | grep -qxF "table ip $nat_table {"; then say_cmd nat.table nft list table ip "$nat_table"; fi
else say nat.nft no; fi
if [ -f "$nat_program" ]; then say_file nat.program "$nat_program"; fi
if [ -f /proc/sys/net/ipv4/ip_forward ]; then say_line nat.forwards /proc/sys/net/ipv4/ip_forward; else say nat.forwards 0; fi
