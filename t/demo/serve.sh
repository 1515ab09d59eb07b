# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# The demo's processes: SMTP receiver, pools, notifyd, nginx.
# Needs $state, $port, $smtp_port.

# side, pool, how many connections may wait
pools='guardian main 1024
guardian login 128
staff main 1024
staff login 128
staff upload 16'

smtp_start() {
	running smtp && [ "$(cat "$state/etc/smtp_port" 2>/dev/null)" = \
	    "$smtp_port" ] && return
	end smtp 10 || return
	as rm -f tmp/smtp.ready
	say '-- SMTP receiver'
	start smtp /usr/bin/python3 "$state/bin/smtp_sink.py" \
	    --socket-port "$smtp_port" --maildir "$state/mail" \
	    --ready "$state/tmp/smtp.ready"
	wait_for 20 smtp test -e "$state/tmp/smtp.ready" || return
	echo "$smtp_port" | put etc/smtp_port 600
	return 0
}

# A candidate loads everything and ends: what is broken is shown here, and the
# running pools serve on with what they have.
pool_check() {
	as bin/renraku_fcgi --conf "$state/etc/renraku.conf" --side "$1" \
	    --pool "$2" --candidate
}

# pools_start CHANGED(0|1)
pools_start() {
	local side pool backlog name
	while read -r side pool backlog; do
		name=$side-$pool
		if running "$name"; then
			[ "$1" = 1 ] || continue
			say "-- reload $name"
			pool_check "$side" "$pool" || return
			running "$name" && kill -HUP "$pid"
			continue
		fi
		say "-- pool $name"
		pool_check "$side" "$pool" || return
		start "$name" spawn-fcgi -n -s "$state/run/$name.sock" -M 0600 \
		    -b "$backlog" -- "$state/bin/renraku_fcgi" \
		    --conf "$state/etc/renraku.conf" --side "$side" \
		    --pool "$pool"
		wait_for 20 "$name" test -S "$state/run/$name.sock" || return
	done <<<"$pools"
}

notifyd_start() {
	if running notifyd; then
		[ "$1" = 1 ] || return 0
		end notifyd 30 || return
	fi
	say '-- notifyd'
	start notifyd "$state/bin/notifyd" --conf "$state/etc/renraku.conf"
}

# conf/nginx with the demo's names, ports and paths; the port 80 of site/ is
# left out.
nginx_configure() {
	local f changed=1
	for f in "$top"/conf/nginx/*.conf; do
		sed -e "s|/run/renraku/|$state/run/|" \
		    -e "s|/etc/renraku/tls/|$state/tls/|" \
		    -e "s|/var/log/renraku/|$state/log/|" \
		    -e "s|/var/lib/nginx/|$state/tmp/|" \
		    -e "s|/var/lib/renraku/www|$state/www|" \
		    -e "s|/usr/share/renraku/templates|$state/share/templates|" \
		    -e "s|/run/nginx.pid|$state/tmp/nginx.pid|" \
		    -e "s|renraku\.city\.example|localhost|" \
		    -e "s|listen 443|listen 127.0.0.1:$port|" \
		    -e '/listen \[::\]/d' -e '/^user /d' "$f" |
			put "nginx/${f##*/}" 600 && changed=0
	done
	return $changed
}

nginx_do() {
	as nginx -p "$state/nginx" -c "$state/nginx/renraku.conf" \
	    -e "$state/log/nginx.log" "$@"
}

# nginx_start CHANGED(0|1)
nginx_start() {
	if running nginx && [ "$1" = 0 ]; then
		return 0
	fi
	nginx_do -t -q || return
	if running nginx; then
		say "-- reload nginx"
		kill -HUP "$pid"
	else
		say '-- nginx'
		as rm -f tmp/nginx.pid
		start nginx nginx -p "$state/nginx" \
		    -c "$state/nginx/renraku.conf" -e "$state/log/nginx.log" \
		    -g 'daemon off;'
	fi
	wait_for 20 nginx answers && return
	say "bootstrap: is port $port in use? RENRAKU_PORT moves it" >&2
	return 1
}

# nginx writes its pid file when it has the port.
answers() {
	[ -s "$state/tmp/nginx.pid" ] && (: <"/dev/tcp/127.0.0.1/$port")
}

# In the order that lets every request and mail in hand end well.
stop_all() {
	local rc=0 side pool backlog
	end nginx 30 || rc=1
	while read -r side pool backlog; do
		end "$side-$pool" 60 || rc=1
	done <<<"$pools"
	end notifyd 30 || rc=1
	end smtp 10 || rc=1
	end mariadb 120 || rc=1
	return $rc
}
