#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Links a program as libtool would, whose shell takes longer than the linker:
# against the archives of libraries that are never installed. For ./check, as
# the LINK of "make check"; what is a library itself is left to libtool.
# usage: tests/link.sh COMPILER... -o OUTPUT... (in the folder of the build)
set -eu

before=''
for word; do
	[ "$before" != -o ] || output=$word
	before=$word
done
case $output in
*.la) exec ./libtool --silent --tag=CC --mode=link "$@" ;;
esac

needs=''
for word; do
	shift
	case $word in
	*.la)
		old_library='' dependency_libs=''
		# What libtool wrote of it is a list of such variables.
		. "./$word"
		word=$(dirname "$word")/.libs/$old_library
		needs="$needs $dependency_libs"
		;;
	esac
	set -- "$@" "$word"
done
# shellcheck disable=SC2086
exec "$@" $needs
