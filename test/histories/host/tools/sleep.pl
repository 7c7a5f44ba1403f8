#!/usr/bin/perl
# A second is a twentieth here, so that what polls each second does not make a history last. What polls ten times a second
# would keep the machine busy with looking: its looks are further apart.
my $seconds = $ARGV[0] / 20;
select undef, undef, undef, $seconds < 0.05 ? 0.05 : $seconds;
