# shellcheck shell=sh
# Makes the place for a guest in what is served, under the lock of all servers (descriptor 8): $ms_serving is the
# server's folder, $ms_guest the guest, $ms_media the folder with files/, $ms_bridge whose address the server listens
# on, at $ms_port, $ms_python the interpreter; $ms_iso the ISO whose tree it gets, or nothing, and $ms_reader is iso9660.py. media-server.sh comes before, start-serving.sh afterwards. Runs in a subshell.
bridge_address() { ip -4 -o addr show dev "$ms_bridge" 2>/dev/null | awk '{ sub("/.*", "", $4); print $4; exit }'; }
[ -n "$ms_python" ] || die "There is no Python (python3, python2, python) on this host; it serves the installation. Install the package python3, on CentOS 6 python."
ms_address=$(bridge_address)
[ -n "$ms_address" ] || die "The bridge $ms_bridge has no IPv4 address, so a guest on it cannot fetch its installation. Give the bridge an address."
if [ -n "$ms_iso" ]; then
  "$ms_python" -c "$ms_reader" check "$ms_iso" || die "The tree of the ISO cannot be served, since the server runs as nobody. Where it may not be read, put the ISO into a folder that all may enter, and run: chmod a+r $ms_iso"
fi
exec 8</run; flock 8
mkdir -p /run/pulumi-xen/http
chmod 755 /run/pulumi-xen /run/pulumi-xen/http
mkdir -p "$ms_serving/www/$ms_guest/answers" "$ms_serving/guests/$ms_guest"
chmod 755 "$ms_serving" "$ms_serving/guests" "$ms_serving/guests/$ms_guest"
chmod 711 "$ms_serving/www" "$ms_serving/www/$ms_guest" "$ms_serving/www/$ms_guest/answers"
rm -f "$ms_serving/www/$ms_guest/files"; ln -s "$ms_media/files" "$ms_serving/www/$ms_guest/files"
rm -f "$ms_serving/www/$ms_guest/tree" "$ms_serving/guests/$ms_guest/tree-url"
if [ -n "$ms_iso" ]; then
  ln -s "$ms_iso" "$ms_serving/www/$ms_guest/tree"
  printf 'http://%s:%s/%s/tree\n' "$ms_address" "$ms_port" "$ms_guest" >"$ms_serving/guests/$ms_guest/tree-url"
fi
ms_now=$(date +%s)
printf '%s\n' "$((ms_now + ms_minutes * 60))" >"$ms_serving/guests/$ms_guest/until"
printf '%s\n' "$ms_address" >"$ms_serving/guests/$ms_guest/host-address"
printf 'http://%s:%s/%s/files\n' "$ms_address" "$ms_port" "$ms_guest" >"$ms_serving/guests/$ms_guest/media-url"
chmod 644 "$ms_serving/guests/$ms_guest"/*
