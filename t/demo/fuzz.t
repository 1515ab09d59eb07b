#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Each fuzz target for a few seconds, from its corpus in t/fuzz/NAME/ where it
# has one. Called by the fuzz stage of ./bootstrap check; says in TAP what fell.
set -u
: "${builddir:?}" "${fuzz_seconds:=5}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
targets=(t/fuzz/*.c)
echo "1..${#targets[@]}"
n=0
for source in "${targets[@]}"; do
	n=$((n + 1))
	name=$(basename "$source" .c)
	mkdir -p "$work/$name"
	corpus=("$work/$name")
	[ -d "t/fuzz/$name" ] && corpus+=("t/fuzz/$name")
	if "$builddir/t/fuzz/$name" -max_total_time="$fuzz_seconds" \
	    -rss_limit_mb=512 -timeout=10 -print_final_stats=1 \
	    -artifact_prefix="$work/$name-" "${corpus[@]}" \
	    >"$work/$name.log" 2>&1; then
		echo "ok $n - $name" \
		    "$(sed -n 's/^stat::number_of_executed_units: *//p' \
		    "$work/$name.log") runs"
	else
		echo "not ok $n - $name"
		tail -n 30 "$work/$name.log" | sed 's/^/# /'
		for found in "$work/$name-"*; do
			[ -f "$found" ] && [ "$found" != "$work/$name.log" ] &&
				echo "# input: $(base64 -w0 "$found")"
		done
	fi
done
