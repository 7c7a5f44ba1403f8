# shellcheck shell=sh
# xm and xend, for the steps of a job. No exit code of xm is trusted for "did it work": what counts is what `xm list -l` shows
# afterwards (4.2.5: it ends with 0 for a CPU that is not there, and when it loses a guest). Each wait has a bound. A guest is
# found by its uuid.
#
#   needs: uuid, the guest's; folder, for install.run
#
#   The functions that each toolstack has (toolstack.ts) mean what they mean for xl (xl/library/domains.sh). And:
#   xm_said TEXT               what xm complains of, without its usage and its own farewell
#   builder_of                 the number of the boot loader that xend runs for some guest: only one is built at a time
#   device_row LIST ID KEY     the state of the device of `xm block-list` (by its number) or `xm network-list` (by its MAC)
#   wait_unplugged LIST ID KEY until it is away; 1 when it is still there after half a minute
xm_said() {
  printf '%s\n' "$1" | sed '/^Usage:/,$d; /^WARNING: xend\/xm is deprecated/d; s/^Error: //' | tail -n 6
}
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
  case $dr_rows in
    *'
'*) die "Two domains on this host have the uuid $uuid. Look at xm list -l and destroy the one that should not be." ;;
  esac
  [ -z "$dr_rows" ] || printf '%s\n' "$dr_rows"
}
state_of() { domain_state=${1#* }; domain_state=${domain_state%% *}; }
builder_of() {
  for bo_process in /proc/[0-9]*; do
    bo_words=; { IFS= read -r bo_words <"$bo_process/cmdline" || :; } 2>/dev/null
    case $bo_words in *--output=/var/run/xend/boot/xenbl.*) printf '%s\n' "${bo_process#/proc/}"; return 0 ;; esac
  done
}
clear_unbuilt() {
  cu_tries=0
  while cu_row=$(domain_row); cu_id=${cu_row%% *}; state_of "$cu_row"; [ "$domain_state" = unbuilt ]; do
    cu_builder=$(builder_of)
    # Without a boot loader a domain is built within seconds.
    if [ -z "$cu_builder" ] && [ "$cu_tries" -ge 3 ]; then
      echo "a creation of $guest was cut off: what it has left is removed"
      xm destroy "$cu_id" || true
      wait_gone 60 || die "What a creation of $guest has left (domain $cu_id) is still there after xm destroy."
      return 0
    fi
    cu_tries=$((cu_tries + 1))
    [ "$cu_tries" -le 60 ] || give_up "xend has been creating $guest for two minutes and more (its boot loader is process $cu_builder)." "Look at it on the host, end it with kill $cu_builder where it hangs, then run up again."
    sleep 2
  done
}
need_domain() {
  nd_row=$(domain_row)
  [ -n "$nd_row" ] || give_up "$guest does not run any more." "Look at /var/log/xen/xend.log on the host, then run refresh."
  domid=${nd_row%% *} domain_name=${nd_row##* }
}
is_built() { ib_row=$(domain_row); state_of "$ib_row"; [ "${ib_row%% *}" = "$1" ] && [ "$domain_state" != unbuilt ]; }
# A long path stands on a line of its own.
runs_kernel() {
  case $(xm list -l "$1" 2>/dev/null | tr -s ' \n' ' ') in
    *"(kernel $2)"* | *"(kernel $2 )"* | *"(kernel '$2')"* | *"(kernel '$2' )"*) return 0 ;;
    *) return 1 ;;
  esac
}
wait_gone() {
  wg_end=$(($(date +%s) + $1))
  while wg_row=$(domain_row) && [ -n "$wg_row" ]; do
    [ "$(date +%s)" -lt "$wg_end" ] || return 1
    sleep 1
  done
}
destroy_domain() {
  dd_row=$(domain_row); [ -n "$dd_row" ] || return 0
  xm destroy "${dd_row%% *}" || true
  wait_gone 60 || die "The domain ${dd_row##* } is still there after xm destroy."
}
stop_domain() {
  clear_unbuilt
  sd_row=$(domain_row); [ -n "$sd_row" ] || return 0
  sd_id=${sd_row%% *}; sd_asked=0; sd_down=0; sd_end=$(($(date +%s) + $1))
  while [ -n "$sd_row" ]; do
    sd_now=$(date +%s)
    # "on_poweroff" may have started it again, or keeps what is left of it: it has shut down, and that is enough.
    if [ "${sd_row%% *}" != "$sd_id" ] || [ "$sd_down" -ge 10 ]; then destroy_domain; return 0; fi
    state_of "$sd_row"
    case $domain_state in
      ????c?) destroy_domain; return 0 ;;
      ???s??) sd_down=$((sd_down + 1)) ;;
      ?????d) ;;
      *)
        [ "$sd_now" -lt "$sd_end" ] || return 1
        case $domain_state in ??p*) xm unpause "$sd_id" >/dev/null 2>&1 || true ;; esac
        # Asked again: a guest that is still booting does not hear the first request. It is only written down, and xm ends at once.
        if [ "$((sd_now - sd_asked))" -ge 20 ]; then
          xm shutdown "$sd_id" >/dev/null 2>&1 || true
          sd_asked=$sd_now
        fi ;;
    esac
    [ "$sd_now" -lt "$sd_end" ] || return 1
    sleep 1
    sd_row=$(domain_row)
  done
}
create_domain() {
  cd_out=$(mktemp)
  xm create -q ${2:+"$2"} "$1" </dev/null >"$cd_out" 2>&1 || true
  # xend goes on where the xm that asked it was ended.
  clear_unbuilt
  cd_row=$(domain_row)
  if [ -z "$cd_row" ]; then
    xm_said "$(cat "$cd_out")" >&2
    rm -f "$cd_out"
    return 1
  fi
  rm -f "$cd_out"
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
