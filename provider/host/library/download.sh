# shellcheck shell=sh
# Fetches a file (download.ts): $dl_label, $dl_from, $dl_hides, $dl_url_file, $dl_want, $dl_target, $dl_part, $dl_mode, $dl_most, $dl_fetch;
# $dl_kind is sha256 or sha512, which $dl_want is of; $dl_remedy what to do where it is another file. progress.sh and downloader.sh come before.
# The URL is no argument of any program: who may look at the host's processes would read it there.
# In the job's folder, which goes with the job, however that ends.
dl_tmp=$(mktemp -d "${JOB_FILES:-${TMPDIR:-/tmp}}/download.XXXXXX"); dl_log=$dl_tmp/log; dl_headers=$dl_tmp/headers
trap 'rm -rf "$dl_tmp"' EXIT
dl_sum() { "${dl_kind}sum" "$1" | cut -d' ' -f1; }
dl_size() { if [ -f "$dl_part" ]; then stat -L -c %s "$dl_part"; else echo 0; fi; }
# What the server announced, with what was there before it began; nothing where it did not say.
dl_total() {
  # wget says the headers among its words.
  if [ "$dl_tool" = wget ]; then dl_heads=$dl_log; else dl_heads=$dl_headers; fi
  awk -v had="$dl_had" 'tolower($1) ~ /^http/ { n = ""; s = $2 } tolower($1) == "content-length:" { n = $2 + 0 }
    END { if (n != "") printf "%.0f", n + ((s == 206 || s == "") ? had : 0) }' "$dl_heads" 2>/dev/null || true
}
dl_run_tool() {
  case $dl_tool in
    curl)
      dl_for_curl <"$dl_url_file" |
        curl -gfsSL --connect-timeout 30 --speed-limit 1 --speed-time 60 -C - -D "$dl_headers" -o "$dl_part" -K -
      ;;
    wget) wget -nv -S -c -T 60 -O "$dl_part" -i - <"$dl_url_file" ;;
    python3) python3 -c "$dl_fetch" "$dl_part" "$dl_headers" <"$dl_url_file" ;;
  esac
}
# A server that sends without end must not fill the file system, which other guests write to: 16 MiB of it stay free.
dl_bound() {
  dl_free=$(($(df -Pk "${dl_part%/*}" | tail -n 1 | awk '{ print $4 }') * 1024 + dl_had - 16777216))
  dl_bytes=$dl_free
  if [ -n "$dl_most" ] && [ "$dl_most" -lt "$dl_free" ]; then dl_bytes=$dl_most; fi
  if [ "$dl_bytes" -lt 512 ]; then dl_bytes=512; fi
}
# Ends the step where the bound was met, which the kernel counts in pieces of 512 bytes.
dl_within() {
  [ "$(dl_size)" -ge "$((dl_bytes / 512 * 512))" ] || return 0
  if [ "$dl_bytes" = "$dl_most" ]; then
    rm -f "$dl_part"
    die "$dl_from is longer than $dl_most bytes, more than an image of this size begins as, so it was not fetched to its end. Set a bigger sizeGiB, or give another source."
  fi
  die "$dl_from does not fit: ${dl_part%/*} has only $(((dl_free + 16777216) / 1048576)) MiB for it. Free some space and run again; what was fetched stays."
}
dl_run() {
  : >"$dl_headers"; : >"$dl_log"
  dl_bound
  ( ulimit -f "$((dl_bytes / 512))"; dl_run_tool ) >"$dl_log" 2>&1 &
  dl_pid=$!; pg_begin "$dl_had"
  while kill -0 "$dl_pid" 2>/dev/null; do
    sleep 0.5 2>/dev/null || sleep 1
    if pg_due; then dl_all=$(dl_total); pg_say "$dl_label" "$(dl_size)" "${dl_all:-0}"; fi
  done
  wait "$dl_pid"
}
# The tool's own words may hold the host's name or the URL.
dl_complaint() {
  if [ "$dl_hides" = yes ]; then echo "its words are hidden, since the URL is a secret"
  else tail -n 2 "$dl_log" 2>/dev/null | tr '\n' ' '; fi
}

if [ -f "$dl_target" ] && [ "$(dl_sum "$dl_target")" = "$dl_want" ]; then
  chmod "$dl_mode" "$dl_target"; echo "$dl_label: is there"; exit 0
fi
dl_try=0
while :; do
  dl_try=$((dl_try + 1)); dl_had=$(dl_size)
  dl_rc=0; dl_run || dl_rc=$?
  if [ "$dl_rc" = 0 ]; then
    dl_got=$(dl_sum "$dl_part")
    [ "$dl_got" != "$dl_want" ] || break
    rm -f "$dl_part"
    [ "$dl_had" != 0 ] && [ "$dl_try" -lt 4 ] || die "$dl_from is not the file that was declared: its SHA-${dl_kind#sha} is $dl_got, expected $dl_want. $dl_remedy"
    echo "$dl_label: what was there did not fit, starting over"
  else
    dl_within
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
echo "$dl_label: $(($(stat -L -c %s "$dl_target") / 1000000)) MB, SHA-${dl_kind#sha} as declared"
