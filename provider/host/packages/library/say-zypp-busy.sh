# shellcheck shell=sh
# Says packages-busy, the program, where one holds the lock of libzypp (zypper, YaST, PackageKit). It is the number of a process in a file
# that is empty otherwise; the number of one that was killed stays in it, and libzypp asks as we do whether there is such a process.
if [ -d /etc/zypp/repos.d ] && [ -r /run/zypp.pid ]; then
  pid=
  read -r pid </run/zypp.pid || :
  case $pid in
    "" | *[!0-9]*) ;;
    *)
      if [ -r "/proc/$pid/comm" ]; then
        busy=
        read -r busy <"/proc/$pid/comm" || :
        say packages-busy "${busy:-process $pid}"
      fi
      ;;
  esac
fi
