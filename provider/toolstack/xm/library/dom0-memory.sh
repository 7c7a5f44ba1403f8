# shellcheck shell=sh
# For library/dom0-memory.sh. xm list shows what was asked for; what dom0 has, its kernel's balloon driver tells (xen-balloon.c; before
# Linux 3.0 the file of /proc).
dom0_set() { xm mem-set 0 "$1"; }
dom0_has() {
  dh_kib=
  dh_told=${balloon:-/sys/devices/system/xen_memory/xen_memory0/info/current_kb}
  if [ -r "$dh_told" ]; then read -r dh_kib <"$dh_told"
  elif [ -r /proc/xen/balloon ]; then dh_kib=$(awk '$1 == "Current" { print $3 }' /proc/xen/balloon)
  fi
  if [ -n "$dh_kib" ]; then echo "$((dh_kib / 1024))"
  else xm list 0 2>/dev/null | awk 'NR == 2 { print $3 }'
  fi
}
