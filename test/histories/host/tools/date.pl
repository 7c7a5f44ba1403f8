#!/usr/bin/perl
# The clock that goes with sleep.pl; only in the form that bounds of time use.
exec "/usr/bin/date", @ARGV unless @ARGV == 1 && $ARGV[0] eq "+%s";
use Time::HiRes;
print int(1_800_000_000 + (Time::HiRes::time() - 1_700_000_000) * 20), "\n";
