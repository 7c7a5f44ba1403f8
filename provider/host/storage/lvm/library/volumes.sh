# shellcheck shell=sh
# Functions for a script: what LVM says about the groups and volumes of this host, and the parts of $image, a path /dev/GROUP/NAME.
# Lines of fields and not JSON: the LVM of EL 6 knows no --reportformat.
lv_group=${image#/dev/} lv_name=${image##*/}
lv_group=${lv_group%%/*}
lv_draft=$lv_name.pulumi-xen-new
# Descriptors that a job holds open are no matter here.
export LVM_SUPPRESS_FD_WARNINGS=1
# Ends the script where LVM cannot be asked: what it does not tell then is not gone.
lv_report() {
  lv_errors=$(mktemp)
  if ! lv_rows=$("$@" 2>"$lv_errors" </dev/null); then
    lv_said=$(grep -v '^ *WARNING' "$lv_errors" | tail -n 1); rm -f "$lv_errors"
    die "LVM on this host cannot be asked ($1): ${lv_said:-it gives no reason}"
  fi
  rm -f "$lv_errors"
  printf '%s\n' "$lv_rows" | sed 's/^ *//'
}
# uuid|name|attributes|size of an extent|free extents
lv_groups() {
  lv_report vgs --noheadings --nosuffix --units b --separator '|' -o vg_uuid,vg_name,vg_attr,vg_extent_size,vg_free_count
}
# uuid|group's uuid|group|name|attributes|origin|pool|tags
lv_volumes() {
  lv_report lvs --noheadings --nosuffix --units b --separator '|' -o lv_uuid,vg_uuid,vg_name,lv_name,lv_attr,origin,pool_lv,lv_tags
}
# Of what lv_volumes printed, the field $2 of the volume $1 of the group of $image.
lv_field() { printf '%s\n' "$lv_seen" | awk -F'|' -v g="$lv_group" -v n="$1" -v f="$2" '$3 == g && $4 == n { print $f }'; }
# Until the device $1 of a volume that was just made or renamed is there: udev makes it.
lv_await() {
  lv_tries=0
  until [ -b "$1" ]; do
    lv_tries=$((lv_tries + 1)); [ "$lv_tries" -le 100 ] || die "$1 did not appear after it was made."
    sleep 0.1
  done
}
