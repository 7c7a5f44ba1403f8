# shellcheck shell=sh
# Ends the step where the image $claim_of is claimed under another path (a symbolic link, a hard link, two names of a
# device); sets $claim_real, its path behind symbolic links. Runs as the guard of a claim (host/claim.ts), under its lock;
# lost-mounts.sh comes before. $claim_own may be set: another folder of the same image, which is being moved.
# A device's number is another one after a boot, so its own path is kept; that two names lead to it shows while it is there (-ef).
refuse_lost "$claim_of"
if [ -b "$claim_of" ]; then claim_real=$claim_of
else
  # Folders that are missing are made later, as they are written.
  same_folder=$(dirname "$claim_of") same_rest=
  while [ ! -d "$same_folder" ]; do
    same_rest=/${same_folder##*/}$same_rest
    same_folder=$(dirname "$same_folder")
  done
  same_folder=$(readlink -f -- "$same_folder")
  claim_real=${same_folder%/}$same_rest/${claim_of##*/}
fi
for same_other in "${claim_folder%/*}"/*/; do
  same_other=${same_other%/}
  [ "$same_other" != "$claim_folder" ] && [ "$same_other" != "${claim_own:-}" ] || continue
  same_of='' same_real='' same_owner="an earlier version of pulumi-xen"
  if [ -f "$same_other/claim" ]; then
    while IFS= read -r same_line; do
      case $same_line in
        owner=*) same_owner=${same_line#owner=} ;;
        of=*) same_of=${same_line#of=} ;;
        real=*) same_real=${same_line#real=} ;;
      esac
    done <"$same_other/claim"
  elif [ -f "$same_other/owner" ]; then
    { read -r same_line; IFS= read -r same_of || :; } <"$same_other/owner"
  fi
  [ -n "$same_of" ] || continue
  if [ -f "$same_other/moving" ] && grep -qxF -e "to=$claim_of" -e "to=$claim_real" -e "from=$claim_of" "$same_other/moving"; then
    die "$claim_of has a part in a move of $same_of, which $same_owner has claimed and which has not come to its end; nothing was touched. Run up there, or choose another path."
  fi
  if [ "$same_real" = "$claim_real" ] || [ "$same_of" = "$claim_real" ] ||
    { ! is_lost "$same_of" && [ "$same_of" -ef "$claim_of" ]; }; then
    die "$claim_of is the same as $same_of, which $same_owner has claimed; nothing was touched. Declare an image once and refer to it, or choose another path."
  fi
done
