#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs every libFuzzer target for some seconds, from the build folder:
#	../configure CC=clang --enable-fuzzing && make fuzz-targets
#	../fuzz/run.sh SECONDS
# New inputs and crashes stay in fuzz/found/x/. Prints TAP lines.
set -u

seconds=${1:?usage: fuzz/run.sh SECONDS}
source=$(cd "$(dirname "$0")" && pwd)
number=0
failed=0
for target in fuzz/fuzz_*; do
	if [ ! -f "$target" ] || [ ! -x "$target" ]; then continue; fi
	case $target in *.*) continue ;; esac
	name=${target##*/fuzz_}
	found=fuzz/found/$name
	log=fuzz/found/$name.log
	number=$((number + 1))
	mkdir -p "$found"
	if timeout $((seconds + 60)) "$target" -max_total_time="$seconds" \
	    -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	    -artifact_prefix="$found/" "$found" "$source/corpus/$name" \
	    >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "ok $number - $name: $runs runs"
	else
		echo "not ok $number - $name: see $log"
		tail -n 40 "$log"
		failed=1
	fi
done
if [ "$number" -eq 0 ]; then
	echo "not ok 1 - there is a libFuzzer target here"
	exit 1
fi
echo "1..$number"
exit $failed
