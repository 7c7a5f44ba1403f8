#!/usr/bin/perl
# xl, ip, dpkg-query … of the pretended Xen host: prints what was recorded on a real one (recordings.ts). One thing changes: the
# guest's memory. After `xl mem-set` the record tells the new size at once, and `xl list` when the guest has followed.
# Perl, since it starts in 4 ms. A call of xl takes BENCH_XL_MS more, whoever asks.
use strict;
use Time::HiRes;

my ($tool) = $0 =~ m{([^/]+)$};
my $place = $ENV{BENCH_RECORDED};
my ($command, @args) = @ARGV;
if ($tool eq "xl") {
    if (open my $calls, ">>", "$place/calls") { syswrite $calls, "."; close $calls; }
    Time::HiRes::sleep($ENV{BENCH_XL_MS} / 1000);
}

sub text { open my $from, "<", "$place/$_[0]" or return ""; local $/; return <$from> // ""; }
sub note { open my $to, ">", "$place/$_[0].new" or die; print $to $_[1]; close $to; rename "$place/$_[0].new", "$place/$_[0]"; }

my ($former, $target, $since) = split " ", text("memory");
my $runs = -e "$place/runs";
my $used = defined $since && Time::HiRes::time() - $since < $ENV{BENCH_GUEST_MS} / 1000 ? $former : $target;

sub show {
    my $said = text($_[0]);
    # Between these marks stands what belongs to the guest.
    $runs ? $said =~ s/<guest>|<\/guest>//g : $said =~ s/<guest>.*?<\/guest>//gs;
    $said =~ s/\@USED *\@/sprintf "%5d", $used/ge;
    $said =~ s/\@TARGET_KB\@/$target * 1024/ge;
    print $said;
    exit 0;
}

show("dpkg-query") if $tool eq "dpkg-query";
show(join "_", $tool, map { s{[^A-Za-z0-9.-]}{}gr } @ARGV) unless $tool eq "xl";
if ($command eq "list" && @args && $args[0] =~ /^(guest1|1)$/) {
    unless ($runs) { print STDERR "$args[0] is an invalid domain identifier (rc=-6)\n"; exit 1; }
    show("xl_list_guest1");
}
show("xl_list") if $command eq "list" && (!@args || $args[0] eq "0");
show("xl_list_v") if $command eq "list" && $args[0] eq "-v";
show("xl_list_l") if $command eq "list" && $args[0] eq "-l";
show("xl_vcpu-list") if $command eq "vcpu-list";
show("xl_info") if $command eq "info";
if ($command eq "create") { note("runs", ""); exit 0; }
if ($command eq "mem-set" && $args[1] =~ /^(\d+)m?$/) { note("memory", "$used $1 " . Time::HiRes::time()); exit 0; }
print STDERR "$tool @ARGV: not recorded\n";
exit 1;
