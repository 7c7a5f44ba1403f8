# shellcheck shell=sh
# Functions for a script: image_users PATH and image_configured PATH, a line for each user (image-users.ts reads them); configured_disks,
# which lists all disks that stored configurations name. lost-mounts.sh comes before.

# Reads LABEL, a tab, PATH on each line; prints the labels of those that are the image: by the same text, or by the same
# device and inode, however the path is written. The image can be looked at, so what cannot be is another one.
iu_same() {
  while IFS='	' read -r iu_label iu_other; do
    if [ "$iu_other" = "$iu_given" ] || [ "$iu_other" = "$iu_path" ]; then printf '%s\n' "$iu_label"
    elif ! is_lost "$iu_other" && [ "$iu_other" -ef "$iu_given" ]; then printf '%s\n' "$iu_label"
    fi
  done
}

image_users() {
  iu_given=$1
  refuse_lost "$iu_given"
  # The kernel knows only where symbolic links lead.
  iu_path=$(readlink -f -- "$1" 2>/dev/null || printf '%s' "$1")
  # The kernel itself tells of Xen, also where nobody has mounted xenfs. A Xen that cannot be asked may have any guest.
  iu_hypervisor=none
  if [ -e /sys/hypervisor/type ]; then read -r iu_hypervisor </sys/hypervisor/type; fi
  if [ "$iu_hypervisor" = xen ]; then
    # Before the first guest there is no such folder in xenstore.
    iu_backends=$(xenstore-ls -f /local/domain/0/backend 2>&1) ||
      case $iu_backends in
        *"xs_directory"*"No such file or directory"*) iu_backends='' ;;
        *) die "it cannot be seen which guests use $iu_given: $iu_backends" ;;
      esac
    printf '%s\n' "$iu_backends" |
      awk '$1 ~ /\/params$/ {
        value = $0; sub(/^[^=]*= "/, "", value); sub(/"$/, "", value); sub(/^(aio|qcow2|raw|qcow|vhd|qed|tapdisk):/, "", value)
        split($1, part, "/"); print part[6] " " part[7] " " part[8] "\t" value
      }' | iu_same |
      while read -r iu_backend iu_domid iu_device; do
        printf 'guest %s %s %s %s\n' "$iu_domid" "$iu_backend" "$iu_device" \
          "$(xenstore-read "/local/domain/$iu_domid/name" 2>/dev/null || echo '?')"
      done
  fi
  for iu_file in /sys/block/loop*/loop/backing_file; do
    [ -f "$iu_file" ] || continue
    iu_backing=; { IFS= read -r iu_backing || :; } <"$iu_file" 2>/dev/null || :
    iu_loop=${iu_file#/sys/block/}
    printf 'loop /dev/%s\t%s\n' "${iu_loop%%/*}" "$iu_backing"
  done | iu_same
  if find / -maxdepth 0 -lname x >/dev/null 2>&1; then set -- -lname "$iu_path"
  else set -- -maxdepth 1 -follow -samefile "$iu_path"; fi # busybox
  find /proc/[0-9]*/fd "$@" 2>/dev/null | cut -d/ -f3 | sort -un | while read -r iu_pid; do
    printf 'process %s %s\n' "$iu_pid" "$(cat "/proc/$iu_pid/comm" 2>/dev/null || echo '?')"
  done
}

# Stored configurations that name the image, whether their guests run or not.
image_configured() {
  iu_given=$1
  refuse_lost "$iu_given"
  iu_path=$(readlink -f -- "$1" 2>/dev/null || printf '%s' "$1")
  iu_found=$(configured_disks) || die "it cannot be seen which guests are configured with $iu_given"
  if [ -n "$iu_found" ]; then printf '%s\n' "$iu_found" | iu_same | sort -u; fi
}

# The user, as image_configured says it, a tab and a path, for each disk of the stored configurations. Of a list of disks every absolute
# path in quotes counts, in each of the forms that xl reads: rather one too many than one too few.
configured_disks() {
  set -- /etc/xen/*.cfg /etc/xen/auto/* /var/lib/pulumi-xen/domu/*/*.cfg
  for iu_file do
    shift
    if [ -f "$iu_file" ]; then set -- "$@" "$iu_file"; fi
  done
  [ $# -gt 0 ] || return 0
  awk -v apostrophe="'" '
    function told(path) { if (path != "" && path != "/") paths[++count] = path }
    function disk(text,   at) {
      if (match(text, /target=/)) told(substr(text, RSTART + 7))
      if (text ~ /^phy:[^\/,]/) { at = substr(text, 5); sub(/,.*/, "", at); told("/dev/" at) }
      at = index(text, "/")
      if (at > 0) { text = substr(text, at); told(text); sub(/,.*/, "", text); told(text) }
    }
    function flush(   i) {
      gsub(/[ \t]/, "?", name)
      for (i = 1; i <= count; i++) print "configured " (name == "" ? "?" : name) " " file "\t" paths[i]
      count = 0; name = ""; inside = 0
    }
    FNR == 1 { if (file != "") flush(); file = FILENAME }
    {
      line = $0
      if (line ~ /^[ \t]*name[ \t]*=/) { name = line; sub(/^[^=]*=[ \t]*./, "", name); sub(/["'"'"'][^"'"'"']*$/, "", name) }
      if (line ~ /^[ \t]*disk[ \t]*\+?=/) { inside = 1; sub(/^[^=]*=/, "", line) }
      while (inside && line != "") {
        c = substr(line, 1, 1); line = substr(line, 2)
        if (c == "#") line = ""
        else if (c == "]") inside = 0
        else if (c == "\"" || c == apostrophe) {
          at = index(line, c)
          if (at == 0) { disk(line); line = "" }
          else { disk(substr(line, 1, at - 1)); line = substr(line, at + 1) }
        }
      }
    }
    END { if (file != "") flush() }' "$@"
}
