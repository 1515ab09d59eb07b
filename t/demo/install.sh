#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Install the packages named, as root, so that nothing starts: not now (a
# policy-rc.d for this moment, unless the machine has one of its own) and not
# at the next boot (a web server that was not here before stays off).
set -u
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
policy=/usr/sbin/policy-rc.d
ours=
if [ ! -e $policy ]; then
	ours=$policy
	trap 'rm -f "$ours"' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
fi
nginx_was=$(dpkg-query -W -f '${db:Status-Status}' nginx-common 2>/dev/null)

options=(-q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3
	-o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef
	-o Dpkg::Options::=--force-confold)
apt-get "${options[@]}" update || exit 1
apt-get "${options[@]}" install --no-install-recommends "$@" || exit 1

if [ "$nginx_was" != installed ] && [ -e /etc/init.d/nginx ]; then
	update-rc.d nginx disable || exit 1
fi
