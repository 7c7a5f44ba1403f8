# shellcheck shell=sh
# Of what the new image's folder has to hold, that which the copy's making does not write: $mv_folder/target has it until the switch.
note_down "$mv_folder/target/format" "$mv_becomes"
if [ "$mv_how" = rename ]; then
  for mv_one in made group promise; do
    if [ -f "$mv_folder/$mv_one" ]; then note_down "$mv_folder/target/$mv_one" "$(cat "$mv_folder/$mv_one")"; fi
  done
  if [ "$mv_to_thing" = volume ]; then note_down "$mv_folder/target/asked" "$mv_asked"; fi
fi
