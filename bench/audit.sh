#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures "attestctl audit" of 10,000 and of 100,000 stored credentials from 50
# batches, beside bare signature verifications on as many processors:
# audit.sh [MANY]. The environment is that of "make bench-audit". A tenth of
# MANY is the smaller store.
set -u

many=${1:-100000}
few=$((many / 10))
cores=2

[ -n "${AUDIT:-}" ] || {
	echo "bench: start this with \"make bench-audit\"" >&2
	exit 1
}
W=$(mktemp -d "${TMPDIR:-/tmp}/att-bench.XXXXXX") || exit 1
trap 'rm -rf "$W"' EXIT
chmod 755 "$W"
echo "making $many credentials ..."
"$AUDIT" make "$W" "$few" "$many" || exit 1
for store in few many; do
	cat >"$W/$store.conf" <<-EOF
		credentials_dir = $W/$store
		roots_dir = $W/roots
		intermediates_dir = $W/roots
		state_dir = $W/state
	EOF
	chmod 600 "$W/$store.conf"
done

# So that files are in memory.
for store in few many; do
	find "$W/$store" -type f -exec cat {} + >/dev/null
	for output in table json; do
		option=
		[ $output = table ] || option=--json
		floor=$("$AUDIT" floor $cores 2)
		# shellcheck disable=SC2086
		echo "$store $output $floor $("$AUDIT" run "$ATTESTCTL" \
		    --config "$W/$store.conf" audit --jobs $cores $option)"
	done
done >"$W/results"

awk -v few="$few" -v many="$many" -v cores=$cores \
    -v load="$(cut -d' ' -f1 /proc/loadavg)" '
BEGIN {
	printf "%37s %27s\n", "", "- in a processor second -"
	printf "%-12s %-6s %7s %9s %9s %10s %6s %10s\n", "credentials",
	    "output", "seconds", "proc. s", "ours", "floor", "ratio",
	    "peak RSS"
}
{
	n = $1 == "few" ? few : many
	printf "%-12d %-6s %7.2f %9.2f %9d %10d %6.2f %7.1f MB\n", n, $2,
	    $5, $6, n / $6, $3, n / $6 / $3, $7 / 1024
	rss[$1] = $7 > rss[$1] ? $7 : rss[$1]
	if ($1 == "many" && $5 > slowest) {
		slowest = $5
		used = $6
	}
	if ($4 != 0)
		failed = 1
}
END {
	printf "\n%d credentials in under 20 s on %d processors: %.1f s (%s)\n",
	    many, cores, slowest, slowest < 20 ? "met" : "MISSED"
	if (load > cores)
		printf "The machine is busy (load %s); the processor time " \
		    "is %.1f s on each of %d.\n", load, used / cores, cores
	printf "ten times as many take %.1f MB more (%.0f bytes each)\n",
	    (rss["many"] - rss["few"]) / 1024,
	    (rss["many"] - rss["few"]) * 1024 / (many - few)
	if (failed)
		print "An audit did not accept everything."
	exit failed
}' "$W/results"
status=$?
echo "floor: ES256 signatures by EVP_DigestVerify, $cores processes at once"
echo "peak RSS: of the largest process; there are $((cores + 1))"
exit $status
