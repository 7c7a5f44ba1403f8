# shellcheck shell=sh
# Gives dom0 $desired MiB while it runs, and reads back what it then has: neither xl nor xm waits for dom0's kernel to follow.
# $margin MiB of dom0's own memory stay free; $tolerance MiB more or less are no difference. Put back where dom0 does not follow.
#
#   needs, of the toolstack: dom0_set MIB and dom0_has, which prints MiB; memory.sh comes before
is_near() { [ -n "$1" ] && [ "$1" -ge "$((desired - tolerance))" ] && [ "$1" -le "$((desired + tolerance))" ]; }
had=$(dom0_has)
[ -n "$had" ] || die "The toolstack does not tell how much memory dom0 has."
read_memory
free=$((memory_available / 1024))
# Once more, just before it: what was planned is seconds old.
[ "$((had - desired + margin))" -le "$free" ] || [ "$desired" -ge "$had" ] ||
  die "dom0 has $free MiB free of its $had MiB: it cannot be shrunk to $desired MiB while it runs. End what uses its memory, or raise dom0.memoryMiB."
limit=60 tries=0
said=$(dom0_set "$desired" 2>&1) || limit=3
until has=$(dom0_has) && is_near "$has"; do
  tries=$((tries + 1))
  if [ "$tries" -gt "$limit" ]; then
    dom0_set "$had" >/dev/null 2>&1 || :
    die "dom0 did not follow to $desired MiB: it has ${has:-an unknown number of} MiB, and was told to keep $had MiB. ${said:-Look at "dmesg" on the host for its balloon driver.}"
  fi
  sleep 1
done
echo "dom0 has $has MiB"
