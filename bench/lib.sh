# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Measuring beside others: sourced by the scripts of "make bench".

# peer PACKAGE FOLDER SCRIPT [NAME]...: runs SCRIPT, given $W and the names,
# with npm's package, which goes into the folder of the build, once. What it
# prints is $W/peer. Says what was left out, and why.
peer()
{
	local package=$1 packages=$BENCH_BUILD/bench/$2 script=$3
	local name=${1%@*}

	shift 3
	if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
		echo "left out: $name, node or npm is not here"
		return 1
	fi
	mkdir -p "$packages"
	if [ ! -d "$packages/node_modules/$name" ] &&
	    ! timeout 120 npm install --silent --no-audit --no-fund \
	    --prefix "$packages" "$package" >"$W/npm" 2>&1; then
		echo "left out: $package cannot be installed:" \
		    "$(tail -1 "$W/npm")"
		return 1
	fi
	cp "$BENCH_SOURCE/$script" "$packages/"
	timeout 300 node "$packages/$script" "$W" "$@" >"$W/peer" \
	    2>"$W/notes" || {
		echo "left out: $name: $(tail -1 "$W/notes")"
		return 1
	}
	sed "s|^|$name does not take |" "$W/notes"
}

# What all numbers depend on.
warn_of_load()
{
	awk -v cores="$(nproc)" '$1 > cores {
		print "The machine is busy (load " $1 " on " cores \
		    " processors): read the times with care."
	}' /proc/loadavg
}
