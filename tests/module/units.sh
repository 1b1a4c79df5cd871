#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The units of systemd, as they are installed: units.sh FOLDER. systemd-analyze
# says whether they are right, and how much the service is open to.
set -u

folder=$1
number=0
failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# is NAME COMMAND...: silent success.
is() {
	local name=$1
	shift
	number=$((number + 1))
	if "$@" >"$scratch/said" 2>&1 && [ ! -s "$scratch/said" ]; then
		echo "ok $number - $name"
	else
		failed=$((failed + 1))
		echo "not ok $number - $name"
		sed 's/^/# /' "$scratch/said"
	fi
}

# exposed UNIT MOST: what is open at most, in tenths of points; 0 is a service
# that can nothing.
exposed() {
	local unit=$1 most=$2 said

	systemd-analyze security --offline=true --no-pager \
	    --threshold="$most" "$folder/$unit.service" \
	    >"$scratch/security" 2>&1 && return
	said=$(tail -1 "$scratch/security")
	echo "$said"
	return 1
}

if ! command -v systemd-analyze >/dev/null; then
	echo "ok 1 - units # SKIP no systemd-analyze; apt-get install systemd"
	echo "1..1"
	exit 0
fi
for unit in pam-attest-mds:22 pam-attest-host:25; do
	name=${unit%:*}
	most=${unit#*:}
	is "systemd takes $name.service and its timer" \
	    systemd-analyze --man=no verify \
	    "$folder/$name.timer" "$folder/$name.service"
	is "$name.service is open to little: at most $most tenths" \
	    exposed "$name" "$most"
	grep '^→' "$scratch/security" | sed 's/^/# /'
done
is 'the time of the timer is one' sh -c \
    'systemd-analyze calendar daily >/dev/null'
echo "1..$number"
[ "$failed" -eq 0 ]
