#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures pam_attest-ssh-keys, which sshd starts for each key that a client
# offers, with one enrolled user and with 5,000: ssh_keys.sh [ROUNDS]. In turn
# with an empty program and with "attestctl verify" of the same registration.
# The environment is that of "make bench-ssh-keys".
set -u
. "$(dirname "$0")/lib.sh"

rounds=${1:-200}
users=5000

fail()
{
	echo "bench: $*" >&2
	exit 1
}

[ -n "${ATT_PROGRAMS:-}" ] || fail "start this with \"make bench-ssh-keys\""
program=$ATT_PROGRAMS/pam_attest-ssh-keys
[ -x "$program" ] || fail "$program is not there; run \"make install\""
command -v ssh-keygen >/dev/null || {
	echo "left out: ssh-keygen is not here"
	exit 0
}

W=$(mktemp -d "${TMPDIR:-/tmp}/att-bench.XXXXXX") || exit 1
key_pid=
trap '[ -z "$key_pid" ] || kill "$key_pid"; rm -rf "$W"' EXIT
chmod 755 "$W"
mkdir "$W/one" "$W/many" "$W/roots.d" "$W/intermediates.d" "$W/state"

"$SOFTKEY" --make-ca "$W/ca" >/dev/null || exit 1
cp "$W/ca/ca.pem" "$W/roots.d/"
for store in one many; do
	cat >"$W/$store.conf" <<-EOT
		credentials_dir = $W/$store
		roots_dir = $W/roots.d
		intermediates_dir = $W/intermediates.d
		state_dir = $W/state
	EOT
done
chmod -R go=rX "$W/roots.d" "$W"/*.conf

"$SOFTKEY" --link "$W/key" --state "$W/key.state" --trace /dev/null \
    --attestation-key "$W/ca/attestation.key" \
    --attestation-chain "$W/ca/attestation.pem" \
    </dev/null >"$W/key.log" 2>&1 &
key_pid=$!
until [ -e "$W/key" ]; do
	kill -0 "$key_pid" 2>/dev/null || fail "$(cat "$W/key.log")"
	sleep 0.02
done

# key_pair NAME: an SSH key of the software key, made over NAME.challenge.
key_pair()
{
	ssh-keygen -q -t ecdsa-sk -N '' -C '' -f "$W/$1" -O "device=$W/key" \
	    -O "challenge=$W/$1.challenge" \
	    -O "write-attestation=$W/$1.attestation" \
	    </dev/null >"$W/log" 2>&1 || fail "$(cat "$W/log")"
}

attestctl()
{
	"$ATTESTCTL" --config "$W/one.conf" "$@" >"$W/log" 2>&1 ||
	    fail "$(cat "$W/log")"
}

attestctl ssh challenge --out "$W/mine.challenge" bench
key_pair mine
attestctl ssh enroll --public-key "$W/mine.pub" \
    --attestation "$W/mine.attestation" bench
head -c 32 /dev/urandom >"$W/stray.challenge"
key_pair stray
cp -p "$W/one/bench" "$W/many/"
"$ALTERNATE" --populate "$W/one/bench" "$W/many" $((users - 1)) || exit 1

# The same registration, for attestctl: of the fields of the record.
field()
{
	sed -n "s/.* $1=\([^ ]*\).*/\1/p" "$W/one/bench" | tr '_-' '/+' |
	    awk '{ while (length($0) % 4) $0 = $0 "="; print }' | base64 -d
}
field client_data >"$W/client_data"
field attestation_object >"$W/object"

read -r type mine _ <"$W/mine.pub"
read -r _ stray _ <"$W/stray.pub"
"$program" --config "$W/many.conf" bench "$type" "$mine" >"$W/told" ||
    fail "the key that is enrolled is not told"
grep -q "$mine" "$W/told" || fail "the key that is enrolled is not told"

names=("an empty program" "attestctl verify" "1 user, the key"
	"5,000 users, the key" "5,000 users, another key")
"$ALTERNATE" "$rounds" true -- \
    "$ATTESTCTL" --config "$W/one.conf" verify --rp-id ssh: \
    --client-data "$W/client_data" "$W/object" -- \
    "$program" --config "$W/one.conf" bench "$type" "$mine" -- \
    "$program" --config "$W/many.conf" bench "$type" "$mine" -- \
    "$program" --config "$W/many.conf" bench "$type" "$stray" \
    >"$W/times" 2>"$W/log" || fail "$(cat "$W/log")"

echo "pam_attest-ssh-keys, from start to end, $rounds rounds:"
printf '%s\n' "${names[@]}" | paste -d '\t' - "$W/times" | awk -F '\t' '
BEGIN {
	printf "%-26s %10s %10s %10s %10s\n", "milliseconds", "median",
	    "least", "processor", "x empty"
}
{
	split($2, ms, " ")
	median[NR] = ms[1]
	least[NR] = ms[2]
	printf "%-26s %10.2f %10.2f %10.2f %10.1f\n", $1, ms[1], ms[2], ms[3],
	    ms[1] / median[1]
}
END {
	printf "\nunder 5 ms: %.2f ms (%s), at least %.2f ms\n", median[4],
	    median[4] < 5 ? "met" : "MISSED", least[4]
	printf "5,000 users take %.2f times as long as one (least: %.2f)\n",
	    median[4] / median[3], least[4] / least[3]
}'
warn_of_load
