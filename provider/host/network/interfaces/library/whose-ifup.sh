# shellcheck shell=sh
# Sets $ifup_is to the one whose program `ifup` is, of which there is one on a host: ifupdown, ifupdown2, ifupdown-ng, or what
# it tells of itself; empty where there is none. Red Hat's network scripts have a program of that name (ifcfg/).
if [ -z "${ifup_is+asked}" ]; then
  ifup_is=
  if [ ! -f /etc/sysconfig/network-scripts/ifup-eth ] && ifup_path=$(command -v ifup 2>/dev/null); then
    case $(readlink -f "$ifup_path") in
      # Its own --version asks dpkg, and takes seconds.
      */ifupdown2 | */ifupdown2/*) ifup_is=ifupdown2 ;;
      */busybox) ifup_is="BusyBox's" ;;
      *)
        ifup_is=$(ifup --version 2>/dev/null | head -n 1)
        case $ifup_is in
          "ifup version "*) ifup_is=ifupdown ;;
          "ifupdown-ng "*) ifup_is=ifupdown-ng ;;
          "") ifup_is="a program that does not tell its version" ;;
        esac
        ;;
    esac
  fi
fi
