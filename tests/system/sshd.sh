# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The real sshd on the loopback address, the real ssh, and SSH keys that the
# one softkey holds. Sourced by the cases that want them, after lib.sh:
#
#	sshd_begin 'AuthenticationMethods publickey'
#	key alice
#	sk_key alice ecdsa-sk			# $W/ssh/alice, .pub, .attestation
#	registered tess alice ecdsa-sk		# the same, and it is stored
#	identity=$W/ssh/alice
#	ssh_as tess publickey
#	sshd_end

port=${port:-$((20000 + RANDOM % 20000))}
sshd=$(PATH=$PATH:/usr/sbin command -v sshd)
sshd_pid=
identity=$W/ssh/user
pin=4321
# What libfido2 is told of the key that is plugged in, where it does not find
# keys by itself.
found=(${MANIFEST:+"LD_PRELOAD=$MANIFEST" "BENCH_DEVICE=$W/key"})

# What all of them share is made once: the key of the host, an ordinary key
# "user" for the people, and who answers for them.
if [ ! -d "$W/ssh" ]; then
	mkdir -m 755 "$W/ssh"
	ssh-keygen -q -t ed25519 -N '' -f "$W/ssh/host"
	ssh-keygen -q -t ed25519 -N '' -f "$W/ssh/user"
	echo "[127.0.0.1]:$port $(cat "$W/ssh/host.pub")" >"$W/ssh/known"
	cat >"$W/ssh/askpass" <<-EOT
		#!/bin/sh
		[ "\$SSH_ASKPASS_PROMPT" != none ] || exit 0
		echo "asked: \$*" >>$W/asked
		cat $W/ssh/answer
	EOT
	chmod 755 "$W/ssh/askpass"
fi

# sshd_begin [LINE]...: a sshd with these lines before ours; of a keyword that
# is there twice sshd takes the first.
sshd_begin()
{
	sshd_end
	{
		[ $# -eq 0 ] || printf '%s\n' "$@"
		cat <<-EOT
			ListenAddress 127.0.0.1
			Port $port
			HostKey $W/ssh/host
			PidFile none
			UsePAM yes
			StrictModes no
			AuthorizedKeysFile none
			PasswordAuthentication no
			KbdInteractiveAuthentication yes
			MaxStartups 100
			LogLevel VERBOSE
		EOT
	} >"$W/ssh/config"
	: >"$W/ssh/log"
	"$sshd" -D -e -f "$W/ssh/config" >>"$W/ssh/log" 2>&1 </dev/null &
	sshd_pid=$!
	is "sshd listens" \
	    wait_for 10 grep -q 'Server listening' "$W/ssh/log"
}

sshd_end()
{
	[ -n "$sshd_pid" ] || return 0
	kill "$sshd_pid" 2>/dev/null
	wait "$sshd_pid" 2>/dev/null
	sshd_pid=
}

# with_key COMMAND...: its libfido2 finds the key that is plugged in, and
# nobody but $W/ssh/askpass is asked, who answers with $pin. ssh gives its
# environment to ssh-sk-helper, which is who talks to the key.
with_key()
{
	printf '%s\n' "$pin" >"$W/ssh/answer"
	env ${found[@]+"${found[@]}"} \
	    SSH_ASKPASS="$W/ssh/askpass" SSH_ASKPASS_REQUIRE=force \
	    timeout $((20 * patience)) "$@" </dev/null
}

# ssh_command USER METHODS [options] [COMMAND...]: with $identity. The key
# exchange is the cheapest of those there are; nothing here is about it.
ssh_command()
{
	local user=$1 methods=$2

	shift 2
	with_key ssh -F none -p "$port" -i "$identity" -l "$user" \
	    -o KexAlgorithms=curve25519-sha256 \
	    -o IdentitiesOnly=yes -o UserKnownHostsFile="$W/ssh/known" \
	    -o PreferredAuthentications="$methods" \
	    -o NumberOfPasswordPrompts=1 "$@"
}

# ssh_as USER METHODS [options]: runs "id -un"; fills $W/out and $status.
ssh_as()
{
	local user=$1 methods=$2

	shift 2
	: >"$W/log"
	: >"$W/asked"
	ssh_command "$user" "$methods" "$@" 127.0.0.1 id -un >"$W/out" 2>&1
	status=$?
}

# sk_key NAME TYPE [ssh-keygen options]: an SSH key of the key that is plugged
# in: NAME, NAME.pub and NAME.attestation in $W/ssh, by the challenge in
# NAME.challenge, which is made if it is not there.
sk_key()
{
	local file=$W/ssh/$1 type=$2

	shift 2
	[ -e "$file.challenge" ] || head -c 32 /dev/urandom >"$file.challenge"
	rm -f "$file" "$file.pub" "$file.attestation"
	with_key ssh-keygen -q -t "$type" -N '' -C '' -f "$file" \
	    -O "challenge=$file.challenge" \
	    -O "write-attestation=$file.attestation" "$@" >"$W/out" 2>&1
}

# registered USER NAME TYPE [ssh-keygen options]: a key of what is plugged in,
# registered with the options in $restrictions.
restrictions=()
registered()
{
	local user=$1 file=$W/ssh/$2

	rm -f "$file.challenge"
	"$ATTESTCTL" --config "$W/conf" ssh challenge \
	    --out "$file.challenge" "$user" >"$W/out" 2>&1 &&
	    sk_key "${@:2}" &&
	    "$ATTESTCTL" --config "$W/conf" ssh enroll --label "$2" \
	    --public-key "$file.pub" --attestation "$file.attestation" \
	    ${restrictions[@]+"${restrictions[@]}"} "$user" >"$W/out" 2>&1
}
