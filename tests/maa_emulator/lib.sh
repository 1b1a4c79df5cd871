# SPDX-License-Identifier: BSD-2-Clause
# The emulator in tests of bash: sourced after top_srcdir is set. A test adds
# check(), or runs a program that prints TAP itself.
# shellcheck shell=bash
emulator=$top_srcdir/tests/maa_emulator
builddir=${top_builddir:?}/tests/maa_emulator
scratch=$(mktemp -d "${TMPDIR:-/tmp}/att-maa.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
export PYTHONDONTWRITEBYTECODE=1

skip() {
	echo "1..0 # SKIP $*"
	exit 77
}

python3 -c 'import cryptography' 2>/dev/null ||
    skip 'python3-cryptography is not installed'

# start NAME [OPTION]...: sets "endpoint". It ends with this shell.
start() {
	local name=$1 line
	shift
	exec {ready}< <(exec "$emulator/emulator.py" "$scratch/$name" --keys \
	    "$builddir/keys" "$@" \
	    2>"$scratch/$name.log")
	read -r -t 30 line <&"$ready" || {
		echo "Bail out! The emulator does not start:"
		sed 's/^/# /' "$scratch/$name.log"
		exit 99
	}
	# shellcheck disable=SC2034
	endpoint=$line
}
