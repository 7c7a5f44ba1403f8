# shellcheck shell=sh
# Says packages-busy, the program, where one holds the lock of dpkg or of its front ends ($dpkg_locks), as the kernel's list of locks
# ($kernel_locks) tells: `dpkg --configure` does not wait for it.
if command -v dpkg-query >/dev/null 2>&1; then
  for lock in $dpkg_locks; do
    inode=$(stat -c %i "$lock" 2>/dev/null) || continue
    while read -r number kind mandatory access pid place rest; do
      case $place in
        *:"$inode")
          busy=
          if [ -r "/proc/$pid/comm" ]; then read -r busy <"/proc/$pid/comm" || :; fi
          say packages-busy "${busy:-process $pid}"
          break ;;
      esac
    done <"$kernel_locks"
  done
fi
