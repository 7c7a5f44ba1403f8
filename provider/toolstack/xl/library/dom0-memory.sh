# shellcheck shell=sh
# For library/dom0-memory.sh. Without a unit xl's manual says KiB and xl takes MiB.
dom0_set() { xl mem-set 0 "$1"m; }
dom0_has() { xl list 0 2>/dev/null | awk 'NR == 2 { print $3 }'; }
