# shellcheck shell=sh
# Takes the guest $ms_guest out of what is served, and ends the server with its last guest. media-server.sh comes
# before. Runs in a subshell.
if [ -d "$ms_serving" ]; then
  exec 8</run; flock 8
  rm -rf "$ms_serving/www/$ms_guest" "$ms_serving/guests/$ms_guest"
  if ! rmdir "$ms_serving/guests" 2>/dev/null && [ -d "$ms_serving/guests" ]; then
    echo "the media server goes on for other guests"
  else
    stop_server
    rm -rf "$ms_serving"
    rmdir /run/pulumi-xen/http /run/pulumi-xen 2>/dev/null || true
  fi
fi
