# shellcheck shell=sh
# Writes down in $pm_mark that the image $pm_image may become $pm_want bytes, before it takes any of them; where $overcommits is no, only if the
# file system has room for all that is promised. claimLock is held: two images do not get the same room. space.sh comes before. $promise_own may be
# set: what $pm_image takes the place of in that file system.
promise_folder=${pm_image%/*}
space_beside "$promise_folder" "${promise_own:-$pm_image}"
if [ "$overcommits" = no ] && [ "$((sp_free - sp_others))" -lt "$((pm_want - sp_own))" ]; then
  die "$promise_folder has $((sp_free / 1048576)) MiB free, its other images may still take $(((sp_others + 1048575) / 1048576)) MiB, and $pm_image may take $(((pm_want - sp_own + 1048575) / 1048576)) MiB more. Free some space, or set overcommit: \"allow\"."
fi
note_down "$pm_mark/promise" "$pm_want"
