# shellcheck shell=sh
# say_versions NAME…: says package.NAME with its version for each one that apk has installed. It is told as NAME-VERSION, of which the
# last two parts between dashes are the version.
say_versions() {
  apk --no-network list --installed "$@" 2>/dev/null | while read -r word rest; do
    name=${word%-*-*}
    case $rest in *"[installed"*) say "package.$name" "${word#"$name"-}" ;; esac
  done
}
