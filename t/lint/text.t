#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# What a file of this project never holds: paths of somebody's machine, hosts
# of registries, secrets; in templates nothing that the CSP would refuse.
use strict;
use warnings;
use FindBin;
use Test::More;
use Encode qw(decode FB_CROAK);

chdir "$FindBin::Bin/../.." or die;

# The files that git keeps; without git, those of the source folders.
my @files = split /\0/, `git ls-files -z 2>/dev/null`;
@files = split /\n/, `find README configure.ac Makefile.am bootstrap .ci build-aux cgi conf doc lib po sql t templates -type f 2>/dev/null`
    if @files == 0;
ok(@files > 100, 'files are here');

# Written so that this file does not find itself.
my @never = (
	['a path of a machine', qr{/(?:work|home|root|Users)/[a-z]}],
	['a registry\'s host', qr{registry\.(?:npmjs|yarnpkg)|(?:crates|pypi)\.(?:io|org)|proxy\.golang\.}],
	['a private key', qr{-----BEGIN [A-Z ]*PRIVATE KEY}],
	['a host inside', qr{\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}:\d}],
);
my $binary = qr/\.(png|jpe?g|ico|woff2?|mo|xlsx|gz|pdf)$/;
for my $file (grep { -f && !/$binary/ && !m{^t/lint/text\.t$} } @files) {
	open my $f, '<:raw', $file or die "$file: $!";
	my $text = do { local $/; <$f> } // '';
	close $f;
	my @wrong = map { $text =~ $_->[1] ? "$_->[0]: $&" : () } @never;

	push @wrong, 'not UTF-8'
	    unless eval { decode('UTF-8', my $copy = $text, FB_CROAK); 1 } ||
	    $file =~ m{^t/.*(cp932|sjis|\.bin|corpus)};
	push @wrong, 'CR' if $text =~ /\r\n/ && $file !~ m{^t/};
	push @wrong, 'no newline at the end'
	    if $text ne '' && $text !~ /\n\z/ && $file !~ m{^t/.*corpus|\.json$};
	if ($file =~ m{^templates/.*\.(xhtml|html)$}) {
		push @wrong, $1 while $text =~ /\b(style\s*=|on[a-z]+\s*=\s*"|<script(?![^>]*\ssrc=)|<style|javascript:)/gi;
		push @wrong, "from elsewhere: $1"
		    while $text =~ m{(?:src|href|action)="((?:https?:)?//[^"]*)"}g;
	}
	push @wrong, "from elsewhere: $1"
	    while $file =~ m{^templates/.*\.css$} &&
	    $text =~ m{((?:\@import|url\(["']?https?:)[^;)]*)}g;
	is(join('; ', @wrong), '', $file);
}
done_testing;
