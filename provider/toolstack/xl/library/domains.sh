# shellcheck shell=sh
# xl, for the steps of a job. No exit code of xl is trusted for "did it work": what counts is what `xl list` shows
# afterwards. Each wait has a bound. A guest is found by its uuid, whatever it is called now: `xl list -v` tells it also of
# a domain whose record cannot be read, which `xl list -l` leaves out and still ends with 0 (seen on 4.17).
#
#   needs: uuid, the guest's; PYGRUB_USER; builder.sh and life.sh
#
#   domain_has ID KEY          does "xl list -l" show the key for this domain: bootloader, kernel
#   is_built ID                a domain has its configuration only when it is built; before, the boot loader still runs
#   runs_kernel ID KERNEL      it was built from this kernel
#   create_domain CFG          creates it and reads back, at most three times where xl ran out of time; then tells what xl said
#   restore_domain FILE        restores it from what it was saved to, and reads back that it is there
#   monitor_of CFG             is there still an xl that watches the domain created from this file
#   last_reason NAME           the number behind the last "reason code" of the log of the domain created under this name
#   complaint_in TEXT          what xl complains of
toolstack=xl toolstack_list='xl list -v' toolstack_log=/var/log/xen
complaint_in() { printf '%s\n' "$1"; }
still_creating() { echo "xl (process $1) has been creating $guest for two minutes and more."; }
ask_shutdown() { timeout 15 xl shutdown "$1"; }
# STATE is "unbuilt" where it has no memory and never ran.
domain_row() {
  dr_table=$(xl list -v 2>/dev/null) || { xl list -v >/dev/null || true; die "xl does not answer on this host."; }
  dr_rows=$(printf '%s\n' "$dr_table" | awk -v uuid="$uuid" '
    NR > 1 { for (i = 7; i <= NF; i++) if ($i == uuid) {
      state = $(i - 2); if (state ~ /p/ && $(i - 4) == 0 && $(i - 1) == "0.0") state = "unbuilt"
      if (state ~ /-d$/) dying = dying $(i - 5) " " state " " $1 "\n"; else alive = alive $(i - 5) " " state " " $1 "\n"
    } }
    END { printf "%s", alive == "" ? dying : alive }')
  one_row "$dr_rows"
}
domain_has() { xl list -l "$1" 2>/dev/null | grep -q "\"$2\": \""; }
is_built() { xl list -l "$1" 2>/dev/null | grep -q '"b_info"' && { domain_has "$1" bootloader || domain_has "$1" kernel; }; }
# Without a program that would show the path in its arguments.
runs_kernel() { case $(xl list -l "$1" 2>/dev/null) in *"\"kernel\": \"$2\""*) return 0 ;; *) return 1 ;; esac; }
# Until Xen 4.17 only the environment restricts pygrub; the monitor inherits it, so it holds for later reboots. Later ones read it
# from the configuration, and the environment is poison to them: libxl (4.18 to 4.20 and master, libxl_create.c) frees
# twice what it keeps of LIBXL_BOOTLOADER_USER. Seen on 4.20: "free(): double free", and the guest's monitor was gone.
restrict_pygrub() {
  rp_major=4 rp_minor=0
  { read -r rp_major </sys/hypervisor/version/major && read -r rp_minor </sys/hypervisor/version/minor; } 2>/dev/null || :
  if [ "$rp_major" -gt 4 ] || [ "$rp_minor" -ge 18 ]; then unset LIBXL_BOOTLOADER_RESTRICT LIBXL_BOOTLOADER_USER
  else LIBXL_BOOTLOADER_RESTRICT=1 LIBXL_BOOTLOADER_USER=$PYGRUB_USER; export LIBXL_BOOTLOADER_RESTRICT LIBXL_BOOTLOADER_USER; fi
}
create_domain() {
  cd_mark=$(mktemp); cd_out=$(mktemp); cd_row=; cd_try=0
  while [ -z "$cd_row" ]; do
    # The monitor outlives this job: it must not inherit the job's locks.
    (
      restrict_pygrub
      exec xl create -q ${2:+"$2"} "$1" </dev/null >"$cd_out" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
    ) || true
    # An xl that dies while the boot loader runs leaves a domain that nobody will build.
    { clear_unbuilt && cd_row=$(domain_row); } || { rm -f "$cd_out" "$cd_mark"; return 1; }
    cd_try=$((cd_try + 1))
    [ -z "$cd_row" ] || break
    # libxl gives its hotplug scripts 40 s and a device 10 s: too little on a host that is very busy for a while.
    if [ "$cd_try" -lt 3 ] && grep -q -e 'because of timeout' -e 'timed out' -e 'unable to add device with path' "$cd_out"; then
      echo "xl ran out of its own time; it is tried again"
      sleep 5
      continue
    fi
    grep -v -e 'Non-existant domain' -e 'Unable to destroy guest' -e 'Destruction of domain failed' "$cd_out" | tail -n 6 >&2 || true
    for cd_log in /var/log/xen/bootloader.*.log; do
      if [ -f "$cd_log" ] && [ "$cd_log" -nt "$cd_mark" ]; then
        grep -a -e Error -e error "$cd_log" | tail -n 3 >&2 || true
      fi
    done
    rm -f "$cd_out" "$cd_mark"
    return 1
  done
  rm -f "$cd_out" "$cd_mark"
}
# xl does not take the file away.
restore_domain() {
  rd_out=$(mktemp)
  (
    restrict_pygrub
    exec xl restore "$1" </dev/null >"$rd_out" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
  ) || true
  rd_row=$(domain_row)
  [ -n "$rd_row" ] || tail -n 3 "$rd_out" >&2
  rm -f "$rd_out"
  [ -n "$rd_row" ]
}
monitor_of() {
  mo_pattern=$(printf '%s' "$1" | sed 's/[][\.*^$]/\\&/g; s/cfg$/[c]fg/')
  grep -alq -e "create.*$mo_pattern" /proc/[0-9]*/cmdline 2>/dev/null
}
last_reason() {
  [ -f "/var/log/xen/xl-$1.log" ] || return 0
  sed -n 's/^Domain [0-9]* has shut down, reason code \([0-9]*\).*/\1/p' "/var/log/xen/xl-$1.log" | tail -n 1
}
