# shellcheck shell=sh
# The snapshots of $image, for people: lies on the host as $snapshot_script. Before it come the preamble, image-users.sh, image-overlays.sh, the functions of
# the image's storage and snapshot_lock; $mark is the folder of the claim.
snapshot_usage() {
  cat <<USAGE
The snapshots of $image.
  sh $snapshot_script list                   their names
  sh $snapshot_script roll-back NAME         says what going back to one would do
  sh $snapshot_script roll-back NAME --yes   goes back: what was written since is lost. The guest must be down
  sh $snapshot_script remove NAME            removes one; not one that a program declares, which the next up would make again
USAGE
}
# Ends where anybody could write to the image, or goes on with what it knows of it.
snapshot_is_free() {
  snapshot_users=$(image_users "$image")
  [ -z "$snapshot_users" ] || die "$image is in use ($snapshot_users). Shut that down first; nothing was touched."
  # What others hold apart from it means nothing over another content.
  snapshot_shared=$(image_overlays "$image")
  [ -z "$snapshot_shared" ] || die "$image is shared by $(printf %s "$snapshot_shared" | tr '\n' ' '), which would be broken; nothing was touched. Make those stand alone first (qemu-img rebase -f qcow2 -b '' FILE)."
  # A guest that was saved goes on with what it knows of its disk.
  snapshot_guests=$(image_configured "$image")
  for snapshot_guest in $(printf '%s\n' "$snapshot_guests" | awk '$1 == "configured" { print $2 }'); do
    if [ -e "/var/lib/xen/save/$snapshot_guest" ]; then
      die "The guest $snapshot_guest was saved (/var/lib/xen/save/$snapshot_guest) and goes on with its disk as it was then. Restore and shut it down first; nothing was touched."
    fi
  done
}
snapshot_has() { snapshot_names | grep -qxF -- "$1" || die "$image has no snapshot $1 of ours. Those that it has: $(snapshot_names | tr '\n' ' ')"; }
[ -f "$mark/claim" ] || die "$image is not claimed any more; nothing was touched."
case ${1:-} in
  list) [ $# -eq 1 ] || { snapshot_usage; exit 2; }; snapshot_names ;;
  roll-back)
    if [ $# -lt 2 ] || [ $# -gt 3 ] || [ "${3:---yes}" != --yes ]; then snapshot_usage; exit 2; fi
    snapshot_lock
    snapshot_going=; if [ -f "$mark/rolling-back" ]; then { read -r snapshot_going snapshot_bytes || :; } <"$mark/rolling-back"; fi
    [ -z "$snapshot_going" ] || [ "$snapshot_going" = "$2" ] || die "$image is on its way back to $snapshot_going. Finish that first: sh $snapshot_script roll-back $snapshot_going --yes"
    [ -n "$snapshot_going" ] || snapshot_has "$2"
    snapshot_is_free
    if [ $# -eq 2 ]; then
      echo "$image would become what the snapshot $2 holds; all that was written since is lost. Nobody uses it now."
      echo "To do it: sh $snapshot_script roll-back $2 --yes"
      exit 3
    fi
    snapshot_back "$2"
    rm -f "$mark/rolling-back"
    echo "$image is what the snapshot $2 holds. Start the guest when you like; the snapshot is still there." ;;
  remove)
    [ $# -eq 2 ] || { snapshot_usage; exit 2; }
    snapshot_lock
    snapshot_all=$(snapshot_all_ours)
    printf '%s\n' "$snapshot_all" | grep -qxF -- "$2" || snapshot_has "$2"
    snapshot_remove "$2" ;;
  *) snapshot_usage; exit 2 ;;
esac
