# shellcheck shell=sh
# Links of a bridge that are neither $bridge nor one of $ports are guests': remember_guests before the bridge goes down,
# return_guests when it is up again.
remember_guests() {
  guests=
  for link in $(ls "/sys/class/net/$bridge/brif" 2>/dev/null || :); do
    case " $ports " in *" $link "*) ;; *) guests="$guests $link" ;; esac
  done
}
return_guests() {
  for guest in $guests; do
    if [ ! -e "/sys/class/net/$guest" ] || [ ! -e "/sys/class/net/$bridge" ]; then continue; fi
    # An ip that knows no masters is EL 6's, where the network scripts have brctl.
    ip link set dev "$guest" master "$bridge" || brctl addif "$bridge" "$guest" || :
  done
}
