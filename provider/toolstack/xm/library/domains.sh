# shellcheck shell=sh
# xm and xend, for the steps of a job. No exit code of xm is trusted for "did it work": what counts is what `xm list -l` shows
# afterwards (4.2.5: it ends with 0 for a CPU that is not there, and when it loses a guest). Each wait has a bound. A guest is
# found by its uuid.
#
#   needs: uuid, the guest's; folder, for install.run; life.sh
#
#   is_built, runs_kernel, create_domain, restore_domain, monitor_of and last_reason mean what they mean for xl (xl/library/domains.sh). And:
#   complaint_in TEXT          what xm complains of, without its usage and its own farewell
#   device_row LIST ID KEY     the state of the device of `xm block-list` (by its number) or `xm network-list` (by its MAC)
#   wait_unplugged LIST ID KEY until it is away; 1 when it is still there after half a minute
toolstack=xm toolstack_list='xm list -l' toolstack_log=/var/log/xen/xend.log
complaint_in() {
  printf '%s\n' "$1" | sed '/^Usage:/,$d; /^WARNING: xend\/xm is deprecated/d; s/^Error: //' | tail -n 6
}
still_creating() { echo "xend has been creating $guest for two minutes and more (its boot loader is process $1)."; }
# It is only written down, and xm ends at once.
ask_shutdown() { xm shutdown "$1"; }
# Keys stand at the fourth column: the printer breaks no short list (xend/PrettyPrint.py).
domain_row() {
  dr_text=$(xm list -l 2>/dev/null) || { xm list -l >/dev/null || true; die "xm does not answer on this host: does xend run?"; }
  case $dr_text in *"(domid 0)"*) ;; *) die "xm list -l does not show Domain-0." ;; esac
  dr_rows=$(printf '%s\n' "$dr_text" | awk -v uuid="$uuid" -v apostrophe="'" '
    function told(   row) {
      if (id != "" && known == uuid) {
        if (!built) state = "unbuilt"
        row = id " " state " " name "\n"
        if (state ~ /d$/ && state != "unbuilt") dying = dying row; else alive = alive row
      }
      id = known = name = state = ""; built = 0
    }
    function value(   text) {
      text = $0; sub(/^ *\([a-z_]+ /, "", text); sub(/\)$/, "", text); gsub("^[" apostrophe "\"]|[" apostrophe "\"]$", "", text)
      return text
    }
    /^\(domain/ { told() }
    /^    \(domid / { id = value() }
    /^    \(uuid / { known = value() }
    /^    \(name / { name = value() }
    /^    \(state / { state = value() }
    /^    \(store_mfn / { built = 1 }
    END { told(); printf "%s", alive == "" ? dying : alive }')
  one_row "$dr_rows"
}
# The boot loader that xend runs for some guest: only one is built at a time. Or xc_restore, by which it restores one (XendCheckpoint.py of
# 4.2.5 runs it by its path, with numbers behind it): until that has ended the domain has no store either.
builder_of() {
  for bo_process in /proc/[0-9]*; do
    bo_words=; { IFS= read -r bo_words <"$bo_process/cmdline" || :; } 2>/dev/null
    case $bo_words in *--output=/var/run/xend/boot/xenbl.* | /*/xc_restore[0-9]*) printf '%s\n' "${bo_process#/proc/}"; return 0 ;; esac
  done
}
is_built() { ib_row=$(domain_row); state_of "$ib_row"; [ "${ib_row%% *}" = "$1" ] && [ "$domain_state" != unbuilt ]; }
# A long path stands on a line of its own.
runs_kernel() {
  case $(xm list -l "$1" 2>/dev/null | tr -s ' \n' ' ') in
    *"(kernel $2)"* | *"(kernel $2 )"* | *"(kernel '$2')"* | *"(kernel '$2' )"*) return 0 ;;
    *) return 1 ;;
  esac
}
create_domain() {
  cd_out=$(mktemp)
  xm create -q ${2:+"$2"} "$1" </dev/null >"$cd_out" 2>&1 || true
  # xend goes on where the xm that asked it was ended.
  { clear_unbuilt && cd_row=$(domain_row); } || { rm -f "$cd_out"; return 1; }
  if [ -z "$cd_row" ]; then
    complaint_in "$(cat "$cd_out")" >&2
    rm -f "$cd_out"
    return 1
  fi
  rm -f "$cd_out"
}
restore_domain() {
  rd_out=$(mktemp)
  xm restore "$1" </dev/null >"$rd_out" 2>&1 || true
  rd_row=$(domain_row)
  [ -n "$rd_row" ] || complaint_in "$(cat "$rd_out")" >&2
  rm -f "$rd_out"
  [ -n "$rd_row" ]
}
# xend itself builds a guest again; nothing on the host belongs to one guest.
monitor_of() { return 1; }
# xend's log tells the name that the domain has now, and its number, which is the installer's.
last_reason() {
  lr_id=$(cat "$folder/install.run" 2>/dev/null) || return 0
  lr_word=$(cat /var/log/xen/xend.log.1 /var/log/xen/xend.log 2>/dev/null |
    sed -n "s/.*Domain has \(crash\)ed: name=[^ ]* id=$lr_id\..*/\1/p; s/.*Domain has shutdown: name=[^ ]* id=$lr_id reason=\([a-z]*\)\..*/\1/p" | tail -n 1)
  case $lr_word in poweroff | halt) echo 0 ;; reboot) echo 1 ;; suspend) echo 2 ;; crash) echo 3 ;; esac
}
device_row() {
  # Without any device the lists say nothing at all.
  xm "$1" "$2" 2>/dev/null | awk -v key="$3" -v list="$1" 'NR > 1 && (list == "block-list" ? $1 == key : tolower($3) == key) { print (list == "block-list" ? $4 : $5) }'
}
wait_unplugged() {
  wu_tries=0
  while [ -n "$(device_row "$1" "$2" "$3")" ]; do
    wu_tries=$((wu_tries + 1))
    [ "$wu_tries" -le 30 ] || return 1
    sleep 1
  done
}
