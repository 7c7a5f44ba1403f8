# shellcheck shell=sh
# Fetches a file (download.ts): $dl_label, $dl_from, $dl_hides, $dl_url_file, $dl_want, $dl_target, $dl_part, $dl_mode, $dl_fetch.
# The URL is no argument of any program: who may look at the host's processes would read it there.
dl_tmp=$(mktemp -d); dl_log=$dl_tmp/log; dl_headers=$dl_tmp/headers
trap 'rm -rf "$dl_tmp"' EXIT
dl_sum() { sha256sum "$1" | cut -d' ' -f1; }
dl_size() { if [ -f "$dl_part" ]; then stat -L -c %s "$dl_part"; else echo 0; fi; }
# What the server announced, with what was there before it began; nothing where it did not say.
dl_total() {
  awk -v had="$dl_had" 'tolower($1) ~ /^http/ { n = ""; s = $2 } tolower($1) == "content-length:" { n = $2 + 0 }
    END { if (n != "") printf "%d", n + ((s == 206 || s == "") ? had : 0) }' "$dl_headers" 2>/dev/null || true
}
dl_run_tool() {
  case $dl_tool in
    curl)
      sed 's/[\\"]/\\&/g; s/^/url = "/; s/$/"/' <"$dl_url_file" |
        curl -gfsSL --connect-timeout 30 --speed-limit 1 --speed-time 60 -C - -D "$dl_headers" -o "$dl_part" -K -
      ;;
    wget) wget -q -c -T 60 -O "$dl_part" -i - <"$dl_url_file" ;;
    python3) python3 -c "$dl_fetch" "$dl_part" "$dl_headers" <"$dl_url_file" ;;
  esac
}
dl_run() {
  : >"$dl_headers"; : >"$dl_log"
  ( dl_run_tool ) >"$dl_log" 2>&1 &
  dl_pid=$!; dl_said=0; dl_tick=0
  while kill -0 "$dl_pid" 2>/dev/null; do
    sleep 0.5 2>/dev/null || sleep 1
    dl_tick=$((dl_tick + 1))
    if [ $((dl_tick % 6)) = 0 ]; then
      dl_now=$(dl_size)
      if [ "$dl_now" != "$dl_said" ]; then dl_said=$dl_now; dl_say; fi
    fi
  done
  wait "$dl_pid"
}
dl_say() {
  dl_all=$(dl_total)
  if [ "${dl_all:-0}" -gt 0 ]; then
    echo "$dl_label: $((dl_said / 1000000)) of $((dl_all / 1000000)) MB, $((dl_said * 100 / dl_all)) %"
  else
    echo "$dl_label: $((dl_said / 1000000)) MB"
  fi
}
# The tool's own words may hold the host's name or the URL.
dl_complaint() {
  if [ "$dl_hides" = yes ]; then echo "its words are hidden, since the URL is a secret"
  else tail -n 2 "$dl_log" 2>/dev/null | tr '\n' ' '; fi
}

if [ -f "$dl_target" ] && [ "$(dl_sum "$dl_target")" = "$dl_want" ]; then
  chmod "$dl_mode" "$dl_target"; echo "$dl_label: is there"; exit 0
fi
if command -v curl >/dev/null 2>&1; then dl_tool=curl
# busybox's wget takes a URL as an argument only.
elif command -v wget >/dev/null 2>&1 && wget --version >/dev/null 2>&1; then dl_tool=wget
elif command -v python3 >/dev/null 2>&1; then dl_tool=python3
else die "None of curl, wget (GNU) and python3 is on this host, so $dl_from cannot be fetched. Install one of them."; fi
dl_try=0
while :; do
  dl_try=$((dl_try + 1)); dl_had=$(dl_size)
  dl_rc=0; dl_run || dl_rc=$?
  if [ "$dl_rc" = 0 ]; then
    dl_got=$(dl_sum "$dl_part")
    [ "$dl_got" != "$dl_want" ] || break
    rm -f "$dl_part"
    [ "$dl_had" != 0 ] && [ "$dl_try" -lt 4 ] || die "$dl_from is not the file that was declared: its SHA-256 is $dl_got, expected $dl_want. Correct sha256, or find out who changed the file."
    echo "$dl_label: what was there did not fit, starting over"
  else
    dl_why=$(dl_complaint)
    # A server that cannot go on in the middle, or a part that is longer than the file: from the start.
    if [ "$dl_had" != 0 ] && [ "$(dl_size)" -le "$dl_had" ]; then rm -f "$dl_part"; fi
    [ "$dl_try" -lt 4 ] || die "$dl_from cannot be fetched with $dl_tool (exit code $dl_rc): $dl_why"
    echo "$dl_label: interrupted ($dl_why), trying again"
    sleep "$dl_try"
  fi
done
chmod "$dl_mode" "$dl_part"; sync "$dl_part" 2>/dev/null || sync
mv -f "$dl_part" "$dl_target"
rm -rf "$dl_tmp"
echo "$dl_label: $(($(stat -L -c %s "$dl_target") / 1000000)) MB, SHA-256 as declared"
