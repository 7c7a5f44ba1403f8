# shellcheck shell=sh
# Says where the claimed image of a resource is, by its claim alone: the path of today may be neither the program's nor that of the saved
# state. $where_root has a folder for each image; $where_id is the claim's id or, where the state has none, $where_owner is who claimed it.
# $where_mark is the folder of a claim that is older than ids.
where_count=0
for where_folder in "$where_root"/*/; do
  where_folder=${where_folder%/}
  [ -f "$where_folder/claim" ] || continue
  where_has_id='' where_has_owner='' where_of=''
  while IFS= read -r where_line; do
    case $where_line in
      id=*) where_has_id=${where_line#id=} ;;
      owner=*) where_has_owner=${where_line#owner=} ;;
      of=*) where_of=${where_line#of=} ;;
    esac
  done <"$where_folder/claim"
  if [ -n "$where_id" ]; then [ "$where_has_id" = "$where_id" ] || continue
  else [ "$where_has_owner" = "$where_owner" ] || continue; fi
  where_count=$((where_count + 1))
  [ "$where_count" = 1 ] || continue
  say where.key "${where_folder##*/}"
  say where.id "$where_has_id"
  say where.owner "$where_has_owner"
  say where.of "$where_of"
  say_file where.format "$where_folder/format"
  say_file where.moving "$where_folder/moving"
done
say where "$where_count"
if [ ! -f "$where_mark/claim" ] && [ -f "$where_mark/owner" ]; then say where.mark yes; fi
