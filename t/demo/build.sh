# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# Building in var/, by the owner of the clone, so that a build through sudo
# leaves no files of root's in somebody's tree.

as_owner() {
	local uid gid
	uid=$(stat -c %u "$top")
	if [ "$(id -u)" -eq 0 ] && [ "$uid" -ne 0 ]; then
		gid=$(id -g "$uid" 2>/dev/null || stat -c %g "$top")
		setpriv "--reuid=$uid" "--regid=$gid" --clear-groups \
		    env "HOME=$top/var" "$@"
	else
		"$@"
	fi
}

autoreconf_if_needed() {
	local f
	for f in configure Makefile.in config.h.in; do
		if [ ! -e "$top/$f" ] || [ "$top/configure.ac" -nt "$top/$f" ]; then
			long 'autoreconf' as_owner \
			    autoreconf -i --warnings=none "$top"
			return
		fi
	done
}

# build DIRECTORY [configure arguments…]: configures once, when the arguments
# change, and when the test library came since (demo first, check later);
# leaves the programs built.
build() {
	local dir=$top/var/$1 name=$1 asked
	shift
	asked="$* check=$(pkg-config --modversion check 2>/dev/null)"
	autoreconf_if_needed || return
	as_owner mkdir -p "$dir" || return
	if [ ! -e "$dir/config.status" ] ||
	    [ "$(cat "$dir/.arguments" 2>/dev/null)" != "$asked" ]; then
		(cd "$dir" && long "configure $name" as_owner \
		    "../../configure" -q "$@") || return
		as_owner bash -c 'printf "%s\n" "$2" >"$1"' \
		    arguments "$dir/.arguments" "$asked"
	fi
	long "build $name" as_owner make -C "$dir" -j"$(nproc)" all || return
}

build_tests() {
	long "build tests in $1" as_owner \
	    make -C "$top/var/$1" -j"$(nproc)" check TESTS=
}

build_gcc() {
	build build --enable-developer CC=gcc
}

# built NAME: path of a program, wherever the make file puts it.
built() {
	local p
	for p in "$top/var/build/$1" "$top/var/build/cgi/$1"; do
		if [ -x "$p" ]; then
			printf '%s' "$p"
			return
		fi
	done
	die "the build has no program $1"
}
