#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs those packages of the named sections of "packages" that are
# missing. Needs root for that; without, it prints the command to run.
# usage: tests/need_packages.sh SECTION...
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
if ! command -v dpkg-query >/dev/null; then
	echo "This is not Debian: see $here/packages for what has to be there." >&2
	exit 0
fi

missing=()
for section in "$@"; do
	while read -r package; do
		status=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" \
		    2>/dev/null || true)
		case $status in
		ii*) ;;
		*) missing+=("$package") ;;
		esac
	done < <(awk -v want="[$section]" '
	    /^\[/ { inside = ($0 == want); next }
	    inside && NF && !/^#/ { print $1 }' "$here/packages")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" -ne 0 ]; then
	echo "These packages are missing. Install them and start again:" >&2
	echo "  sudo ${install[*]}" >&2
	exit 1
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q </dev/null
"${install[@]}" </dev/null
