# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# What all parts of ./bootstrap share: messages, the state directory, acting as
# the unprivileged user, and processes known by pid and start time.
# Needs $top (root of the clone).

say() { printf '%s\n' "$*"; }
die() {
	printf 'bootstrap: %s\n' "$*" >&2
	exit 1
}

case $top in
*[!A-Za-z0-9/._+@%,:=~-]*)
	die "make cannot work below a path with such characters: $top" ;;
esac
mkdir -p "$top/var/log" || die "cannot write below $top"
[ "$(id -u)" -ne 0 ] || chown --reference="$top" "$top/var" "$top/var/log"

# Two at a time would start two database servers on one directory.
only_one_bootstrap() {
	exec 9<"$top/var"
	flock -n 9 && return
	say 'another bootstrap is running here; waiting for it'
	flock 9
}

# long LABEL COMMAND…: output to a log; a line every ten seconds; on failure
# the end of the log.
long() {
	local label=$1 began=$SECONDS log ticker rc=0
	shift
	log=$top/var/log/$(printf '%s' "$label" | tr -c 'A-Za-z0-9\n' '_').log
	say "-- $label"
	rm -f "$log"
	(
		exec 9>&-
		# its output closed: an orphaned sleep would hold a pipe open
		while sleep 10 >/dev/null 2>&1; do
			say "   $label: $((SECONDS - began)) s"
		done
	) &
	ticker=$!
	"$@" >"$log" 2>&1 || rc=$?
	kill "$ticker" 2>/dev/null
	wait "$ticker" 2>/dev/null
	if [ "$rc" -ne 0 ]; then
		tail -n 40 "$log" >&2
		say "bootstrap: $label failed ($rc); all of it: $log" >&2
		return "$rc"
	fi
	[ $((SECONDS - began)) -lt 2 ] || say "   done in $((SECONDS - began)) s"
}

# --- the unprivileged user -------------------------------------------------
# Servers never run as root. They run as the owner of the clone; when that is
# root, as a number that no account has: unlike `nobody` nothing else on the
# machine shares it, and unlike a new account it leaves nothing in /etc.
choose_user() {
	as_uid=$(id -u)
	as_gid=$(id -g)
	AS=()
	[ "$as_uid" -eq 0 ] || return 0
	if [ -n "${state:-}" ] && [ -d "$state" ]; then
		as_uid=$(stat -c %u "$state")
		as_gid=$(stat -c %g "$state")
		[ "$as_uid" -ne 0 ] || die "$state belongs to root"
	elif [ "$(stat -c %u "$top")" -ne 0 ]; then
		as_uid=$(stat -c %u "$top")
		as_gid=$(id -g "$as_uid" 2>/dev/null || stat -c %g "$top")
	else
		as_uid=61000
		while getent passwd "$as_uid" >/dev/null ||
		    getent group "$as_uid" >/dev/null; do
			as_uid=$((as_uid + 1))
		done
		as_gid=$as_uid
	fi
	AS=(setpriv "--reuid=$as_uid" "--regid=$as_gid" --clear-groups
		--inh-caps=-all --no-new-privs)
}

as_path=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin

# Run a command as that user, below its directory, with a small environment.
as() {
	(cd "$state" && exec 9>&- && exec "${AS[@]}" env -i "HOME=$state" \
	    "PATH=$as_path" LC_ALL=C.UTF-8 "$@")
}

# --- the state directory ---------------------------------------------------
# A short path (a socket's path ends at 107 bytes, a clone may lie deep or
# below a closed home), linked from var/.
state_link() { printf '%s' "$top/var/${RENRAKU_STATE:-demo}"; }

state_open() {
	state=$(readlink "$(state_link)" 2>/dev/null) || state=
	# after a reboot /tmp is empty, and somebody else may take the name
	if [ -n "$state" ] && { [ -L "$state" ] || [ ! -d "$state" ] ||
	    [ "$(stat -c %a "$state")" != 700 ]; }; then
		state=
	fi
	choose_user
	if [ -n "$state" ] && [ ${#AS[@]} -eq 0 ] &&
	    [ "$(stat -c %u "$state")" -ne "$as_uid" ]; then
		die "$state belongs to somebody else: use sudo"
	fi
	[ -n "$state" ]
}

state_make() {
	state_open && return
	state=$(mktemp -d /tmp/renraku-XXXXXX) || die 'cannot write to /tmp'
	[ ${#AS[@]} -eq 0 ] || chown "$as_uid:$as_gid" "$state" ||
		die "cannot give $state to user $as_uid"
	ln -sfn "$state" "$(state_link)" || die "cannot write below $top/var"
	as mkdir -m 700 bin db etc etc/keys etc/passwords log nginx run share \
	    spool tls tmp www ||
		die "cannot write to $state"
}

# put FILE MODE: standard input into state/FILE; succeeds when that changed it.
put() {
	local text
	text=$(cat; printf .)
	if [ -f "$state/$1" ] &&
	    [ "$(cat "$state/$1"; printf .)" = "$text" ]; then
		return 1
	fi
	printf '%s' "${text%.}" | as bash -c \
	    'umask 077; cat >"$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1"' \
	    put "$1" "$2" || die "cannot write $state/$1"
}

# sync_file SOURCE FILE MODE; sync_tree SOURCE DIRECTORY: copy what differs, by
# rename, so that running programs keep the old; succeed when something changed.
sync_file() {
	[ -f "$1" ] || die "not built: $1"
	cmp -s "$1" "$state/$2" && return 1
	as bash -c \
	    'cat >"$1.new" && chmod "$2" "$1.new" && mv "$1.new" "$1"' \
	    sync "$2" "$3" <"$1" || die "cannot write $state/$2"
}
sync_tree() {
	diff -rq "$1" "$state/$2" >/dev/null 2>&1 && return 1
	tar -C "$1" --owner=0 --group=0 -c . | as bash -c \
	    'rm -rf "$1.new" "$1.old" && mkdir -p "$1.new" &&
	     tar -C "$1.new" --no-same-owner -xf - &&
	     { [ ! -e "$1" ] || mv "$1" "$1.old"; } && mv "$1.new" "$1" &&
	     rm -rf "$1.old"' sync "$2" || die "cannot write $state/$2"
}

# --- processes -------------------------------------------------------------
# run/NAME.pid holds the pid and its start time in ticks since boot, so that a
# number used again by the kernel is never mistaken for ours.
start_time() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# shellcheck disable=SC2086
	set -- ${stat##*) }
	[ "$1" != Z ] && printf '%s' "${20}"
}

# running NAME: sets $pid.
running() {
	local began
	read -r pid began 2>/dev/null <"$state/run/$1.pid" || return 1
	[ "$(start_time "$pid")" = "$began" ] &&
		[ "$(stat -c %u "/proc/$pid" 2>/dev/null)" = "$as_uid" ]
}

# What a program left behind when it was killed (nginx's workers keep the
# port): members of its session that stand in our directory.
sweep() {
	local old stat dir session
	read -r old _ 2>/dev/null <"$state/run/$1.pid" || return 0
	for dir in /proc/[0-9]*; do
		read -r stat 2>/dev/null <"$dir/stat" || continue
		read -r _ _ _ session _ <<<"${stat##*) }"
		[ "$session" = "$old" ] &&
			[ "$(readlink "$dir/cwd")" = "$state" ] &&
			kill -TERM "${dir#/proc/}"
	done
	rm -f "$state/run/$1.pid"
}

# start NAME COMMAND…: in a session of its own, output to log/NAME.log.
start() {
	local name=$1
	shift
	sweep "$name"
	(
		cd "$state" && exec 9>&- >/dev/null && umask 077 &&
		exec setsid "${AS[@]}" env -i "HOME=$state" \
		    "PATH=$as_path" LC_ALL=C.UTF-8 bash -c \
		    'exec >>"$1" 2>&1; shift; exec "$@"' \
		    start "log/$name.log" "$@"
	) 2>/dev/null &
	pid=$!
	printf '%s %s\n' "$pid" "$(start_time "$pid")" | put "run/$name.pid" 600
	disown "$pid" 2>/dev/null
}

# wait_for SECONDS NAME COMMAND…: until COMMAND succeeds; no if NAME ended.
wait_for() {
	local end=$((SECONDS + $1)) name=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		if ! running "$name" || [ $SECONDS -gt "$end" ]; then
			tail -n 20 "$state/log/$name.log" >&2
			return 1
		fi
		sleep 0.05
	done
}

# end NAME SECONDS: SIGTERM, then patience; never a kill that loses work.
end() {
	local until=$((SECONDS + $2))
	running "$1" || {
		sweep "$1"
		return 0
	}
	kill -TERM "$pid"
	while running "$1"; do
		if [ $SECONDS -gt $until ]; then
			say "$1 (pid $pid) does not end" >&2
			return 1
		fi
		sleep 0.05
	done
	sweep "$1"
}
