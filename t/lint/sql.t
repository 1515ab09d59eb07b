#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Schema files are numbered without gaps, forward only and additive: old and
# new workers overlap (design 2). Statements live in lib/model.
use strict;
use warnings;
use FindBin;
use Test::More;

chdir "$FindBin::Bin/../.." or die;

sub slurp {
	open my $f, '<', $_[0] or die "$_[0]: $!";
	local $/;
	return scalar <$f>;
}

my @files = sort glob('sql/[0-9]*.sql');
ok(@files > 0, 'schema files are here');
my $number = 0;
for my $file (@files) {
	$number++;
	like($file, qr{^sql/\d{4}_[a-z0-9_]+\.sql$}, "$file: name");
	is((($file =~ m{/(\d+)})[0]), sprintf('%04d', $number),
	    "$file: number follows");
	my $sql = slurp($file);
	my $bare = $sql =~ s/--[^\n]*//gr;
	unlike($bare, qr/\bDROP\s+(TABLE|COLUMN)|\bRENAME\b|\bTRUNCATE\b/i,
	    "$file: takes nothing away");
	# Each CREATE ends with its engine.
	while ($bare =~ /CREATE TABLE (\w+)\s*\((.*?)\n\)([^;]*);/gs) {
		my ($table, $body, $tail) = ($1, $2, $3);
		like($body, qr/PRIMARY KEY/, "$table has a primary key");
		like($tail, qr/ENGINE=InnoDB/, "$table is InnoDB");
	}
}
my @others = grep { !/^sql\/(\d{4}_[a-z0-9_]+|grants)\.sql$/ } glob('sql/*');
is("@others", '', 'nothing else in sql/');

# SQL is written where it is counted (t/explain), business time is bound.
for my $file (glob('lib/*/*.c cgi/*.c cgi/*/*.c')) {
	my $c = slurp($file);
	my $code = $c =~ s{/\*.*?\*/}{}gsr;
	unlike($code, qr/^\s*SQL(_WIDE)?\(/m, "$file: no statements")
	    unless $file =~ m{^lib/(model|db)/};
	next unless $file =~ m{^lib/model/};
	unlike($code, qr/\bNOW\(|\bCURRENT_|\bSYSDATE|\bCURDATE|SELECT \*|\bOFFSET\b/,
	    "$file: no clock, no *, no offset");
	my @clock = $code =~ /UTC_TIMESTAMP/g;
	is(scalar @clock, 0, "$file: the database's clock")
	    unless $file eq 'lib/model/outbox.c';
}
done_testing;
