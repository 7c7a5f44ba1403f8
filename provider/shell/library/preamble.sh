# shellcheck shell=sh
# What every script of ours may count on: a fixed locale, path and umask, and a few small functions.
# PULUMI_XEN_PATH, in the environment of the host's login, replaces the path: for tests with recorded tools.
# POSIX sh: proven under dash, bash and busybox (test/unit/shell/preamble.test.ts).
set -eu
LC_ALL=C LANG=C PATH=${PULUMI_XEN_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export LC_ALL LANG PATH
umask 077
cd /
# One line. Left unquoted on purpose: that drops the newlines, without a process and without hiding a failure.
# shellcheck disable=SC2086
b64() { b64_text=$(base64) || return 1; printf %s $b64_text; }
# Printable ASCII is written as it is, behind a "~": each fork costs 50 ms and more on an emulated host.
say() {
  say_key=$1; shift
  case "$*" in
    *[!\ -~]*) printf '%s=' "$say_key"; printf '%s' "$*" | b64; echo ;;
    *) printf '%s=~%s\n' "$say_key" "$*" ;;
  esac
}
say_file() { if [ -f "$2" ]; then printf '%s=' "$1"; b64 <"$2"; echo; fi; }
# For the kernel's files of one line: no process is started. In $say_read as well. An empty one (a guest's
# /proc/xen/capabilities) says nothing; one that cannot be read ends the script, as with say_file.
say_line() {
  say_read=
  if [ -f "$2" ]; then { read -r say_read || :; } <"$2"; say "$1" "$say_read"; fi
}
say_cmd() {
  say_key=$1; shift
  # In a folder that goes with the script, however it ends, where there is one (remote/questions/question-batch.ts).
  if [ -n "${px_shared:-}" ]; then mkdir -p "$px_shared"; say_tmp=$px_shared; else say_tmp=$(mktemp -d); fi
  say_rc=0
  "$@" >"$say_tmp/.out" 2>"$say_tmp/.err" </dev/null || say_rc=$?
  printf '%s=' "$say_key"; b64 <"$say_tmp/.out"; echo
  printf '%s.rc=~%s\n%s.err=' "$say_key" "$say_rc" "$say_key"; if [ -s "$say_tmp/.err" ]; then b64 <"$say_tmp/.err"; fi; echo
  if [ -z "${px_shared:-}" ]; then rm -rf "$say_tmp"; fi
}
# Where several questions share a script (remote/questions/question-batch.ts), the command runs once for all of them.
say_once() { say_cmd "$@"; }
die() { printf '%s\n' "$*" >&2; exit 1; }
# replace_whole FILE [MODE]: FILE becomes FILE.new, which was written a moment ago, whole or not at all, also where the power is lost a moment
# later: a new file that was not synced keeps its name then, and nothing is in it.
replace_whole() {
  if { [ -z "${2:-}" ] || chmod "$2" "$1.new"; } && { sync "$1.new" 2>/dev/null || sync; } && mv -f "$1.new" "$1"; then return 0; fi
  rm -f "$1.new"
  return 1
}
# note_down FILE LINE [MODE]: FILE becomes this line, as whole.
note_down() {
  if printf '%s\n' "$2" >"$1.new"; then replace_whole "$1" "${3:-}"; else rm -f "$1.new"; return 1; fi
}
# install_file SOURCE TARGET MODE: TARGET becomes SOURCE's content, whole or not at all; nothing is written when equal.
# The new file has one hidden name until it is whole: what reads a folder (ifupdown) must not take half of it, and what an
# ended step left there goes with the next.
install_file() {
  if_folder=$(dirname "$2"); if_new=$if_folder/.${2##*/}.pulumi-xen-new
  rm -f "$if_new"
  if [ -f "$2" ] && cmp -s "$1" "$2"; then chmod "$3" "$2"; return 0; fi
  mkdir -p "$if_folder"
  { cat "$1" >"$if_new" && chmod "$3" "$if_new" && { sync "$if_new" 2>/dev/null || sync; } && mv -f "$if_new" "$2"; } ||
    { rm -f "$if_new"; return 1; }
}
