#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs every fuzz target over its corpus and over some thousand mutations of
# it, the more of each file the fewer there are; part of "make check".
# Environment: FUZZ_TARGETS (fuzz/fuzz_x ...), srcdir. Prints TAP lines.
set -u

number=0
failed=0
# $FUZZ_TARGETS is a list of words.
# shellcheck disable=SC2086
set -- ${FUZZ_TARGETS-}
if [ $# -eq 0 ]; then
	echo "not ok 1 - there is a fuzz target"
	exit 1
fi
for target in "$@"; do
	name=${target##*/fuzz_}
	corpus=${srcdir:-.}/fuzz/corpus/$name
	number=$((number + 1))
	count=$(find "$corpus" -type f 2>/dev/null | wc -l)
	if [ "$count" -eq 0 ]; then
		echo "not ok $number - $name: $corpus has no file"
		failed=1
	elif find "$corpus" -type f -print0 |
	    xargs -0 "./$target" -m $((2000 / count + 10)) 2>&1; then
		echo "ok $number - $name: $count files"
	else
		echo "not ok $number - $name: the last file above"
		failed=1
	fi
done
echo "1..$number"
exit $failed
