# shellcheck shell=sh
# Who the host is, and where our things lie on it.
#
# PX_ROOT is our folder on the host, PX_JOBS the one of jobs, PX_SHELL the shell of jobs; PULUMI_XEN_ROOT and PULUMI_XEN_SHELL in the environment
# of the host's login replace them: for tests. px_identify sets px_machine_id and px_boot_id.
PX_ROOT=${PULUMI_XEN_ROOT:-/var/lib/pulumi-xen}
PX_JOBS=$PX_ROOT/jobs
PX_SHELL=${PULUMI_XEN_SHELL:-/bin/sh}
px_identify() {
  px_boot_id=; px_machine_id=
  { read -r px_boot_id </proc/sys/kernel/random/boot_id; } 2>/dev/null || :
  for px_file in /etc/machine-id /var/lib/dbus/machine-id /sys/class/dmi/id/product_uuid "$PX_ROOT/machine-id"; do
    { read -r px_machine_id <"$px_file"; } 2>/dev/null || :
    case $px_machine_id in
      ''|uninitialized|*[!0-9A-Fa-f-]*) px_machine_id= ;;
      *) return 0 ;;
    esac
  done
  mkdir -p "$PX_ROOT"
  read -r px_machine_id </proc/sys/kernel/random/uuid
  printf '%s\n' "$px_machine_id" >"$PX_ROOT/machine-id"
}
