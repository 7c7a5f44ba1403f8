# shellcheck shell=sh
# say_versions NAME…: says package.NAME for each one that rpm has installed, with its VERSION-RELEASE; all of them where several are
# installed, as kernels are. For one that is not there rpm prints a sentence of five words, and ends with another number than 0.
say_versions() {
  have=$(rpm -q --qf '%{NAME} %{VERSION}-%{RELEASE}\n' "$@" 2>/dev/null |
    awk 'NF == 2 { if (!($1 in all)) { order[++count] = $1 } all[$1] = all[$1] == "" ? $2 : all[$1] " " $2 } END { for (i = 1; i <= count; i++) print order[i], all[order[i]] }' || :)
while read -r name versions; do
  if [ -n "$name" ]; then say "package.$name" "$versions"; fi
done <<END
$have
END
}
