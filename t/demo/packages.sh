# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# Debian packages, only those that are missing, without anything starting.

build_packages="gcc libc6-dev make pkg-config autoconf automake
autoconf-archive gettext libfcgi-dev libmariadb-dev libjson-c-dev libssl-dev
libxml2-dev libcurl4-openssl-dev libsodium-dev libutf8proc-dev libcsv-dev
libinih-dev"
demo_packages="nginx spawn-fcgi mariadb-server-core mariadb-client-core openssl
python3 python3-aiosmtpd"
check_packages="check perl curl clang-14 libclang-rt-14-dev chromium
fonts-noto-cjk fonts-ipamj-mincho"

missing_packages() {
	# shellcheck disable=SC2086
	dpkg-query -W -f '${Package} ${db:Status-Status}\n' $1 2>/dev/null |
		awk -v want="$1" '$2 == "installed" { have[$1] = 1 }
		END { n = split(want, w)
		      for (i = 1; i <= n; i++)
			if (!(w[i] in have)) printf "%s ", w[i] }'
}

# Debian's nodejs comes without npm; other builds of it bring their own.
node_packages() {
	command -v node >/dev/null || printf ' nodejs'
	command -v npm >/dev/null || printf ' npm'
}

# packages LIST
packages() {
	local missing sudo=()
	missing=$(missing_packages "$1")
	[ -n "${missing// /}" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		sudo -n true 2>/dev/null || die "not installed: $missing
run this once as root or with sudo"
		sudo=(sudo -n)
	fi
	say "-- packages: $missing"
	# shellcheck disable=SC2086
	long 'install packages' "${sudo[@]}" \
	    bash "$top/t/demo/install.sh" $missing ||
		die 'packages could not be installed'
}
