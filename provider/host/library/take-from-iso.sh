# shellcheck shell=sh
# Takes the file $ti_path out of the ISO $ti_iso and gives it the name $ti_target, whole or not at all; $ti_label is the property, $ti_name the
# file's name in the record $ti_record, which tells out of which ISO each file came: $ti_id where its SHA-256 is declared. $ti_reader is
# iso9660.py, $ti_python the interpreter. iso-identity.sh comes before.
[ -n "$ti_python" ] || die "There is no Python (python3, python2, python) on this host; it reads the ISO. Install the package python3, on CentOS 6 python."
[ -n "$ti_id" ] || ti_id=$(iso_identity "$ti_iso")
"$ti_python" -c "$ti_reader" take "$ti_iso" "$ti_path" "$ti_target.part" || {
  rm -f "$ti_target.part"
  die "$ti_label could not be taken out of the ISO. Correct $ti_label.inIso, or declare another ISO."
}
ti_sum=$(sha256sum "$ti_target.part" | cut -d' ' -f1)
chmod 644 "$ti_target.part"; sync "$ti_target.part" 2>/dev/null || sync
if [ -d "$ti_target" ]; then rm -rf "$ti_target"; fi
# The record names nothing that is not there: it goes first and comes last.
if [ -f "$ti_record" ]; then awk -v name="$ti_name" '$1 != name' "$ti_record"; fi >"$ti_record.new"
cp "$ti_record.new" "$ti_record.part"; sync "$ti_record.part" 2>/dev/null || sync; mv -f "$ti_record.part" "$ti_record"
mv -f "$ti_target.part" "$ti_target"
printf '%s %s %s %s\n' "$ti_name" "$ti_sum" "$ti_id" "$ti_path" >>"$ti_record.new"
replace_whole "$ti_record"
echo "$ti_label: $(($(stat -L -c %s "$ti_target") / 1000)) kB out of the ISO"
