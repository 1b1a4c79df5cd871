#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Judges mutations of accepted vectors; all have to be refused. Of our own
# vectors, one of each format goes through every mutation. STRIDE=7 takes only
# every seventh bit and length; STRIDE=1 takes all, of all vectors, the shared
# ones too, which lasts many minutes ("make mutations").
# Environment: top_builddir, top_srcdir, VECTORS. Prints TAP lines.
set -u

here=${top_srcdir:-.}/tests/vectors
program=${top_builddir:-.}/tests/vectors/mutate
shared=${VECTORS:-${top_srcdir:-.}/../shared/vectors}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/mutated.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0

# judge NUMBER-PREFIX STRIDE EXPECTED FOLDER [NAME...]
judge() {
	echo "# $1: one bit in $2 turned over"
	shift
	"$program" -s "$@" || failed=1
}

"${top_builddir:-.}/tests/vectors/generate" "$scratch" || exit 1
own=$scratch/expected.json
if [ "${STRIDE-0}" = 0 ]; then
	judge 'the simplest of each format' 1 "$own" "$scratch" none/FINE_NONE \
	    packed/FINE_EXTENSIONS packed/FINE_SELF tpm/TPM_FINE fido-u2f/U2F_FINE \
	    android-key/ANDROID_FINE android-safetynet/SAFETYNET_FINE \
	    apple/APPLE_FINE
fi
judge 'all of our own' "${STRIDE:-53}" "$own" "$scratch"
if [ -d "$shared" ]; then
	judge 'shared' "${STRIDE:-499}" "$here/expected.json" "$shared"
else
	echo "ok - mutations of shared vectors # SKIP no folder $shared"
fi
exit $failed
