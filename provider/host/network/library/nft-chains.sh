# shellcheck shell=sh
# Asks nft once for all that want to know of its tables: $nft_chains is what it says, $nft_tells is empty where there is none or it tells nothing.
nft_chains= nft_tells=
if command -v nft >/dev/null 2>&1 && nft_chains=$(nft list chains 2>/dev/null); then nft_tells=yes; fi
