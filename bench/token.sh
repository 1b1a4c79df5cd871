#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures how many host tokens one process verifies in a second, in one
# thread, beside what they cannot do without and beside the service's own
# package: token.sh [ROUNDS]. The environment is that of "make bench-token".
# Processor time of rounds that take turns; measure when there is no other load.
set -u
. "$(dirname "$0")/lib.sh"

rounds=${1:-41}

[ -n "${TOKEN:-}" ] || {
	echo "bench: start this with \"make bench-token\"" >&2
	exit 1
}
W=$(mktemp -d "${TMPDIR:-/tmp}/att-bench.XXXXXX") || exit 1
trap 'rm -rf "$W"' EXIT

# The report of a real TPM, which is not ours to hand on, where it is.
report=()
vectors=$BENCH_SOURCE/../../shared/vectors/maa
[ ! -e "$vectors/tokens/tpm-boot-claims.jwt" ] ||
    report=("$vectors/tokens/tpm-boot-claims.jwt"
	"$vectors/certs/maa-tpm-pca2019.pem")

"$TOKEN" "$rounds" "$W" ${report[@]+"${report[@]}"} >"$W/ours" || exit 1
mapfile -t names < <(cut -d' ' -f1 "$W/ours")
: >"$W/peer"
said=$(peer @azure/attestation@1.0.0 npm-attestation azure_attestation.mjs \
    "${names[@]}") || : >"$W/peer"

awk '
function rate(us) { return (us + 0 > 0 ? sprintf("%d", 1e6 / us) : "-") }
NR == FNR { peer[$1] = $2; next }
FNR == 1 {
	printf "%-18s %6s %9s %9s %8s %19s %8s\n", "verified in a", "",
	    "", "", "ours is", "@azure/attestation", ""
	printf "%-18s %6s %9s %9s %8s %19s %8s\n", "second", "bytes",
	    "floor", "ours", "floor x", "", "ours is"
}
{
	printf "%-18s %6d %9s %9s %8.2f %19s %8s\n", "token of " $1, $2,
	    rate($3), rate($4), $4 / $3, rate(peer[$1]),
	    (peer[$1] + 0 > 0 ? sprintf("%.0f x", peer[$1] / $4) : "-")
}' "$W/peer" "$W/ours"
[ ${#report[@]} -gt 0 ] ||
    echo "left out: the report of a real TPM, which is not here"
[ -z "$said" ] || echo "$said"
echo "floor: the signatures alone, by EVP_DigestVerify with keys that are" \
    "there: RSA-2048 of the token; of a report, that of its certificate, too"
warn_of_load
