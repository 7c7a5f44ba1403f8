# shellcheck shell=sh
# pygrub, the boot loader that takes a guest's kernel out of its disk.
#
# It reads a file system that the guest controls, so it never runs with privileges: XSA-443, XSA-508. The user needs
# read access to the disk and to nothing else. Facts: judged is a dry run (`-n -q`, exit code 0), since `-l` ends
# with 0 and no output on an empty disk too; without a writable `--output-directory` even a listing fails (4.17).
#
#   needs: PYGRUB_USER, and a function pygrub_user that makes the user where it is missing (host/pygrub-user.ts)
#
#   pygrub_tool               the path of the running Xen's pygrub
#   pygrub_permit DISK FILE   lets the user read the disk; what was before is noted in FILE
#   pygrub_restore FILE       takes that back
#   pygrub_proves DISK        dry run: is there a kernel to boot? What pygrub says about it goes to stdout
pygrub_tool() {
  pt_version=$(cat /sys/hypervisor/version/major 2>/dev/null).$(cat /sys/hypervisor/version/minor 2>/dev/null) || :
  for pt_path in "/usr/lib/xen-$pt_version/bin/pygrub" /usr/libexec/xen/bin/pygrub /usr/lib/xen/bin/pygrub /usr/bin/pygrub; do
    if [ -x "$pt_path" ]; then printf '%s\n' "$pt_path"; return 0; fi
  done
  return 1
}
pygrub_can_read() { runuser -u "$PYGRUB_USER" -- test -r "$1" 2>/dev/null; }
pygrub_permit() {
  pygrub_user
  pygrub_can_read "$1" && return 0
  [ -f "$2" ] || printf '%s %s\n' "$(stat -L -c '%a %u:%g' -- "$1")" "$1" >"$2"
  if ! chgrp -- "$PYGRUB_USER" "$1" || ! chmod g+r -- "$1"; then
    echo "The user $PYGRUB_USER, which looks for the guest's kernel, cannot be let read $1: its file system lets root change no group. Export an NFS share with no_root_squash to this host, keep the disk elsewhere, or set boot to another way." >&2
    return 1
  fi
  pygrub_can_read "$1" && return 0
  pp_closed="a folder above it" pp_folder=$(dirname -- "$1")
  while ! runuser -u "$PYGRUB_USER" -- test -x "$pp_folder" 2>/dev/null; do
    pp_closed=$pp_folder; [ "$pp_folder" != / ] || break
    pp_folder=$(dirname -- "$pp_folder")
  done
  echo "The user $PYGRUB_USER, which looks for the guest's kernel, cannot reach $1: $pp_closed is closed to it. Run: chmod o+x $pp_closed" >&2
  return 1
}
pygrub_restore() {
  [ -f "$1" ] || return 0
  while read -r pr_mode pr_owner pr_path; do
    if [ -e "$pr_path" ]; then chown "$pr_owner" -- "$pr_path"; chmod "$pr_mode" -- "$pr_path"; fi
  done <"$1"
  rm -f "$1"
}
pygrub_proves() {
  pv_tool=$(pygrub_tool) || { echo "This host has no pygrub."; return 1; }
  pv_folder=$(mktemp -d); chown "$PYGRUB_USER" "$pv_folder"; pv_rc=0
  (cd "$pv_folder" && timeout 120 runuser -u "$PYGRUB_USER" -- "$pv_tool" -n -q --output-directory="$pv_folder" "$1") \
    >"$pv_folder.out" 2>&1 </dev/null || pv_rc=$?
  tail -n 1 "$pv_folder.out" | cut -c 1-300
  rm -rf "$pv_folder" "$pv_folder.out"
  return "$pv_rc"
}
