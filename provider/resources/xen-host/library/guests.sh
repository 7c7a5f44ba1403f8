# shellcheck shell=sh
# A reboot of the host and its guests. $guests is a list on the host, a line for each guest: UUID HOW NAME FILE; HOW is save (FILE is what
# it is saved to) or shutdown (FILE is its configuration). The functions of the toolstack come before.
#
#   other_guests       the names of all guests that run
#   guests_down        takes them down in turn, and stops at the first one that stays; why is in $problem
#   guests_back        brings back what does not run; a saved file goes once its guest runs, and never before. Those that did not come
#                      back stay in the list, and $problem names them
#   await_xendomains   until the host's own xendomains has started what it starts at boot, ten minutes at most
give_up() { die "$1 $2"; }
problem=
complain() { problem="$problem${problem:+ }$1"; }
other_guests() {
  og_table=$("$toolstack" list 2>/dev/null) || return 1
  printf '%s\n' "$og_table" | awk 'NR > 1 && NF >= 6 && $2 != 0 && $5 !~ /d$/ { print $1 }'
}
# named NAMES: is the guest among them? One made from a file without a uuid has another one each time.
named() {
  case "
$1
" in *"
$guest
"*) return 0 ;; *) return 1 ;; esac
}
# lives ROW: no more is left of a domain that has shut down, or that a back end still holds; one that is being built is none yet.
lives() { state_of "$1"; case $domain_state in "" | unbuilt | ?????d | ???s??) return 1 ;; *) return 0 ;; esac; }
unnamed_save() { printf '%s\n' "$(dirname "$file")/.$guest.pulumi-xen-new"; }
# The uuids of those that an earlier run took down.
waited=
# The guest of this uuid does not come back after the reboot.
strike() {
  if ! { st_new=$(mktemp) && awk -v uuid="$1" '$1 != uuid' "$guests" >"$st_new" && install_file "$st_new" "$guests" 0600; }; then
    complain "The host has no room for a file of a few lines."
  fi
  rm -f "$st_new"
}
one_down() {
  od_row=$(domain_row) || { complain "$toolstack does not answer."; return 1; }
  # One that reboots by itself is no domain for a moment.
  if [ -z "$od_row" ]; then sleep 3; od_row=$(domain_row) || { complain "$toolstack does not answer."; return 1; }; fi
  if [ -z "$od_row" ]; then
    # Whoever ended it, or took it to another host, since it was looked at wants it so; one that an earlier run took down still waits.
    case " $waited " in
      *" $uuid "*) ;;
      *) strike "$uuid"; echo "$guest does not run any more: it is not started again after the reboot" ;;
    esac
    return 0
  fi
  if [ "$how" = shutdown ]; then
    # In a shell of its own: what ends that must not end the way back of those that are down already.
    od_said=$(stop_domain 300 2>&1) || :
    od_row=$(domain_row) || { complain "$toolstack does not answer."; return 1; }
    if [ -n "$od_row" ] && lives "$od_row"; then
      complain "$guest did not shut down within five minutes.${od_said:+ $(printf '%s\n' "$od_said" | tail -n 2)}"
      return 1
    fi
  else
    [ ! -e "$file" ] || { complain "$file is there already."; return 1; }
    mkdir -p "$(dirname "$file")"
    # xendomains takes what it finds for a guest that was saved; it passes over a hidden name.
    od_new=$(unnamed_save)
    rm -f "$od_new"
    od_rc=0
    od_said=$("$toolstack" save "${od_row%% *}" "$od_new" 2>&1) || od_rc=$?
    wait_gone 30 || [ "$?" = 1 ] || { complain "$toolstack does not answer; what $guest was saved to is $od_new."; return 1; }
    od_row=$(domain_row) || { complain "$toolstack does not answer; what $guest was saved to is $od_new."; return 1; }
    # A guest that cannot suspend goes on, and a useless file stays (seen on 4.17).
    if [ -n "$od_row" ] && lives "$od_row"; then
      rm -f "$od_new"
      complain "$guest was not saved: $(printf '%s\n' "$od_said" | tail -n 2)"
      return 1
    fi
    if [ "$od_rc" != 0 ] || [ ! -s "$od_new" ]; then
      complain "$guest does not run any more, and its save failed: $(printf '%s\n' "$od_said" | tail -n 2) What there is of it is in $od_new."
      return 1
    fi
    mv "$od_new" "$file"
  fi
  echo "$guest is down ($how)"
}
guests_down() {
  while read -r uuid how guest file; do
    one_down </dev/null || return 1
  done <"$guests"
  sync
}
# 1: it stays in the list.
one_back() {
  ob_row=$(domain_row) || { complain "$toolstack does not answer."; return 1; }
  if [ -n "$ob_row" ] && ! lives "$ob_row"; then
    complain "$guest is not back: the host still holds what is left of its former domain, or is just building it. Look at $toolstack list."
    return 1
  fi
  if [ -z "$ob_row" ]; then
    ob_names=$(other_guests) || { complain "$toolstack does not answer."; return 1; }
    if named "$ob_names"; then ob_row=$guest; fi
  fi
  if [ -n "$ob_row" ]; then
    if [ "$how" = shutdown ] || [ ! -e "$file" ]; then return 0; fi
    complain "$guest runs, and what it was saved to is still there; it was not removed: $file"
    return 1
  fi
  if [ ! -e "$file" ] && [ "$how" = save ] && [ -s "$(unnamed_save)" ]; then
    # Cut off between its end and its name: whether it is whole only a restore tells, and that is somebody's to decide.
    complain "$guest does not run, and its save was cut off: try \"$toolstack restore $(unnamed_save)\", or start it from its configuration and remove that file."
    return 1
  fi
  if [ ! -e "$file" ]; then complain "$guest does not run, and $file is gone."; return 0; fi
  if [ "$how" = shutdown ]; then ob_said=$(create_domain "$file" 2>&1) || :
  else ob_said=$(restore_domain "$file" 2>&1) || :
  fi
  ob_row=$(domain_row) || ob_row=
  if [ "$how" = shutdown ] && [ -z "$ob_row" ] && ob_names=$(other_guests) && named "$ob_names"; then echo "$guest is back"; return 0; fi
  if [ -z "$ob_row" ] || ! lives "$ob_row"; then complain "$guest is not back: $ob_said"; return 1; fi
  [ "$how" = shutdown ] || rm -f "$file"
  echo "$guest is back"
}
guests_back() {
  problem=
  gb_left=$(mktemp) || { complain "The host has no room for a file of a few lines."; return 1; }
  gb_lost=
  while read -r uuid how guest file; do
    one_back </dev/null || printf '%s %s %s %s\n' "$uuid" "$how" "$guest" "$file" >>"$gb_left" || gb_lost=yes
  done <"$guests"
  if [ -n "$gb_lost" ]; then complain "The host has no room for a file of a few lines."
  elif [ -s "$gb_left" ]; then install_file "$gb_left" "$guests" 0600; else rm -f "$guests"; fi
  rm -f "$gb_left"
  [ -z "$problem" ]
}
xendomains_busy() {
  if [ -d /run/systemd/system ]; then
    case $(systemctl show -p ActiveState -p Job xendomains.service 2>/dev/null) in *=activating* | *Job=[1-9]*) return 0 ;; esac
  fi
  grep -alq '[x]endomains.start' /proc/[0-9]*/cmdline 2>/dev/null
}
await_xendomains() {
  ax_tries=0
  while xendomains_busy; do
    ax_tries=$((ax_tries + 1))
    [ "$ax_tries" -le 300 ] || return 1
    sleep 2
  done
}
