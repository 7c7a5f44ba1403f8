# shellcheck shell=sh
# A function for a script: ends the step, where $image is there and not by us.
die_taken() {
  die "$image was made by somebody else a moment ago, so it is left alone. Set adopt: true to take it over with all it holds, or choose another path."
}
