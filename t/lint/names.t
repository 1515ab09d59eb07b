#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# The house style that a program can see: a symbol tells its file, each file
# says what it is for, and nothing grows too long.
use strict;
use warnings;
use FindBin;
use Test::More;
use Encode qw(decode);

chdir "$FindBin::Bin/../.." or die;

# Further words a file's public functions may begin with, because they speak
# of a type that is at home there.
my %also = (
	'lib/base/jtime.c' => [qw(day stamp minute clock school_year)],
	'lib/base/jtime_parse.c' => [qw(day minute)],
	'lib/base/field.c' => [qw(choice)],
	'lib/base/str.c' => [qw(buf)],
	'lib/base/rand.c' => [qw(uid code)],
	'lib/base/hex.c' => [qw(b64 b64u)],
	'lib/base/keys.c' => [qw(sha256 mem)],
	'lib/base/i18n.c' => [qw(lang)],
	'lib/web/form_value.c' => [qw(form)],
	'lib/web/token.c' => [qw(presession)],
	'cgi/routes.c' => [qw(route)],
);

# Functions that are longer than 100 lines, or files than 600, with the reason
# that a reader accepts.
my %long_function = ();
my %long_file = ();
# Lines over 100 columns: a route is one row of a table.
my %wide_file = ('cgi/routes.c' => 1);

sub slurp {
	open my $f, '<', $_[0] or die "$_[0]: $!";
	local $/;
	return scalar <$f>;
}

sub trees {
	return grep { -f } map { glob("$_/*.[ch]"), glob("$_/*/*.[ch]"),
	    glob("$_/*/*/*.[ch]") } @_;
}

# What a public function of this file may be called: guardian_email.c holds
# guardian_..., cgi/staff/absence.c staff_absence_...
sub prefixes {
	my ($file) = @_;
	my ($path, $name) = $file =~ m{^(?:lib/[a-z]+|cgi)/?(.*?)/?([^/]+)\.c$};
	my $whole = $path eq '' ? $name : "${path}_$name";
	my @words = @{$also{$file} // []};

	for (my $part = $whole; ; ) {
		push @words, $part;
		last if $path ne '' && $part eq $path;
		$part =~ s/_[^_]+$// or last;
	}
	push @words, $name if $file =~ m{^cgi/};
	return @words;
}

# Bodies of functions: name, static or not, lines.
sub functions {
	my @line = split /\n/, $_[0];
	my @found;

	for my $i (1 .. $#line) {
		next unless $line[$i - 1] =~ /^[a-z]/ &&
		    $line[$i] =~ /^([a-z_0-9]+)\(/;
		my $name = $1;
		my $static = $line[$i - 1] =~ /^static/;
		my $j = $i;
		$j++ while $j < $#line && $line[$j] !~ /^\{|;\s*$/;
		next unless $line[$j] eq '{';
		my $end = $j;
		$end++ while $end < $#line && $line[$end] ne '}';
		push @found, [$name, $static, $end - $j - 1];
	}
	return @found;
}

my @sources = trees('lib', 'cgi');
ok(@sources > 50, 'sources are here');
my (@lengths, @sizes);
for my $file (@sources, trees('t')) {
	my $text = slurp($file);
	my $code = $text =~ s{/\*.*?\*/}{}gsr;
	my @wrong;

	$text =~ m{\A/\* SPDX-License-Identifier: AGPL-3\.0-or-later\n \* \S}
	    or push @wrong, 'no SPDX line with a head comment';
	my $n = 0;
	for my $line (split /\n/, decode('UTF-8', $text)) {
		$n++;
		my $wide = $line =~ s/\t/        /gr;
		$wide =~ s/N?_\(".*//;	# a sentence stays in one piece
		push @wrong, "$n: over 100 columns"
		    if length $wide > 100 && !$wide_file{$file};
		push @wrong, "$n: blanks, not a tab" if $line =~ /^ {8}/;
		push @wrong, "$n: blank at the end" if $line =~ /[ \t]$/;
	}
	push @wrong, "$n lines"
	    if $n > ($file =~ m{^t/} ? 700 : 600) && !$long_file{$file};
	push @wrong, "says $1" if $text =~ /\b(TODO|FIXME|XXX)\b/;
	push @wrong, 'goto' if $code =~ /\bgoto\b/;
	push @wrong, 'a typedef of a struct'
	    if $code =~ /typedef\s+(struct|union)/;
	for my $f (functions($text)) {
		push @wrong, "$f->[0] has $f->[2] lines"
		    if $f->[2] > 100 && !$long_function{$f->[0]};
		push @lengths, $f->[2] unless $file =~ m{^t/};
	}
	push @sizes, $n if $file =~ m{^(lib|cgi)/.*\.c$};
	if ($file !~ m{^t/|^lib/web/tmpl}) {
		# Inside strings only: <stdio.h> and a < b are no tags. The
		# template compiler speaks of tags when it complains.
		while ($code =~ /"((?:[^"\\\n]|\\.)*)"/g) {
			push @wrong, "HTML: $1" if $1 =~
			    m{</?(a|b|br|div|p|span|form|input|table|t[drh]|h[1-6]|ul|li|html|body|head|button|script|style|strong|small)\b[^@]*>};
		}
	}
	if ($file =~ m{^(lib|cgi)/.*\.c$}) {
		my @words = prefixes($file);

		for my $f (grep { !$_->[1] } functions($text)) {
			my $name = $f->[0];
			next if $name eq 'main' || grep {
			    $name eq $_ || index($name, "${_}_") == 0 } @words;
			push @wrong, "$name() is public here";
		}
	}
	is(join('; ', @wrong), '', $file);
}

my @by_length = sort { $a <=> $b } @lengths;
my @by_size = sort { $a <=> $b } @sizes;
cmp_ok($by_length[@by_length / 2], '<', 20, 'median function');
cmp_ok($by_size[@by_size / 2], '<', 300, 'median file');
done_testing;
