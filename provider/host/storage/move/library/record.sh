# shellcheck shell=sh
# Functions over the record of a move, the file `moving` in the folder of the image's claim ($mv_folder): where the image is, where it goes,
# and how far that has come. It is there from before the first effect of a move until after its last one.
#   begun  nothing counts but the image under its former name; a copy is made again
#   whole  what is known as `new` holds all that the image holds, compared
#   switched, or the folder has the name of the new path: the claim names the new one, and what is left of the former one goes
mv_load() {
  mv_stage=none mv_how= mv_state= mv_new=
  [ -f "$mv_folder/moving" ] || return 0
  while IFS= read -r mv_line; do
    case $mv_line in
      from=*) mv_from=${mv_line#from=} ;;
      to=*) mv_to=${mv_line#to=} ;;
      was=*) mv_was=${mv_line#was=} ;;
      becomes=*) mv_becomes=${mv_line#becomes=} ;;
      bytes=*) mv_bytes=${mv_line#bytes=} ;;
      asked=*) mv_asked=${mv_line#asked=} ;;
      old=*) mv_old=${mv_line#old=} ;;
      state=*) mv_state=${mv_line#state=} ;;
      new=*) mv_new=${mv_line#new=} ;;
      how=*) mv_how=${mv_line#how=} ;;
      former=*) mv_former=${mv_line#former=} ;;
      stage=*) mv_stage=${mv_line#stage=} ;;
    esac
  done <"$mv_folder/moving"
  if [ "$mv_folder" = "$mv_to_folder" ] && [ "$mv_from_folder" != "$mv_to_folder" ]; then mv_stage=switched; fi
  mv_things
}
# Which of the functions handles it.
mv_things() {
  mv_from_thing=file mv_to_thing=file
  if [ "$mv_was" = lvm ]; then mv_from_thing=volume; fi
  if [ "$mv_becomes" = lvm ]; then mv_to_thing=volume; fi
  mv_aside=$mv_from.pulumi-xen-old
}
mv_write() {
  mv_stage=$1
  note_down "$mv_folder/moving" "$(printf '%s\n' "pulumi-xen move 1" "from=$mv_from" "to=$mv_to" "was=$mv_was" "becomes=$mv_becomes" "bytes=$mv_bytes" \
    "asked=$mv_asked" "old=$mv_old" "state=$mv_state" "new=$mv_new" "how=$mv_how" "former=$mv_former" "stage=$mv_stage")" 644
}
# Ends the step where somebody uses $1, the image; what the copy would hold then is half of what is written.
mv_free() {
  mv_users=$(image_users "$1") || exit 1
  [ -z "$mv_users" ] || die "$mv_from is in use ($mv_users), so it is not moved. Shut that down first, and run again."
  mv_held=$("${2}_held" "$1") || exit 1
  [ -z "$mv_held" ] || die "$mv_from is in use: $mv_held. End that first, and run again."
}
