# shellcheck shell=sh
# Says of the ISO $li_iso that lies on the host: iso.id, what it is known by, which is its SHA-256 where $li_whole is yes; or iso.trouble, why
# it cannot be read; neither where it is not there. Where $li_tree is yes, the media server has to be able to read it: $li_reader is iso9660.py,
# $li_python the interpreter. iso-identity.sh comes before.
look_at_iso() {
  if [ ! -f "$li_iso" ] && [ ! -b "$li_iso" ]; then
    if [ -e "$li_iso" ]; then say iso.trouble "$li_iso is neither a file nor a drive"; fi
    return
  fi
  # A drive may be empty.
  li_said=$(head -c 65536 "$li_iso" 2>&1 >/dev/null) || { say iso.trouble "$li_said"; return; }
  if [ "$li_tree" = yes ] && [ -n "$li_python" ]; then
    li_said=$("$li_python" -c "$li_reader" check "$li_iso" 2>&1) || { say iso.trouble "$li_said"; return; }
  fi
  if [ "$li_whole" = yes ]; then
    li_said=$(sha256sum "$li_iso" 2>&1) || { say iso.trouble "$li_said"; return; }
    say iso.id "${li_said%% *}"
  else
    li_said=$(iso_identity "$li_iso" 2>&1) || { say iso.trouble "$li_said"; return; }
    say iso.id "$li_said"
  fi
}
look_at_iso
