# shellcheck shell=sh
# A function for a script: sets $memory_total and $memory_available, of the machine or dom0 that it runs on, in KiB.
# What a kernel of before 3.14 does not tell is what is free, or is filled with what is on a disk as well.
read_memory() {
  memory_total='' memory_available='' memory_reclaimable=0
  while read -r memory_key memory_value _; do
    case $memory_key in
      MemTotal:) memory_total=$memory_value ;;
      MemAvailable:) memory_available=$memory_value ;;
      MemFree: | Buffers: | Cached:) memory_reclaimable=$((memory_reclaimable + memory_value)) ;;
      Shmem:) memory_reclaimable=$((memory_reclaimable - memory_value)) ;;
    esac
  done <"${meminfo:-/proc/meminfo}"
  memory_available=${memory_available:-$memory_reclaimable}
}
