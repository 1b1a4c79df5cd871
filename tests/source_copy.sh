#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Copies the sources to a new folder and makes its configure script there, so
# that what somebody built in the tree neither helps nor disturbs.
# usage: tests/source_copy.sh FOLDER
set -eu

to=$(realpath -m "$1")
cd "$(dirname "$0")/.."
rm -rf "$to"
mkdir -p "$to"
if [ -e .git ] && git rev-parse --git-dir >/dev/null 2>&1; then
	git ls-files -z --cached --others --exclude-standard |
		while IFS= read -r -d '' file; do
			[ ! -e "$file" ] || printf '%s\0' "$file"
		done | tar -cf - --null -T - | tar -C "$to" -xf -
else
	tar -cf - --exclude="./build*" --exclude=./.git . | tar -C "$to" -xf -
fi
cd "$to"
mkdir -p m4
autoreconf -fi
