# shellcheck shell=sh
# Makes it so that the system user $pygrub_name is there.
#
# User and group have one number, since pygrub takes the user's for both: setgid(uid), setgroups([uid]), setuid(uid)
# (pygrub of 4.17, seen: with another group's number it could not read an image of mode 0640).
if ! id "$pygrub_name" >/dev/null 2>&1; then
  pygrub_id=999
  while getent passwd "$pygrub_id" >/dev/null || getent group "$pygrub_id" >/dev/null; do
    pygrub_id=$((pygrub_id - 1))
    [ "$pygrub_id" -ge 100 ] || die "This host has no number left for the system user $pygrub_name."
  done
  groupadd --system --gid "$pygrub_id" "$pygrub_name"
  useradd --system --uid "$pygrub_id" --gid "$pygrub_id" --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$pygrub_name"
fi
[ "$(id -u "$pygrub_name")" = "$(id -g "$pygrub_name")" ] ||
  die "The group of the user $pygrub_name must have the user's number, for pygrub takes that. Run: userdel $pygrub_name"
