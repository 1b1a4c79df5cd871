#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# "attestctl mds import", killed at every point where it touches a file, and on
# a disk that is full: what is kept is the old metadata or the new, whole.
# Part of make check.
set -u

# shellcheck source=tests/vectors/mds_lib.sh
. "${top_srcdir:?}/tests/vectors/mds_lib.sh"
kill_at=${top_builddir:?}/tests/vectors/kill_at
ca=$scratch/ca
model=12345678-1234-4234-8234-123456789abc

import() {
	mds import --root "$ca/root.pem" "$@"
}

# What is kept of the model: "old", "new", "none", or what is wrong.
kept() {
	local said
	said=$(mds show "$model" 2>&1)
	case $said in
	*REVOKED*) echo new ;;
	*FIDO_CERTIFIED*) echo old ;;
	*'there is no metadata'*) echo none ;;
	*) echo "$said" ;;
	esac
}

# killed_at N: whether it was; the old metadata is there before.
killed_at() {
	rm -rf "$scratch/mds"
	[ ! -d "$scratch/before" ] || cp -a "$scratch/before" "$scratch/mds"
	# A sanitizer does not look for leaks in what is traced.
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
	    "$kill_at" "$1" "$attestctl" --config "$scratch/conf" mds import \
	    --root "$ca/root.pem" "$scratch/2.jwt" >/dev/null \
	    2>"$scratch/where"
}

# at_every_point BEFORE: each kill leaves BEFORE or the new metadata, never an
# older one than a kill before it did; and the next import does what it should.
at_every_point() {
	local n=1 now last=$1 status=0
	while killed_at $n || { status=$?; false; }; do
		now=$(kept)
		if [ "$now" != "$last" ]; then
			[ "$last" = "$1" ] && [ "$now" = new ] || {
				echo "killed $(cat "$scratch/where"): $now"
				return 1
			}
			last=$now
		fi
		import "$scratch/2.jwt" >"$scratch/said" 2>&1 || {
			echo "after a kill $(cat "$scratch/where"):"
			cat "$scratch/said"
			return 1
		}
		n=$((n + 1))
	done
	[ $status -eq 3 ] && [ "$last" = new ] || {
		echo "status $status after $n stops: $(cat "$scratch/where")"
		return 1
	}
	echo "killed at $((n - 1)) points"
	[ $n -gt 10 ]
}

fresh
blob authority "$ca" || exit 1
blob sign "$ca" --no 1 --entry "$model" >"$scratch/1.jwt"
blob sign "$ca" --no 2 --entry "$model=REVOKED@2024-01-01" >"$scratch/2.jwt"
check 'the first one, killed anywhere, is there or not' 0 \
    'killed at [0-9]* points' at_every_point none
rm -rf "$scratch/mds"
import "$scratch/1.jwt" >/dev/null 2>&1
mv "$scratch/mds" "$scratch/before"
check 'the next one, killed anywhere, is there or the old one is' 0 \
    'killed at [0-9]* points' at_every_point old

# A disk of 64 KB takes the first index, and not one of half a megabyte.
full_disk() {
	mount -t tmpfs -o size=64k,mode=755 none "$scratch/disk" || return 9
	import "$scratch/1.jwt" || return 8
	import "$scratch/large.jwt"
	echo "status $?, kept $(kept), left $(ls -A "$scratch/disk/mds")"
}
blob sign "$ca" --no 2 --size 3000000 >"$scratch/large.jwt"
mkdir "$scratch/disk"
echo "mds_dir = $scratch/disk/mds" >"$scratch/conf"
if unshare --user --map-root-user --mount true 2>/dev/null; then
	export -f full_disk import kept mds
	export scratch attestctl ca model
	check 'a full disk keeps the old one' 0 \
	    'status 2, kept old, left .lock-index' \
	    unshare --user --map-root-user --mount bash -uc full_disk
	check 'and says so' 0 'No space left on device' \
	    unshare --user --map-root-user --mount bash -uc full_disk
else
	number=$((number + 1))
	echo "ok $number - a full disk # SKIP no user namespaces here"
fi

finish
