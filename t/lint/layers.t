#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# Nothing flows upward (design 2): base < db < model, base < web, in, out; only
# cgi sees all. Each foreign library has one room. From the #include lines.
use strict;
use warnings;
use FindBin;
use Test::More;

chdir "$FindBin::Bin/../.." or die;

# What a layer may include of ours besides itself.
my %may = (
	base => [], db => ['base'], model => ['base', 'db'],
	web => ['base'], in => ['base'], out => ['base'],
);
# Which files may include a library's headers.
my %room = (
	'mysql.h' => qr{^lib/db/},
	'mysqld_error.h' => qr{^lib/db/},
	'errmsg.h' => qr{^lib/db/},
	'fcgiapp.h' => qr{^lib/web/fcgi\.c$},
	'fcgi_stdio.h' => qr{^nowhere$},
	'fcgios.h' => qr{^lib/web/fcgi\.c$},
	'curl/curl.h' => qr{^lib/out/},
	'sodium.h' => qr{^lib/base/password\.c$},
	'ini.h' => qr{^lib/base/conf\.c$},
	'csv.h' => qr{^lib/in/},
	'utf8proc.h' => qr{^lib/base/},
	'libintl.h' => qr{^lib/base/i18n\.c$},
);
my %prefix = (
	'openssl/' => qr{^lib/base/(keys|hex|rand)\.c$},
	'libxml/' => qr{^lib/web/tmpl},
);

my @files = grep { -f } glob('lib/*/*.[ch] cgi/*.[ch] cgi/*/*.[ch]');
ok(@files > 50, 'sources are here');
for my $file (@files) {
	my ($layer) = $file =~ m{^lib/([a-z]+)/};
	my @wrong;
	open my $f, '<', $file or die "$file: $!";
	while (<$f>) {
		if (/^#\s*include\s+<([^>]+)>/) {
			my $h = $1;
			push @wrong, "$.: <$h>"
			    if $room{$h} && $file !~ $room{$h};
			for my $p (keys %prefix) {
				push @wrong, "$.: <$h>"
				    if index($h, $p) == 0 && $file !~ $prefix{$p};
			}
		} elsif (/^#\s*include\s+"([^"]+)"/ && defined $layer) {
			my ($of) = $1 =~ m{^([a-z]+)/};
			# A header beside the file is named by its path too.
			push @wrong, "$.: \"$1\"" unless defined $of &&
			    grep { $_ eq $of } $layer, @{$may{$layer} // []};
		}
	}
	close $f;
	is("@wrong", '', $file);
}
# A private header is its folder's, and its room's: x_private.h of x*.c.
for my $file (@files) {
	open my $f, '<', $file or die "$file: $!";
	for (grep { /^#\s*include\s+".*_private\.h"/ } <$f>) {
		my ($dir, $name) = m{"([a-z]+)/([a-z0-9]+)_private\.h"};
		ok(defined $dir && $file =~ m{^lib/$dir/(\Q$name\E|script|migrate)},
		    "$file may see ${name}_private.h");
	}
}
done_testing;
