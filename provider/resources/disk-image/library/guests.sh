# shellcheck shell=sh
# Says which guests are claimed, and by whom: a name, a tab and the owner on each line. $guests_root has a folder for each guest.
guests_lines=''
for guests_folder in "$guests_root"/*/; do
  [ -f "$guests_folder/claim" ] || continue
  guests_of='' guests_owner=''
  while IFS= read -r guests_line; do
    case $guests_line in
      owner=*) guests_owner=${guests_line#owner=} ;;
      of=*) guests_of=${guests_line#of=} ;;
    esac
  done <"$guests_folder/claim"
  guests_lines="$guests_lines$guests_of	$guests_owner
"
done
say guests "$guests_lines"
