# shellcheck shell=sh
# image_users PATH: who uses a disk image or block device now, a line for each (image-users.ts reads them).
# Symbolic links are followed first, since the kernel knows only where they lead.
image_users() {
  iu_path=$(readlink -f -- "$1" 2>/dev/null || printf '%s' "$1")
  if command -v xenstore-ls >/dev/null 2>&1 && [ -e /proc/xen/capabilities ]; then
    xenstore-ls -f /local/domain/0/backend 2>/dev/null |
      awk -v given="$1" -v real="$iu_path" '
        $1 ~ /\/params$/ {
          value = $0; sub(/^[^=]*= "/, "", value); sub(/"$/, "", value); sub(/^(aio|qcow2|raw|qcow|vhd|qed|tapdisk):/, "", value)
          if (value == given || value == real) { split($1, part, "/"); print part[6], part[7], part[8] }
        }' |
      while read -r iu_backend iu_domid iu_device; do
        printf 'guest %s %s %s %s\n' "$iu_domid" "$iu_backend" "$iu_device" \
          "$(xenstore-read "/local/domain/$iu_domid/name" 2>/dev/null || echo '?')"
      done
  fi
  for iu_file in /sys/block/loop*/loop/backing_file; do
    [ -f "$iu_file" ] || continue
    [ "$(cat "$iu_file" 2>/dev/null)" = "$iu_path" ] || continue
    iu_loop=$(printf '%s' "$iu_file" | cut -d/ -f4)
    printf 'loop /dev/%s\n' "$iu_loop"
  done
  if find / -maxdepth 0 -lname x >/dev/null 2>&1; then set -- -lname "$iu_path"
  else set -- -maxdepth 1 -follow -samefile "$iu_path"; fi # busybox
  find /proc/[0-9]*/fd "$@" 2>/dev/null | cut -d/ -f3 | sort -un | while read -r iu_pid; do
    printf 'process %s %s\n' "$iu_pid" "$(cat "/proc/$iu_pid/comm" 2>/dev/null || echo '?')"
  done
}
