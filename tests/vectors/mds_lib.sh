# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# What the tests of "attestctl mds" share: a scratch folder, and a test by
# the exit status and a line of a command.
attestctl=${ATTESTCTL:-${top_builddir:?}/attestctl}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0

# check NAME STATUS PATTERN COMMAND...: its exit status, and a line of it.
check() {
	local name=$1 wanted=$2 pattern=$3 output status=0
	shift 3
	output=$("$@" 2>&1) || status=$?
	number=$((number + 1))
	if [ "$status" -eq "$wanted" ] && grep -q -- "$pattern" <<<"$output"
	then
		echo "ok $number - $name"
	else
		failed=$((failed + 1))
		echo "not ok $number - $name"
		echo "# exit status $status, expected $wanted with: $pattern"
		sed 's/^/# /' <<<"$output"
	fi
}

mds() {
	"$attestctl" --config "$scratch/conf" mds "$@"
}

blob() {
	"${top_srcdir:?}/tests/vectors/blob.py" "$@"
}

fresh() {
	rm -rf "$scratch/mds"
	echo "mds_dir = $scratch/mds" >"$scratch/conf"
}

finish() {
	echo "1..$number"
	[ "$failed" -eq 0 ]
}
