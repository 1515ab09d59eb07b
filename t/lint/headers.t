#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Every header compiles alone, with the project's warnings as errors.
set -u
cd "$(dirname "$0")/../.." || exit 1

cc=${CC:-cc}
packages='fcgi libmariadb json-c libcrypto libxml-2.0 libcurl libsodium
	libutf8proc inih check'
read -ra flags < <(sed -n 's/^WARN="\(-Wall.*\)"$/\1/p' configure.ac)
# shellcheck disable=SC2086
read -ra libs < <(pkg-config --cflags $packages)
config=()
[ -e "${builddir:-var/build}/config.h" ] &&
	config=(-include "${builddir:-var/build}/config.h")

mapfile -t headers < <(find lib cgi t -name '*.h' | LC_ALL=C sort)
echo "1..${#headers[@]}"
n=0
failed=0
for header in "${headers[@]}"; do
	n=$((n + 1))
	if said=$("$cc" -std=gnu17 -D_GNU_SOURCE "${flags[@]}" -Werror \
	    -Wno-unused-macros -fsyntax-only -I. -Ilib -Icgi "${libs[@]}" \
	    "${config[@]}" -DPKGDATADIR='""' -DLOCALEDIR='""' \
	    -x c - <<<"#include \"$header\"" 2>&1); then
		echo "ok $n - $header"
	else
		echo "not ok $n - $header"
		sed 's/^/# /' <<<"$said"
		failed=1
	fi
done
exit $failed
