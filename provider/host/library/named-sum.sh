# shellcheck shell=sh
# Finds the sum of a distribution's file (named-download.ts) and says it in $dl_want. Before it come downloader.sh and $nm_mirror, $nm_sums (the
# path of the file of sums below it), $nm_kind (sha256 or sha512), $nm_name (of the file in it; empty: it has one sum), $nm_form (of the
# signature: detached, clear, listed, none), $nm_signed (its path), $nm_listed (the name of the file of sums in a signed list),
# $nm_fingerprints (whose signature counts; empty: of any key given), $nm_keys (files of keys: the first that is there counts), $nm_what,
# $nm_package, $nm_fetch, $dl_hides.
if [ "$dl_hides" = yes ]; then nm_say_sums="The list of sums" nm_say_signed="What signs it" nm_say_name="the file" nm_package=
else nm_say_sums=$nm_sums nm_say_signed=$nm_signed nm_say_name=${nm_name:-the file}; fi
nm_tmp=$(mktemp -d)
trap 'rm -rf "$nm_tmp"' EXIT
# A list of sums is a few hundred kilobytes at most; a mirror could send without end.
nm_most=4194304
# Where nobody signs, the mirror's certificate is all that vouches: no step of the way may go without it.
if [ "$nm_form" = none ]; then nm_secure=yes; else nm_secure=no; fi
nm_get_once() {
  rm -f "$nm_tmp/rc"
  { case $dl_tool in
    curl)
      if [ "$nm_secure" = yes ]; then set -- --proto =https --proto-redir =https; else set --; fi
      dl_for_curl <"$nm_tmp/url" | curl -gfsSL --connect-timeout 30 --max-time 300 "$@" -K -
      ;;
    wget)
      if [ "$nm_secure" = yes ]; then set -- --max-redirect=0; else set --; fi
      wget -nv -T 60 "$@" -O - -i - <"$nm_tmp/url"
      ;;
    python3) python3 -c "$nm_fetch" "$nm_secure" <"$nm_tmp/url" ;;
  esac || echo "$?" >"$nm_tmp/rc"; } 2>"$nm_tmp/said" | head -c $((nm_most + 1)) >"$1"
  [ ! -e "$nm_tmp/rc" ]
}
# nm_get PATH FILE WORDS
nm_get() {
  printf '%s/%s\n' "$nm_mirror" "$1" >"$nm_tmp/url"
  nm_try=1
  while ! nm_get_once "$2"; do
    if [ "$(stat -c %s "$2")" -gt "$nm_most" ]; then break; fi
    if [ "$dl_hides" = yes ]; then nm_words="its words are hidden, since the source is a secret"; else nm_words=$(tail -n 2 "$nm_tmp/said" | tr '\n' ' '); fi
    [ "$nm_try" -lt 3 ] || die "$3 cannot be fetched from the mirror with $dl_tool: $nm_words"
    nm_try=$((nm_try + 1)); sleep 1
  done
  [ "$(stat -c %s "$2")" -le "$nm_most" ] || die "$3 of the mirror is longer than any list of sums, so it was not read. Correct mirror."
}
# Printable lines only: of what else stands there programs make different things.
nm_plain() {
  [ "$(tr -cd '\000-\010\013-\037\177' <"$1" | wc -c)" -eq 0 ] || die "$2 of the mirror holds characters that no list of sums has, so it was not read."
}
# A clear-signed file as text and signature, so that what is verified is what is read (as apt does with InRelease): one message, nothing
# around it, no header but Hash. Blanks at the ends of lines and the last newline are not signed (RFC 4880, 7.1).
nm_split() {
  nm_plain "$1" "$nm_say_signed"
  awk -v text="$nm_tmp/text" -v sig="$nm_tmp/sig" '
    BEGIN { part = "begin"; printf "" >text }
    part == "begin" { if ($0 != "-----BEGIN PGP SIGNED MESSAGE-----") exit 1; part = "head"; next }
    part == "head" { if ($0 == "") part = "text"; else if ($0 !~ /^Hash: [A-Za-z0-9, -]+$/) exit 1; next }
    part == "text" && $0 == "-----BEGIN PGP SIGNATURE-----" { part = "sig" }
    part == "text" {
      line = $0
      if (line ~ /^- /) line = substr(line, 3); else if (line ~ /^-/) exit 1
      sub(/[ \t]+$/, "", line)
      printf "%s%s", (some ? "\n" : ""), line >text; some = 1; next
    }
    part == "sig" { print >sig; if ($0 == "-----END PGP SIGNATURE-----") part = "end"; next }
    part == "end" && $0 != "" { exit 1 }
    END { if (part != "end") exit 1 }' "$1" ||
    die "$nm_say_signed of the mirror is not clear-signed as $nm_what signs it. Correct mirror, or give sha256 in the source."
}
# Keys as gpgv reads them: OpenPGP packets. Armor is taken off, of each block in the file.
nm_ring() {
  case $(head -c 10 "$1" | tr -d '\0') in
    -----BEGIN) awk '/^-----BEGIN/ { on = 1; body = 0; next } /^-----END/ { on = 0 } on && body && /^=/ { on = 0 } on && body { print } on && $0 == "" { body = 1 }' "$1" | tr -d '\r' | base64 -d ;;
    *) cat "$1" ;;
  esac >"$nm_tmp/ring" || die "The keys in $1 cannot be read. Give the public key in key, as gpg --armor --export prints it."
}
# nm_verify TEXT SIGNATURE: ends the step unless one of those who count has signed the text, and no signature of it is bad.
nm_verify() {
  nm_gpgv=''; for nm_program in gpgv gpgv2; do if command -v "$nm_program" >/dev/null 2>&1; then nm_gpgv=$nm_program; break; fi; done
  [ -n "$nm_gpgv" ] || die "gpgv is missing on the host, which verifies what $nm_what signs. Install the package gpgv (Red Hat: gnupg2), or give sha256 in the source."
  nm_ring_of=''
  for nm_file in $nm_keys; do if [ -f "$nm_file" ]; then nm_ring_of=$nm_file; break; fi; done
  [ -n "$nm_ring_of" ] || die "The host has no key of $nm_what. Give the public key in key${nm_package:+, install the package $nm_package}, or give sha256 in the source."
  nm_ring "$nm_ring_of"
  "$nm_gpgv" --homedir "$nm_tmp" --keyring "$nm_tmp/ring" --status-fd 3 "$2" "$1" 3>"$nm_tmp/status" >/dev/null 2>"$nm_tmp/said" || :
  # A key that is expired or revoked has a VALIDSIG too, but no GOODSIG before it. A signature that brings its own text says PLAINTEXT.
  nm_signers=$(awk '$1 == "[GNUPG:]" {
      if ($2 == "GOODSIG") good = 1
      else if ($2 == "VALIDSIG") { if (good) print toupper($NF); good = 0 }
      else if ($2 ~ /^(NEWSIG|ERRSIG|EXPSIG|EXPKEYSIG|REVKEYSIG)$/) good = 0
      else if ($2 ~ /^(BADSIG|PLAINTEXT|NODATA)$/) print $2
    }' "$nm_tmp/status")
  case " $(printf '%s' "$nm_signers" | tr '\n' ' ') " in
    *" BADSIG "*|*" PLAINTEXT "*|*" NODATA "*) die "The signature of $nm_say_signed does not fit what the mirror serves: it was changed, or the mirror is in the middle of an update. Run again later, or name another mirror." ;;
  esac
  nm_by=''
  for nm_signer in $nm_signers; do
    if [ -z "$nm_fingerprints" ]; then nm_by=$nm_signer; fi
    for nm_known in $nm_fingerprints; do if [ "$nm_signer" = "$nm_known" ]; then nm_by=$nm_signer; fi; done
  done
  [ -n "$nm_by" ] || die "$nm_say_signed of the mirror is not signed by a key of $nm_what that is known here${nm_signers:+, but by $(printf '%s' "$nm_signers" | tr '\n' ' ')}. Give the key that signs it in key, or sha256 in the source."
  echo "$nm_what's sums are signed by $nm_by"
}
# nm_find FILE NAME HEX-DIGITS: the sums of NAME, each once. Lines of sha256sum, of BSD, of a .treeinfo and of a Release; where NAME is
# empty, also a bare sum.
nm_find() {
  awk -v name="$2" -v digits="$3" '
    function told(sum, of) {
      sub(/^[.]\//, "", of); sum = tolower(sum)
      if ((name == "" || of == name) && length(sum) == digits && sum !~ /[^0-9a-f]/) print sum
    }
    /^[0-9a-fA-F]+ [ *]/ { told($1, substr($0, length($1) + 3)); next }
    /^SHA(256|512) [(].*[)] = [0-9a-fA-F]+$/ {
      if (substr($1, 4) * 1 != digits * 4) next
      of = substr($0, 9); sub(/[)] = [0-9a-fA-F]+$/, "", of); told($NF, of); next
    }
    /^ [0-9a-f]+ +[0-9]+ [^ ]+$/ { told($1, $3); next }
    /^[^ ]+ = sha256:[0-9a-f]+$/ { told(substr($3, 8), $1); next }
    name == "" && NF == 1 { told($1, "") }' "$1" | sort -u
}
# nm_sum FILE NAME HEX-DIGITS WORDS-FOR-FILE WORDS-FOR-NAME: the one sum of NAME in FILE.
nm_sum() {
  nm_found=$(nm_find "$1" "$2" "$3")
  case $nm_found in
    "") die "$4 of the mirror has no sum of $5. Correct mirror, or give sha256 in the source." ;;
    *[!0-9a-f]*) die "$4 of the mirror has several sums of $5, so none counts. Give sha256 in the source, or name another mirror." ;;
  esac
}

nm_get "$nm_sums" "$nm_tmp/sums" "$nm_say_sums"
case $nm_form in
  none) echo "note: $nm_what does not sign its sums: that the mirror is the right one is what its certificate says" ;;
  detached)
    nm_get "$nm_signed" "$nm_tmp/sig" "$nm_say_signed"
    nm_verify "$nm_tmp/sums" "$nm_tmp/sig"
    ;;
  clear)
    nm_split "$nm_tmp/sums"
    nm_verify "$nm_tmp/text" "$nm_tmp/sig"
    { cat "$nm_tmp/text"; echo; } >"$nm_tmp/sums"
    ;;
  listed)
    nm_get "$nm_signed" "$nm_tmp/list" "$nm_say_signed"
    nm_split "$nm_tmp/list"
    nm_verify "$nm_tmp/text" "$nm_tmp/sig"
    { cat "$nm_tmp/text"; echo; } >"$nm_tmp/list"
    # The same keys sign other releases, whose files have the same names.
    [ -z "$nm_release" ] || grep -qxF "Codename: $nm_release" "$nm_tmp/list" ||
      die "$nm_say_signed of the mirror is not that of the release that was named, but of another one. Correct mirror, or give sha256 in the source."
    nm_sum "$nm_tmp/list" "$nm_listed" 64 "$nm_say_signed" "${nm_listed##*/}"
    nm_is=$(sha256sum "$nm_tmp/sums" | cut -d' ' -f1)
    [ "$nm_is" = "$nm_found" ] || die "$nm_say_sums of the mirror is not the one that $nm_say_signed names: it was changed, or the mirror is in the middle of an update. Run again later, or name another mirror."
    ;;
esac
nm_plain "$nm_tmp/sums" "$nm_say_sums"
case $nm_kind in sha512) nm_digits=128 ;; *) nm_digits=64 ;; esac
nm_sum "$nm_tmp/sums" "$nm_name" "$nm_digits" "$nm_say_sums" "$nm_say_name"
dl_want=$nm_found
rm -rf "$nm_tmp"; trap - EXIT
