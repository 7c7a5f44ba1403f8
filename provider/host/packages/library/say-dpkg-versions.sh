# shellcheck shell=sh
# say_versions NAME…: says package.NAME with its version for each one that dpkg has installed.
say_versions() {
  have=$(dpkg-query -W -f '${Package} ${db:Status-Status} ${Version}\n' "$@" 2>/dev/null || :)
while read -r name status version; do
  if [ "$status" = installed ]; then say "package.$name" "$version"; fi
done <<END
$have
END
}
