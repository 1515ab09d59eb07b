# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# ./bootstrap check: every test, in stages; ./bootstrap bench.
# Tests run in the root of the clone, with builddir (var/build or var/san) and
# RENRAKU_ACCESS (the access.json of a running system) in the environment.

# name, budget in seconds, function with arguments. A stage without its files
# fails. Over budget is said, not failed: a slow machine is no fault.
stages='gcc 180 stage_gcc
clang 180 stage_clang
lint 60 stage_lint
unit 60 stage_unit build
pages 180 stage_pages build
browser 240 stage_browser
sanitizer 300 stage_sanitizer
explain 120 stage_explain
fault 150 stage_fault
fuzz 180 stage_fuzz'

# Exact versions; all of them run with Debian's node 18 and with node 20.
node_modules='playwright-core@1.60.0 axe-core@4.14.1 html-validate@8.9.1'

stage_gcc() { build_gcc && build_tests build; }

stage_clang() {
	build clang --enable-developer CC=clang-14 && build_tests clang
}

# What programs under test log themselves; the summary is not drowned in it.
programs_log=$top/var/log/programs.log

# tests PATTERN…: the files below the root, at least one for each pattern.
tests() {
	local pattern files
	found=()
	for pattern; do
		mapfile -t files < <(compgen -G "$pattern")
		if [ ${#files[@]} -eq 0 ]; then
			say "no tests: $pattern"
			return 1
		fi
		found+=("${files[@]}")
	done
}

stage_lint() {
	tests 't/lint/*.t' && prove --failures -e '' "${found[@]}"
}

stage_unit() {
	tests "var/$1/t/base/*.t" "var/$1/t/web/*.t" "var/$1/t/in/*.t" \
	    "var/$1/t/out/*.t" &&
		builddir=$top/var/$1 prove --failures -j2 -e '' "${found[@]}" \
		    2>>"$programs_log"
}

# t/with-db COMMAND…: with a throw-away MariaDB, whose accounts and database the
# page tests share: one at a time
stage_pages() {
	tests "var/$1/t/db/*.t" "var/$1/t/model/*.t" "var/$1/t/page/*.t" \
	    't/page/*.t' &&
		builddir=$top/var/$1 t/with-db prove --failures -e '' \
		    "${found[@]}" 2>>"$programs_log"
}

stage_sanitizer() {
	build san --enable-developer --enable-sanitizers CC=gcc &&
		build_tests san || return
	export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1
	export UBSAN_OPTIONS=print_stacktrace=1
	stage_unit san && stage_pages san
}

# Whether plans are good is seen on a city of full size only.
stage_explain() {
	tests 'var/build/t/explain/*.t' &&
		builddir=$top/var/build t/with-db prove --failures -e '' \
		    "${found[@]}" 2>>"$programs_log"
}

stage_fault() {
	tests 't/fault/*.t' || return
	with_system check 18443 prove --failures -e '' "${found[@]}"
}

stage_browser() {
	tests 't/browser/*.t' || return
	if [ "$(cat var/node_modules.txt 2>/dev/null)" != "$node_modules" ] ||
	    [ ! -d t/browser/node_modules ]; then
		# shellcheck disable=SC2086
		long 'npm install' as_owner npm install --prefix t/browser \
		    --ignore-scripts --no-package-lock --no-save --no-audit \
		    --no-fund --loglevel=error $node_modules || return
		echo "$node_modules" >var/node_modules.txt
	fi
	with_system check 18443 prove --failures -e '' "${found[@]}"
}

# Each target for its share of a minute and a half, from its corpus.
stage_fuzz() {
	build fuzz --enable-fuzzers --enable-developer CC=clang-14 &&
		build_tests fuzz || return
	tests 't/fuzz/*.c' || return
	fuzz_seconds=$((90 / ${#found[@]} + 1)) builddir=$top/var/fuzz \
	    prove --failures -e '' t/demo/fuzz.t
}

# with_system STATE PORT COMMAND…: a whole system of its own, with the sample
# city, for the time of the command; whatever happens, it is stopped.
with_system() {
	local rc
	export RENRAKU_STATE=$1
	state_open && with_system_end
	RENRAKU_PORT=$2
	shift 2
	trap with_system_end EXIT
	bring_up && RENRAKU_ACCESS=$state/access.json \
	    builddir=$top/var/build "$@"
	rc=$?
	rm -rf "$top/var/log/$RENRAKU_STATE"
	cp -r "$state/log" "$top/var/log/$RENRAKU_STATE"
	trap - EXIT
	with_system_end && return $rc
}

with_system_end() {
	stop_all || return
	rm -rf --one-file-system "$state"
	rm -f "$(state_link)"
}

# run_stage NAME BUDGET COMMAND…
run_stage() {
	local name=$1 budget=$2 began=$SECONDS log=$top/var/log/stage-$1.log rc line
	shift 2
	say "== $name"
	(cd "$top" && "$@") 2>&1 | tee "$log"
	rc=$?
	local took=$((SECONDS - began)) word=ok late=
	[ $rc -eq 0 ] || word='NOT OK'
	[ $took -le "$budget" ] || late=', over budget'
	summary+=("$(printf '%-10s %-7s %4d s of %d s%s' \
	    "$name" "$word" $took "$budget" "$late")")
	while read -r line; do
		[[ $line =~ ^Files=([0-9]+),\ Tests=([0-9]+), ]] || continue
		total_files=$((total_files + BASH_REMATCH[1]))
		total_tests=$((total_tests + BASH_REMATCH[2]))
	done <"$log"
	[ $rc -eq 0 ] || failed+=("$name")
}

command_check() {
	rm -f "$programs_log"
	local name budget rest total_files=0 total_tests=0
	summary=() failed=()
	packages "$build_packages $demo_packages $check_packages$(node_packages)"
	for name; do
		grep -q "^$name " <<<"$stages" || die "no such stage: $name"
	done
	while read -r name budget rest <&3; do
		[ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
		# shellcheck disable=SC2086
		run_stage "$name" "$budget" $rest
	done 3<<<"$stages"
	say '== summary'
	printf '%s\n' "${summary[@]}"
	[ ${#failed[@]} -gt 0 ] || say 'All tests successful.'
	say "Files=$total_files, Tests=$total_tests, $SECONDS wallclock secs"
	if [ ${#failed[@]} -gt 0 ]; then
		say "Failed stages: ${failed[*]}"
		say 'Result: FAIL'
		exit 1
	fi
	say 'Result: PASS'
}

command_bench() {
	packages "$build_packages $demo_packages"
	[ -x "$top/t/bench/run" ] || die 'no benchmarks: t/bench/run'
	build_gcc || exit 1
	cd "$top" || exit 1
	with_system bench 28443 t/bench/run "$@"
}
