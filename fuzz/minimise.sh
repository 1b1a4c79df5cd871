#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Adds to the corpora what fuzz/run.sh has found, as little as reaches the
# same code; from the build folder, after run.sh:
#	../fuzz/minimise.sh
# At most 40 inputs per target are kept, those first that reach the most, each
# under the beginning of its SHA-1. Inputs with other names stay as they are.
set -eu

source=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# minimise TARGET NAME
minimise() {
	local corpus=$source/corpus/$2 kept=$scratch/$2 file seed
	mkdir "$kept"
	timeout 600 "$1" -set_cover_merge=1 -use_counters=0 "$kept" "$corpus" \
	    "fuzz/found/$2" >"$scratch/log" 2>&1 || {
		cat "$scratch/log"
		exit 1
	}
	find "$corpus" -regextype posix-extended -regex '.*/[0-9a-f]{16}' -delete
	for seed in "$corpus"/*; do
		rm -f "$kept/$(sha1sum <"$seed" | cut -d ' ' -f 1)"
	done
	# As they were written: the oldest first.
	find "$kept" -type f -printf '%T@ %p\n' | sort -n | head -n 40 |
	    while read -r _ file; do
		name=${file##*/}
		cp "$file" "$corpus/${name:0:16}"
	done
	echo "$2: $(find "$corpus" -type f | wc -l) inputs"
}

for target in fuzz/fuzz_*; do
	case $target in *.*) continue ;; esac
	name=${target##*/fuzz_}
	if [ -d "fuzz/found/$name" ]; then minimise "$target" "$name"; fi
done
