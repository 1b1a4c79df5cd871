#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Measures an authentication by an SSH agent (agent = sk) and, where that is
# installed, by pam_ssh_agent_auth with an ordinary key, which is what it takes,
# in turn: agent.sh [ROUNDS]. What the agent and its security key need alone is
# measured by ssh-keygen -Y sign. The environment is that of "make bench-agent".
set -u
. "$(dirname "$0")/lib.sh"

rounds=${1:-60}
user=$(id -un)
wrapper=$(PATH=$PATH:/sbin ldconfig -p |
    awk '/libpam_wrapper\.so/ { print $NF; exit }')

fail()
{
	echo "bench: $*" >&2
	exit 1
}

[ -n "${ATT_MODULE:-}" ] || fail "start this with \"make bench-agent\""
[ -e "$ATT_MODULE" ] || fail "$ATT_MODULE is not there; run \"make install\""
command -v pamtester >/dev/null || fail "pamtester is not installed"
[ -n "$wrapper" ] || fail "libpam_wrapper.so is not installed"
command -v ssh-agent >/dev/null || {
	echo "left out: ssh-agent is not here"
	exit 0
}

# pam_ssh_agent_auth reads no file that lies below a folder of everybody's.
W=$(mktemp -d "$HOME/.att-bench.XXXXXX") || exit 1
key_pid=
agent_pid=
trap '[ -z "$key_pid" ] || kill "$key_pid"
    [ -z "$agent_pid" ] || kill "$agent_pid"; rm -rf "$W"' EXIT
mkdir -m 700 "$W/pam.d" "$W/store" "$W/roots.d" "$W/state" \
    "$W/intermediates.d"
peer=
for dir in /lib /usr/lib /lib64 /usr/lib64 "/lib/$(uname -m)-linux-gnu" \
    "/usr/lib/$(uname -m)-linux-gnu"; do
	[ ! -e "$dir/security/pam_ssh_agent_auth.so" ] ||
	    peer=$dir/security/pam_ssh_agent_auth.so
done

# --- Setting up -----------------------------------------------------------
"$SOFTKEY" --make-ca "$W/ca" >/dev/null || exit 1
cp "$W/ca/ca.pem" "$W/roots.d/"
cat >"$W/conf" <<EOT
credentials_dir = $W/store
roots_dir = $W/roots.d
intermediates_dir = $W/intermediates.d
state_dir = $W/state
agent = sk
agent_socket = environment
cue = no
EOT
chmod -R go= "$W/roots.d" "$W/conf"
"$SOFTKEY" --link "$W/key" --state "$W/key.state" --trace /dev/null \
    --attestation-key "$W/ca/attestation.key" \
    --attestation-chain "$W/ca/attestation.pem" \
    </dev/null >"$W/key.log" 2>&1 &
key_pid=$!
until [ -e "$W/key" ]; do
	kill -0 "$key_pid" 2>/dev/null || fail "$(cat "$W/key.log")"
	sleep 0.02
done

# The one that people run is setgid, and so could not be shown the key.
cp "$(command -v ssh-agent)" "$W/ssh-agent"
LD_PRELOAD=$MANIFEST BENCH_DEVICE=$W/key "$W/ssh-agent" -D -a "$W/socket" \
    </dev/null >"$W/agent.log" 2>&1 &
agent_pid=$!
until [ -S "$W/socket" ]; do
	kill -0 "$agent_pid" 2>/dev/null || fail "$(cat "$W/agent.log")"
	sleep 0.02
done
export SSH_AUTH_SOCK=$W/socket

attestctl()
{
	"$ATTESTCTL" --config "$W/conf" "$@" >"$W/log" 2>&1 ||
	    fail "$(cat "$W/log")"
}

attestctl ssh challenge --out "$W/challenge" "$user"
ssh-keygen -q -t ecdsa-sk -N '' -C '' -f "$W/sk" -O "device=$W/key" \
    -O "challenge=$W/challenge" -O "write-attestation=$W/attestation" \
    </dev/null >"$W/log" 2>&1 || fail "$(cat "$W/log")"
attestctl ssh enroll --public-key "$W/sk.pub" \
    --attestation "$W/attestation" "$user"
ssh-keygen -q -t ed25519 -N '' -C '' -f "$W/ordinary"
ssh-add -q "$W/sk" "$W/ordinary" >"$W/log" 2>&1 || fail "$(cat "$W/log")"
echo data >"$W/data"

echo "auth required pam_permit.so" >"$W/pam.d/permit"
echo "auth required pam_deny.so" >"$W/pam.d/other"
echo "auth required $ATT_MODULE conf=$W/conf" >"$W/pam.d/attest"
for name in ordinary sk; do
	echo "auth required $peer file=$W/$name.pub" >"$W/pam.d/peer-$name"
done

# --- Measuring -------------------------------------------------------------
login()
{
	echo "env PAM_WRAPPER=1 PAM_WRAPPER_SERVICE_DIR=$W/pam.d
	    LD_PRELOAD=$wrapper pamtester $1 $user authenticate"
}

# sign NAME: the agent alone, with such a key. It asks before it writes twice.
cat >"$W/sign" <<EOT
#!/bin/sh
rm -f $W/data.sig
exec ssh-keygen -q -Y sign -n pam_attest -f $W/\$1.pub $W/data
EOT
chmod 755 "$W/sign"

names=("an empty stack" "ssh-keygen -Y sign, sk" "pam_attest, sk"
    "ssh-keygen -Y sign, ordinary")
# shellcheck disable=SC2207
words=($(login permit) -- "$W/sign" sk -- $(login attest) --
    "$W/sign" ordinary)
if [ -n "$peer" ]; then
	names+=("pam_ssh_agent_auth, ordinary")
	# shellcheck disable=SC2207
	words+=(-- $(login peer-ordinary))
	# shellcheck disable=SC2046
	if timeout 20 $(login peer-sk) >"$W/log" 2>&1 </dev/null; then
		names+=("pam_ssh_agent_auth, sk")
		# shellcheck disable=SC2207
		words+=(-- $(login peer-sk))
	else
		echo "pam_ssh_agent_auth does not take a key of type sk"
	fi
else
	echo "left out: pam_ssh_agent_auth is not installed"
fi
"$ALTERNATE" "$rounds" "${words[@]}" >"$W/times" 2>"$W/log" ||
    fail "$(cat "$W/log")"

echo "An authentication by an SSH agent, $rounds rounds:"
printf '%s\n' "${names[@]}" | paste -d '\t' - "$W/times" | awk -F '\t' '
BEGIN {
	printf "%-30s %9s %9s %9s %18s\n", "milliseconds", "median", "least",
	    "processor", "beyond the agent"
}
{
	split($2, ms, " ")
	median[NR] = ms[1]
	printf "%-30s %9.1f %9.1f %9.1f", $1, ms[1], ms[2], ms[3]
	if (NR == 3)
		printf " %18.1f", median[3] - median[2]
	if (NR == 5)
		printf " %18.1f", median[5] - median[4]
	printf "\n"
}'
warn_of_load
