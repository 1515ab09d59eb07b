#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# conf/renraku.conf.example has every key of lib/base/conf.c once, each with a
# sentence above it and with the default that the program takes.
use strict;
use warnings;
use FindBin;
use Test::More;

chdir "$FindBin::Bin/../.." or die;

sub lines {
	open my $f, '<', $_[0] or die "$_[0]: $!";
	return <$f>;
}

my $c = join '', lines('lib/base/conf.c');
my ($table) = $c =~ /FIELDS_SHARED\(struct conf, conf_fields,(.*?)\);\n/s;
my @keys = $table =~ /F_[A-Z]+\(struct conf, (\w+)/g;
ok(@keys > 10, 'keys of conf.c');
my %default = $c =~ /\{ "(\w+)", "([^"]*)" \}/g;
my %required = map { $_ => 1 } $table =~ /struct conf, (\w+), \.required/g;

my (%example, %said, $above);
for (lines('conf/renraku.conf.example')) {
	if (/^; (.*)/) {
		$above = $1;
	} elsif (/^(\w+) =\s?(.*)$/) {
		ok(!exists $example{$1}, "$1 stands once");
		$example{$1} = $2;
		$said{$1} = $above;
	} else {
		undef $above;
	}
}
for my $key (@keys) {
	ok(exists $example{$key}, "$key is in the example") or next;
	like($said{$key} // '', qr/\.$/, "$key is explained in a sentence");
	is($example{$key}, $default{$key}, "$key has its default")
	    if exists $default{$key} && $default{$key} ne '';
	ok($example{$key} ne '', "$key must be given and is")
	    if $required{$key};
}
my %known = map { $_ => 1 } @keys;
is(join(' ', grep { !$known{$_} } sort keys %example), '',
    'no key that the program does not know');
done_testing;
