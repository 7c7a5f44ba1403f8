#!/bin/sh
# The clock that goes with sleep.pl, and only in the form that bounds of time use: a second lasts a twentieth. No process is
# started for it.
[ "$#-$1" = 1-+%s ] || exec /usr/bin/date "$@"
read -r up _ </proc/uptime
echo $((1800000000 + (${up%.*} * 100 + 1${up#*.} - 100) / 5))
