#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every libFuzzer target for some seconds, as many at once as there are
# processors, from the build folder:
#	../configure CC=clang --enable-fuzzing && make fuzz-targets
#	../fuzz/run.sh SECONDS
# New inputs and crashes stay in fuzz/found/x/. Prints TAP lines.
set -u

seconds=${1:?usage: fuzz/run.sh SECONDS}
source=$(cd "$(dirname "$0")" && pwd)
number=0
failed=0

# fuzz_one TARGET NAME
fuzz_one() {
	local found=fuzz/found/$2
	mkdir -p "$found"
	timeout $((seconds + 60)) "$1" -max_total_time="$seconds" \
	    -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	    -artifact_prefix="$found/" "$found" "$source/corpus/$2" \
	    >"$found.log" 2>&1
	echo $? >"$found.status"
}

names=()
for target in fuzz/fuzz_*; do
	case $target in *.*) continue ;; esac
	[ -x "$target" ] && [ -f "$target" ] && names+=("${target##*/fuzz_}")
done
mkdir -p fuzz/found
for name in ${names[@]+"${names[@]}"}; do
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
	fuzz_one "fuzz/fuzz_$name" "$name" &
done
wait

for name in ${names[@]+"${names[@]}"}; do
	log=fuzz/found/$name.log
	number=$((number + 1))
	if [ "$(cat "fuzz/found/$name.status")" -eq 0 ]; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "ok $number - $name: $runs runs"
	else
		echo "not ok $number - $name: see $log"
		tail -n 40 "$log" | sed 's/^/# /'
		failed=1
	fi
done
if [ "$number" -eq 0 ]; then
	echo "not ok 1 - there is a libFuzzer target here"
	exit 1
fi
echo "1..$number"
exit $failed
