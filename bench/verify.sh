#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures how many registrations one process verifies in a second, in one
# thread, beside what they cannot do without and beside others: verify.sh
# [ROUNDS]. The environment is that of "make bench-verify". Processor time of
# rounds that take turns; still, other load takes caches away, and from what
# touches much memory more than from the floor: measure when there is none.
set -u
. "$(dirname "$0")/lib.sh"

rounds=${1:-41}

[ -n "${VERIFY:-}" ] || {
	echo "bench: start this with \"make bench-verify\"" >&2
	exit 1
}
W=$(mktemp -d "${TMPDIR:-/tmp}/att-bench.XXXXXX") || exit 1
trap 'rm -rf "$W"' EXIT

"$VERIFY" "$rounds" "$W" >"$W/ours" || exit 1
: >"$W/peer"
said=$(peer @simplewebauthn/server@14.0.3 npm simplewebauthn.mjs) ||
    : >"$W/peer"

awk '
function rate(us) { return (us + 0 > 0 ? sprintf("%d", 1e6 / us) : "-") }
function target(name, v, least) {
	return sprintf("%s %.2f (%s)", name, v, v >= least ? "met" : "MISSED")
}
NR == FNR { peer[$1] = $2; next }
FNR == 1 {
	printf "%-12s %28s   %28s %10s %15s\n", "verified",
	    "---- certificate is new ----", "- certificate was seen -----",
	    "libfido2", "SimpleWebAuthn"
	printf "%-12s %9s %9s %8s   %9s %9s %8s %10s %15s %8s\n",
	    "in a second", "floor", "ours", "ratio", "floor", "ours",
	    "ratio", "(no path)", "", "ours is"
}
{
	printf "%-12s %9s %9s %8.2f   %9s %9s %8.2f %10s %15s %8s\n", $1,
	    rate($2), rate($3), $2 / $3, rate($4), rate($5), $4 / $5,
	    rate($6), rate(peer[$1]),
	    (peer[$1] + 0 > 0 ? sprintf("%.0f x", peer[$1] / $3) : "-")
	cold = (cold == "" || $2 / $3 < cold) ? $2 / $3 : cold
	warm = (warm == "" || $4 / $5 < warm) ? $4 / $5 : warm
	if ($1 == "packed-x5c" && peer[$1] + 0 > 0)
		times = peer[$1] / $3
}
END {
	print ""
	print target("least ratio, new certificate:", cold, 0.55)
	print target("least ratio, seen certificate:", warm, 0.85)
	if (times != "")
		print target("packed-x5c, times SimpleWebAuthn:", times, 25)
}' "$W/peer" "$W/ours"

# The whole process: start, configuration, roots, one registration, report.
touch "$W/empty.conf"
chmod 600 "$W/empty.conf"
whole=("$ATTESTCTL" --config "$W/empty.conf" verify --roots
    "$W/packed-x5c.pem" --rp-id forge.example --client-data "$W/client.json"
    "$W/packed-x5c.object")
"${whole[@]}" >/dev/null || {
	echo "bench: attestctl verify refuses a fine registration" >&2
	exit 1
}
"$ALTERNATE" "$rounds" "${whole[@]}" | awk '{
	printf "attestctl verify, a whole process: %.1f ms, least %.1f ms;" \
	    " processor time %.1f ms (%s)\n", $1, $2, $3,
	    $3 < 12 ? "met" : "MISSED"
}'
[ -z "$said" ] || echo "$said"
echo "floor: the signatures alone, by EVP_DigestVerify with keys that are there"
warn_of_load
