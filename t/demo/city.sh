# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# The sample city: configuration, certificate, clock, and its people, brought
# in by the real importers.

ctl() { as bin/renrakuctl --conf etc/renraku.conf "$@"; }

# The port stays the same until somebody asks for another.
choose_port() {
	port=${RENRAKU_PORT:-$(cat "$state/etc/port" 2>/dev/null || echo 8443)}
	case $port in
	'' | *[!0-9]* | 0*) die "RENRAKU_PORT is not a port: $port" ;;
	esac
	if [ "$port" -lt 1024 ] || [ "$port" -gt 65534 ]; then
		die "RENRAKU_PORT must be 1024 to 65534"
	fi
	smtp_port=$((port + 1))
	guardian_url=https://localhost:$port
	staff_url=https://staff.localhost:$port
	echo "$port" | put etc/port 600
	return 0
}

write_conf() {
	put etc/renraku.conf 600 <<TEXT
[renraku]
city = 緑ヶ丘市
board = 緑ヶ丘市教育委員会
guardian_url = $guardian_url
staff_url = $staff_url
templates = $state/share/templates
locale = $state/share/locale
assets = $state/share/templates/assets
keys = $state/etc/keys
db_socket = $state/run/mariadb.sock
db_name = renraku
db_passwords = $state/etc/passwords
smtp_url = smtp://127.0.0.1:$smtp_port
mail_from = renraku@city.example
mail_bounce = bounce.city.example
spool = $state/spool
demo = yes
clock_offset = $(cat "$state/etc/offset" 2>/dev/null || echo 0)
TEXT
}

certificate() {
	local pem=$state/tls/cert.pem
	openssl x509 -in "$pem" -noout -checkend 86400 >/dev/null 2>&1 && return 1
	as openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -sha256 -days 397 -subj /CN=localhost \
	    -addext subjectAltName=DNS:localhost,DNS:staff.localhost \
	    -addext basicConstraints=critical,CA:FALSE \
	    -addext extendedKeyUsage=serverAuth \
	    -keyout tls/key.pem -out tls/cert.pem 2>"$top/var/log/tls.log" ||
		die "no certificate: $(cat "$top/var/log/tls.log")"
	as chmod 600 tls/key.pem
}

# The demo always lives on a school morning: business time is moved forward,
# never back, so that nothing in the database lies in the future.
# `renrakuctl now` prints: now STAMP, school-day yes|no, morning STAMP.
set_clock() {
	local key value now='' school='' morning='' hour offset
	while read -r key value; do
		case $key in
		now) now=$value ;;
		school-day) school=$value ;;
		morning) morning=$value ;;
		esac
	done <<<"$(ctl now)"
	if [ -z "$now" ] || [ -z "$school" ] || [ -z "$morning" ]; then
		die 'renrakuctl now: not understood'
	fi
	offset=$(cat "$state/etc/offset" 2>/dev/null) || offset=
	hour=$(TZ=Asia/Tokyo date -d "$now" +%-H) || die "no time: $now"
	if [ -n "$offset" ] && [ "$school" = yes ] && [ "$hour" -ge 7 ] &&
	    [ "$hour" -lt 15 ]; then
		return 0
	fi
	offset=$((${offset:-0} + $(date -d "$morning" +%s) -
	    $(date -d "$now" +%s)))
	echo "$offset" | put etc/offset 600
	write_conf
	say "   business time is now $morning"
}

# Each file through the real importer; again after an interruption.
fill_city() {
	local what
	[ -e "$state/etc/filled" ] && return
	as mkdir -p tmp/city
	long 'sample city' ctl sample --dir "$state/tmp/city" \
	    --schools "${RENRAKU_SCHOOLS:-36}" \
	    --pupils "${RENRAKU_PUPILS:-12000}" || return
	for what in schools staff pupils; do
		long "import $what" ctl import "$what" \
		    "$state/tmp/city/$what.csv" --apply || return
	done
	long 'sample guardians' ctl sample-guardians \
	    --part "${RENRAKU_PART:-30}" || return
	echo yes | put etc/filled 600
	return 0
}

# Everything a person or a test needs to get in, readable by its owner only.
write_access() {
	local text
	text=$(ctl access --json | as /usr/bin/python3 -c '
import json, sys
access = json.load(sys.stdin)
access.update(pair.split("=", 1) for pair in sys.argv[1:])
print(json.dumps(access, ensure_ascii=False, indent=1))' \
	    "guardian_url=$guardian_url" "staff_url=$staff_url" \
	    "certificate=$state/tls/cert.pem" "maildir=$state/mail" \
	    "database_socket=$state/run/mariadb.sock" \
	    "configuration=$state/etc/renraku.conf" "programs=$state/bin" \
	    "log=$state/log") || return
	put access.json 600 <<<"$text"
	return 0
}
