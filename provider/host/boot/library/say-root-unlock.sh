# shellcheck shell=sh
# Says passphrase.MAPPING for each encrypted device below the root file system that waits for somebody at a boot: no key file, no key
# script, no TPM and no Clevis opens it. $mountinfo, $blocks and $crypttab: where the kernel tells of mounts and of block devices, and crypttab(5).
#
# Later mounts lie over earlier ones. A file system with a device number of its own (btrfs) is told by its source.
root_number= root_source=
while read -r mount_id parent_id number path mount mount_options rest; do
  if [ "$mount" = / ]; then
    root_number=$number
    root_source=${rest#*- }
    root_source=${root_source#* }
    root_source=${root_source%% *}
  fi
done <"$mountinfo"
blocks_left=
for block in "$blocks"/*; do
  if [ -r "$block/dev" ]; then
    read -r number <"$block/dev"
    if [ "$number" = "$root_number" ]; then blocks_left=${block##*/}; fi
  fi
done
if [ -z "$blocks_left" ]; then
  blocks_left=$(readlink -f "$root_source" 2>/dev/null || :)
  blocks_left=${blocks_left##*/}
fi
# Says so where nothing but a person opens the mapping $1, which lies on the device $2.
say_passphrase() {
  sp_key= sp_options=
  if [ -r "$crypttab" ]; then
    while read -r sp_target sp_source sp_file sp_more; do
      if [ "$sp_target" = "$1" ]; then sp_key=$sp_file sp_options=$sp_more; fi
    done <"$crypttab"
  fi
  case ,$sp_options, in *,keyscript=* | *,tpm2-device=*) return 0 ;; esac
  case $sp_key in '' | none | -) ;; *) return 0 ;; esac
  if command -v clevis >/dev/null 2>&1 && [ -n "$(clevis luks list -d "/dev/$2" 2>/dev/null)" ]; then return 0; fi
  say "passphrase.$1" yes
}
while [ -n "$blocks_left" ]; do
  # shellcheck disable=SC2086 # names of devices have no blanks
  set -- $blocks_left
  block=$blocks/$1
  shift
  slaves=
  for slave in "$block"/slaves/*; do
    if [ -e "$slave" ]; then slaves="$slaves ${slave##*/}"; fi
  done
  uuid=
  if [ -e "$block/dm/uuid" ]; then read -r uuid <"$block/dm/uuid" || :; fi
  case $uuid in
    CRYPT-*)
      read -r mapping <"$block/dm/name"
      say_passphrase "$mapping" "${slaves##* }" ;;
  esac
  blocks_left="$*$slaves"
done
