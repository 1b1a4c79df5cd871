#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures what FIDO metadata costs: mds.sh [ROUNDS]. A BLOB of 10 MB, made and
# signed on the spot, is imported by the whole of attestctl; one model of it is
# found as a login finds it. The environment is that of "make bench-mds".
set -u
. "$(dirname "$0")/lib.sh"

rounds=${1:-11}
size=10485760
model=12345678-1234-4234-8234-123456789abc

[ -n "${MDS:-}" ] || {
	echo "bench: start this with \"make bench-mds\"" >&2
	exit 1
}
W=$(mktemp -d "${TMPDIR:-/tmp}/att-bench.XXXXXX") || exit 1
trap 'rm -rf "$W"' EXIT

"$BLOB" authority "$W/ca" &&
    "$BLOB" sign "$W/ca" --size $size --entry "$model" >"$W/blob.jwt" || exit 1
printf 'mds_dir = %s\nmds_roots = %s\n' "$W/mds" "$W/ca/root.pem" >"$W/conf"
chmod 600 "$W/conf"
# The same number again would be there already.
cat >"$W/import" <<E2
#!/bin/sh
rm -rf "$W/mds"
exec "$ATTESTCTL" --config "$W/conf" mds import "$W/blob.jwt" 2>"$W/said"
E2
chmod 755 "$W/import"
"$MDS" run "$rounds" "$W/import" >"$W/imported" || {
	cat "$W/said" >&2
	exit 1
}
"$MDS" find 2001 "$W/mds" "$model" >"$W/found" || exit 1

awk -v size="$(stat -c %s "$W/blob.jwt")" \
    -v models="$("$ATTESTCTL" --config "$W/conf" mds status |
	awk '/^identities/ { print $2 }')" '
function target(v, most) { return v < most ? "met" : "MISSED" }
NR == FNR {
	printf "import of a BLOB of %.1f MB, %d models: %.2f s, processor " \
	    "time %.2f s (%s), at most %.0f MB of memory (%s)\n", size / 1e6,
	    models, $1 / 1e3, $2 / 1e3, target($2, 2000), $3, target($3, 200)
	next
}
{
	printf "a login finds a model: %.1f us (%s), reading %.1f KB; to open, " \
	    "read and hash them alone: %.1f us\n", $1, target($1, 100),
	    $3 / 1e3, $2
}' "$W/imported" "$W/found"
warn_of_load
