# shellcheck shell=sh
# A function for a script: snapshot_back NAME makes the qcow2 file $image what the snapshot holds. qcow2.sh comes before.
snapshot_back() {
  qemu-img snapshot -q -a "$1" "$image"
  snapshot_users=$(image_users "$image")
  [ -z "$snapshot_users" ] || die "$image went back to $1, but somebody began to use it at the same moment ($snapshot_users): what that has read may be a mixture. End it without a shutdown (xl destroy), and go back once more."
}
