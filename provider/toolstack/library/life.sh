# shellcheck shell=sh
# The life of a guest's domain, for the steps of a job, through xl and xm alike. Each wait has a bound.
#
#   needs: toolstack, its command; toolstack_log, where people look; uuid and guest; and of the toolstack itself
#     domain_row               "ID STATE NAME" of the guest's domain, nothing when there is none; fails when the toolstack does not
#                              answer. What is left of one that a back end holds counts only where no other has the uuid. STATE is
#                              "unbuilt" while it was not built: its boot loader runs, or its creation was cut off
#     builder_of ID            the number of the process that is creating the domain
#     still_creating PID       a sentence: it has been doing that for two minutes and more
#     ask_shutdown ID
#
#   one_row ROWS               such rows as one, or the end: two domains have the uuid. $toolstack_list shows them to people
#   state_of ROW               the STATE of such a row, as domain_state
#   clear_unbuilt              removes what a creation that was cut off has left of the guest; waits for one that is under way
#   need_domain                sets domid and domain_name, or gives up: the guest is gone
#   wait_gone SECONDS          until the domain is away; 1 when it is still there
#   stop_domain SECONDS        asks it to shut down and waits for its absence; 1 when it is still there
#   destroy_domain             ends it at once
#
# Those that look and wait return 2 where the toolstack does not answer (domain_row has said so): in a condition of the shell no
# failure ends a script, and what could not be asked is not gone.
one_row() {
  case $1 in
    *'
'*) die "Two domains on this host have the uuid $uuid. Look at $toolstack_list and destroy the one that should not be." ;;
  esac
  [ -z "$1" ] || printf '%s\n' "$1"
}
state_of() { domain_state=${1#* }; domain_state=${domain_state%% *}; }
clear_unbuilt() {
  cu_tries=0
  while :; do
    cu_row=$(domain_row) || return 2
    cu_id=${cu_row%% *}; state_of "$cu_row"
    [ "$domain_state" = unbuilt ] || return 0
    cu_builder=$(builder_of "$cu_id")
    # Without a boot loader of its own a domain is built within seconds.
    if [ -z "$cu_builder" ] && [ "$cu_tries" -ge 3 ]; then
      echo "a creation of $guest was cut off: what it has left is removed"
      "$toolstack" destroy "$cu_id" || true
      wait_gone 60 || { [ "$?" = 1 ] || return 2; die "What a creation of $guest has left (domain $cu_id) is still there after $toolstack destroy."; }
      return 0
    fi
    cu_tries=$((cu_tries + 1))
    [ "$cu_tries" -le 60 ] || give_up "$(still_creating "$cu_builder")" "Look at it on the host, end it with kill $cu_builder where it hangs, then run up again."
    sleep 2
  done
}
need_domain() {
  nd_row=$(domain_row) || exit 1
  [ -n "$nd_row" ] || give_up "$guest does not run any more." "Look at $toolstack_log on the host, then run refresh."
  domid=${nd_row%% *} domain_name=${nd_row##* }
}
wait_gone() {
  wg_end=$(($(date +%s) + $1))
  while :; do
    wg_row=$(domain_row) || return 2
    [ -n "$wg_row" ] || return 0
    [ "$(date +%s)" -lt "$wg_end" ] || return 1
    sleep 1
  done
}
destroy_domain() {
  dd_row=$(domain_row) || return 2
  [ -n "$dd_row" ] || return 0
  "$toolstack" destroy "${dd_row%% *}" || true
  wait_gone 60 || { [ "$?" = 1 ] || return 2; die "The domain ${dd_row##* } is still there after $toolstack destroy."; }
}
stop_domain() {
  clear_unbuilt || return 2
  sd_row=$(domain_row) || return 2
  [ -n "$sd_row" ] || return 0
  sd_id=${sd_row%% *}; sd_asked=0; sd_down=0; sd_end=$(($(date +%s) + $1))
  while [ -n "$sd_row" ]; do
    sd_now=$(date +%s)
    # "on_poweroff" may have started it again, or keeps what is left of it: it has shut down, and that is enough.
    if [ "${sd_row%% *}" != "$sd_id" ] || [ "$sd_down" -ge 10 ]; then destroy_domain; return; fi
    state_of "$sd_row"
    case $domain_state in
      # What has crashed hears nothing: to wait for its answer would take a minute.
      ????c?) destroy_domain; return ;;
      ???s??) sd_down=$((sd_down + 1)) ;;
      ?????d) ;;
      *)
        [ "$sd_now" -lt "$sd_end" ] || return 1
        case $domain_state in ??p*) "$toolstack" unpause "$sd_id" >/dev/null 2>&1 || true ;; esac
        # Asked again: a guest that is still booting does not hear the first request.
        if [ "$((sd_now - sd_asked))" -ge 20 ]; then
          ask_shutdown "$sd_id" >/dev/null 2>&1 || true
          sd_asked=$sd_now
        fi ;;
    esac
    [ "$sd_now" -lt "$sd_end" ] || return 1
    sleep 1
    sd_row=$(domain_row) || return 2
  done
}
