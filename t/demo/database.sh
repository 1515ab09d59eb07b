# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# The demo's own MariaDB: the settings of conf/mariadb, a unix socket only, and
# exactly one server per data directory.

database_configure() {
	{
		cat "$top/conf/mariadb/renraku.cnf"
		cat <<TEXT
# the demo's place and size
datadir = $state/db/data
socket = $state/run/mariadb.sock
pid_file = $state/tmp/mariadb.pid
tmpdir = $state/tmp
skip_networking = ON
secure_file_priv = $state/tmp
innodb_buffer_pool_size = 256M
innodb_log_file_size = 64M
TEXT
	} | put etc/my.cnf 600
	printf '[client]\nuser=ctl\npassword=%s\nsocket=%s\n' \
	    "$(cat "$state/etc/passwords/ctl")" "$state/run/mariadb.sock" |
		put etc/ctl.cnf 600
	return 0
}

# A new data directory has passwordless accounts; the first start replaces them
# by the one that `renrakuctl migrate` needs, before it listens.
database_install() {
	[ -d "$state/db/data" ] && return
	as rm -rf db/new
	long 'install MariaDB' as mariadb-install-db \
	    "--defaults-file=$state/etc/my.cnf" "--datadir=$state/db/new" \
	    --auth-root-authentication-method=normal --skip-test-db || return
	put etc/first.sql 600 <<TEXT
DELETE FROM mysql.global_priv WHERE User IN ('', 'root');
FLUSH PRIVILEGES;
CREATE USER ctl@localhost IDENTIFIED BY '$(cat "$state/etc/passwords/ctl")';
GRANT ALL ON *.* TO ctl@localhost WITH GRANT OPTION;
TEXT
	as mv db/new db/data
}

database_ping() {
	as mariadb "--defaults-file=$state/etc/ctl.cnf" -e 'SELECT 1'
}

# flock: a second server waiting for the first one's files would later roll
# back commits that were acknowledged (the lock lives as long as the server).
database_start() {
	local first=()
	running mariadb && return
	[ -e "$state/etc/first.sql" ] && first=("--init-file=$state/etc/first.sql")
	say '-- MariaDB'
	start mariadb flock --no-fork -n "$state/db/lock" mariadbd \
	    "--defaults-file=$state/etc/my.cnf" "${first[@]}"
	wait_for 60 mariadb database_ping || {
		say 'bootstrap: MariaDB does not start' >&2
		return 1
	}
	as rm -f etc/first.sql
}
