# shellcheck shell=sh
# A function for a script: discard_image removes the file $image for good.
discard_image() { rm -f "$image"; }
