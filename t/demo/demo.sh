# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# ./bootstrap demo and stop: each step does only what is not done yet, so the
# second run rebuilds what changed and starts what is not running.

# Copy what was built; sets the changed_… flags (0|1).
install_state() {
	changed_pools=0
	changed_notifyd=0
	changed_assets=0
	sync_file "$(built renraku_fcgi)" bin/renraku_fcgi 755 && changed_pools=1
	sync_file "$(built notifyd)" bin/notifyd 755 && changed_notifyd=1
	sync_file "$(built renrakuctl)" bin/renrakuctl 755
	sync_file "$top/t/smtp_sink.py" bin/smtp_sink.py 755
	sync_file "$top/t/demo/report.py" bin/report.py 755
	sync_tree "$top/sql" share/sql
	if [ -d "$top/var/build/locale" ]; then
		sync_tree "$top/var/build/locale" share/locale &&
			changed_pools=1 changed_notifyd=1
	else
		as mkdir -p share/locale
	fi
	if sync_tree "$top/templates" share/templates; then
		changed_pools=1 changed_notifyd=1 changed_assets=1
	fi
	return 0
}

# The running system in $state, from nothing or from any earlier state.
bring_up() {
	local changed_nginx=0
	state_make
	choose_port
	install_state
	write_conf && changed_pools=1 changed_notifyd=1
	certificate && changed_nginx=1
	ctl keys make || return
	ctl passwords make || return
	database_configure
	database_install || return
	database_start || return
	long 'migrate' ctl migrate --sql "$state/share/sql" || return
	set_clock
	fill_city || return
	if [ $changed_assets = 1 ] || [ ! -d "$state/www/assets" ]; then
		ctl assets --dir "$state/www" || return
	fi
	smtp_start || return
	# the clock is in the configuration
	if [ "$(cat "$state/etc/renraku.conf")" != \
	    "$(cat "$state/etc/served.conf" 2>/dev/null)" ]; then
		changed_pools=1 changed_notifyd=1
	fi
	pools_start $changed_pools || return
	notifyd_start $changed_notifyd || return
	put etc/served.conf 600 <"$state/etc/renraku.conf"
	nginx_configure && changed_nginx=1
	nginx_start $changed_nginx || return
	write_access
}

# The main job once, as a guardian at a browser would do it.
report_once() {
	[ -e "$state/etc/reported" ] && return
	say '-- a report over https, and the mail it causes'
	as /usr/bin/python3 bin/report.py --once etc/reported access.json
}

command_demo() {
	packages "$build_packages $demo_packages"
	build_gcc || exit 1
	bring_up || die 'the demo did not come up'
	report_once || die 'the report did not go through'
	as /usr/bin/python3 bin/report.py --show access.json || exit 1
	say "All of it: $(state_link)/access.json. End: ./bootstrap stop"
}

command_stop() {
	state_open || { say 'nothing is running'; exit 0; }
	stop_all || exit 1
	if [ "${1:-}" = --wipe ]; then
		rm -rf --one-file-system "$state"
		rm -f "$(state_link)"
	fi
	say stopped
}
