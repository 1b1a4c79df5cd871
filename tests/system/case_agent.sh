# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The real sudo with the real ssh-agent, near and forwarded by the real ssh, and
# with agents that are somebody else's, hang or lie.

. "$here/sshd.sh"
agents=()
socket=

# The agent that people run is setgid, and so could not be shown the key.
mkdir -m 755 "$W/agents"
mkdir -m 755 "$W/agents/bin"
cp "$(command -v ssh-agent)" "$W/agents/bin/ssh-agent"

# agent_of USER NAME: a real ssh-agent, at $W/agents/NAME/socket.
agent_of()
{
	local folder=$W/agents/$2

	mkdir -m 755 "$folder"
	chown "$1:$1" "$folder"
	printf '%s\n' "$pin" >"$W/ssh/answer"
	LD_PRELOAD=$MANIFEST BENCH_DEVICE=$W/key \
	    SSH_ASKPASS=$W/ssh/askpass SSH_ASKPASS_REQUIRE=force \
	    setpriv --reuid "$1" --regid "$1" --init-groups \
	    "$W/agents/bin/ssh-agent" -D -a "$folder/socket" \
	    </dev/null >"$folder/log" 2>&1 &
	agents+=($!)
	wait_for 5 test -S "$folder/socket"
}

# lying NAME WHAT [REAL]: an agent of tess that does WHAT, and else what REAL
# does; what it was asked is in $W/agents/NAME/asked.
lying()
{
	local folder=$W/agents/$1

	mkdir -m 755 "$folder"
	chown tess:tess "$folder"
	setpriv --reuid tess --regid tess --init-groups \
	    /usr/bin/python3 "$FAKE_AGENT" "$folder/socket" "$2" \
	    --log "$folder/asked" ${3:+--real "$W/agents/$3/socket"} \
	    </dev/null >"$folder/log" 2>&1 &
	agents+=($!)
	wait_for 5 grep -qs ready "$folder/log"
}

# shared_key NAME [softkey options]: plugged in where everybody can use it.
shared_key()
{
	key "$@"
	chmod 666 "$(readlink -f "$W/key")"
}

# add NAME KEY...: root may, as the agent sees it.
add()
{
	local name=$1 key

	shift
	for key in "$@"; do
		SSH_AUTH_SOCK=$W/agents/$name/socket ssh-add -q \
		    "$W/ssh/$key" >"$W/out" 2>&1 </dev/null || return
	done
}

# sudo_by SOCKET: sudo of tess with that as SSH_AUTH_SOCK.
sudo_by()
{
	local begin=${EPOCHREALTIME/./}

	hostile=("SSH_AUTH_SOCK=$1")
	sudo_as tess "${2:-}" id -u
	hostile=()
	took=$(((${EPOCHREALTIME/./} - begin) / 1000))
}

# refused WHAT REASON TIMES: by the last sudo_by, and sudo tried so often.
refused()
{
	is "$1: refused" test "$status" = 1
	is "$1: no command runs" not says '^0'
	is "$1: the log says $2, $3 time(s)" \
	    times "$3" "refused: phase=auth reason=$2 " "$W/log"
}

agent_conf()
{
	conf agent=sk agent_socket=environment "$@"
}

agent_conf
usual_sudo
echo 'Defaults env_keep += "SSH_AUTH_SOCK"' >>/etc/sudoers
rm -f "$W"/credentials.d/*
shared_key desk
is "an SSH key is registered for tess" registered tess desk ecdsa-sk
agent_of tess own
socket=$W/agents/own/socket

# An agent without a key, then with an ordinary one, then with the right one.
sudo_by "$socket"
refused "an empty agent" agent-no-key 3
is "an empty agent: the user is told" says 'no security key that is registered'
add own user
: >"$W/key.trace"
sudo_by "$socket"
refused "an agent with an ordinary key" agent-no-key 3
is "no key at this machine is sent a byte" test ! -s "$W/key.trace"
is "the key is added to the agent" add own desk
sudo_by "$socket"
is "sudo by the agent" test "$status" = 0
is "sudo ran the command as root" says '^0'
is "the user was told what to touch" \
    says 'Touch the security key that your SSH agent uses'
is "the log has the label, the anchor and the touch" times 1 \
    'sudo.*accepted: phase=auth reason=ok .* up=1 uv=0 .*user="tess".*label="desk"' \
    "$W/log"
is "the counter is kept" test -n "$(ls "$W/state/counters")"

# Of all that agents can do, these two are asked for; ordinary keys never sign.
lying noted well own
sudo_by "$W/agents/noted/socket"
is "sudo by an agent that takes notes" test "$status" = 0
is "it was asked for its keys, and for one signature" \
    test "$(tr '\n' ' ' <"$W/agents/noted/asked")" = '11 13 '
sudo_by "$socket"
is "sudo once more" test "$status" = 0

# Who the processes are while the key waits for its touch.
cat >"$W/look" <<EOT
#!/bin/bash
sleep 0.3
for pid in \$(pgrep -f "^$ATT_PROGRAMS/"); do
	echo "\$(tr '\\0' ' ' </proc/\$pid/cmdline | sed 's,.*/,,')" \
	    "\$(tr '\\n\\t' '  ' </proc/\$pid/status)" \
	    "environ=\$(wc -c </proc/\$pid/environ)" \
	    "cwd=\$(readlink /proc/\$pid/cwd)"
done >$W/processes
EOT
chmod 755 "$W/look"
shared_key desk --touch 1500
sudo_by "$socket" "must Touch
	exec $W/look"
is "sudo with a late touch" test "$status" = 0
is "a verifier and the process of the agent were there" \
    test "$(cut -d' ' -f1 "$W/processes" | sort | tr '\n' ' ')" = \
    'pam_attest-agent pam_attest-verifier '
is "the process of the agent is the user, and nobody else" grep -Eq \
    '^pam_attest-agent .* Uid: 64201 64201 64201 64201 Gid: 64201 64201 64201 64201 .*Groups:  *NStgid' \
    "$W/processes"
is "and has no capability" grep -Eq \
    '^pam_attest-agent .* CapPrm: 0+ CapEff: 0+ CapBnd: 0+ ' "$W/processes"
is "the verifier is root, and can be nobody else" grep -Eq \
    '^pam_attest-verifier .* Uid: 0 0 0 0 .* CapPrm: 0+ .* CapBnd: 0+2 ' \
    "$W/processes"
is "both have no_new_privs, an empty environment, and / as their folder" \
    test "$(grep -c 'NoNewPrivs: 1 .*environ=0 cwd=/$' "$W/processes")" = 2
if [ "$ATT_SANITIZED" = yes ]; then
	skip "sanitizers need more system calls" "both have a filter"
else
	is "both have a system call filter" \
	    test "$(grep -c 'Seccomp: 2 ' "$W/processes")" = 2
fi
sudo_by "$socket" 'must Touch
	after 300
	set begin [clock milliseconds]
	send "\003"
	expect {
		eof {}
		timeout {exit 124}
	}
	puts "\nafter [expr {[clock milliseconds] - $begin}] ms"
	lassign [wait] pid id error code
	exit $code'
is "Ctrl-C ends sudo" test "$status" = 1
took=$(sed -n 's/^after \([0-9]*\) ms.*/\1/p' "$W/out")
is "Ctrl-C ends it within a second (${took:-never} ms)" \
    test "${took:-9999}" -lt 1000
is "the log has one line" times 1 'refused: .*reason=cancelled' "$W/log"
# The agent itself waits on for its touch.
wait_for 3 test -n "$(tail -1 "$W/key.trace")"
shared_key desk

# Whose agent it is.
sudo_by ""
refused "an empty SSH_AUTH_SOCK" agent-missing 3
sudo_as tess "" id -u
refused "no SSH_AUTH_SOCK" agent-missing 3
is "no SSH_AUTH_SOCK: the user is told" says 'ssh -A'
agent_of bob bobs
add bobs desk
sudo_by "$W/agents/bobs/socket"
refused "somebody else's agent" agent-not-owned 1
chmod 700 "$W/agents/bobs"
sudo_by "$W/agents/bobs/socket"
refused "somebody else's agent that is closed to tess" agent-unreachable 3
chmod 755 "$W/agents/bobs"
ln -s "$W/agents/bobs/socket" "$W/agents/link"
chown -h tess:tess "$W/agents/link"
sudo_by "$W/agents/link"
refused "a link to somebody else's agent" agent-not-owned 1
chown tess "$W/agents/bobs/socket"
sudo_by "$W/agents/bobs/socket"
refused "somebody else at a socket of tess" agent-not-owned 1
sudo_by "$W/agents/gone"
refused "an agent that is gone" agent-unreachable 3
sudo_by agents/own/socket
refused "a path that is not absolute" agent-not-owned 1
echo 'Defaults:tess !env_keep' >>/etc/sudoers
sudo_by "$socket"
refused "sudo that keeps no SSH_AUTH_SOCK" agent-missing 3
sed -i '/!env_keep/d' /etc/sudoers
conf agent=sk
sudo_by "$socket"
refused "the environment, where that of PAM is meant" agent-missing 3

# Agents that hang end with the option timeout, once.
agent_conf timeout=1
for what in deaf dripping deaf_when_signing; do
	lying $what $what own
	sudo_by "$W/agents/$what/socket"
	refused "$what" agent-timeout 1
	is "$what: after a second and not much more ($took ms)" \
	    test "$took" -lt 3000
done
agent_conf
for what in garbage endless counting_wrongly cut_off; do
	lying $what $what own
	sudo_by "$W/agents/$what/socket"
	refused "$what" agent-malformed 1
done
lying nonsense signing_nonsense own
sudo_by "$W/agents/nonsense/socket"
refused "signing nonsense" agent-malformed 1
lying else signing_something_else own
sudo_by "$W/agents/else/socket"
refused "signing something else" assertion-signature 3
lying again replaying own
sudo_by "$W/agents/again/socket"
is "an agent that will replay its first signature" test "$status" = 0
sudo_by "$W/agents/again/socket"
refused "a signature that was good once" assertion-signature 3
lying refusing refusing_to_sign own
sudo_by "$W/agents/refusing/socket"
refused "an agent that does not sign" agent-refused 3
key_stop
sudo_by "$socket"
refused "a key that is not there" agent-refused 3
is "a key that is not there: the user is told" says 'Connect your security key'

# The same rules as for a key at this machine.
cp "$W/desk.state" "$W/copy.state"
shared_key desk
# Further than three tries with its copy get.
for _ in 1 2 3 4; do
	sudo_by "$socket"
	is "sudo with the key, which counts" test "$status" = 0
done
shared_key copy
sudo_by "$socket"
refused "a copy of the key" counter 3
is "a copy of the key: the user is told" says 'may have been copied'
shared_key desk
agent_conf user_verification=required
sudo_by "$socket"
refused "a key that did not verify its user" uv-missing 3
agent_conf
mv "$W/roots.d/ca.pem" "$W/ca.pem"
sudo_by "$socket"
refused "a key whose anchor is gone" attestation-withdrawn 1
mv "$W/ca.pem" "$W/roots.d/ca.pem"
sudo_by "$socket"
is "with its anchor it is accepted again" test "$status" = 0

rm -f "$W"/credentials.d/*
is "a key that needs no touch is registered" \
    registered tess quick ecdsa-sk -O no-touch-required
add own quick
sudo_by "$socket"
refused "a key that was not touched" up-missing 3
is "a key of Ed25519 is registered" registered tess ed ed25519-sk
add own ed
sudo_by "$socket"
is "sudo by the other key of two" test "$status" = 0
is "the log says why not by the first one" \
    logged 'the answer of the SSH agent as "quick" was refused: up-missing'
is "and which one it was" logged 'accepted: .*label="ed"'

rm -f "$W"/credentials.d/*
shared_key safe --pin 4321
is "a key that verifies its user is registered" \
    registered tess safe ecdsa-sk -O verify-required
add own safe
agent_conf user_verification=required
: >"$W/asked"
chmod 666 "$W/asked"
sudo_by "$socket"
is "sudo by a key that verifies its user" test "$status" = 0
is "the log says so" logged 'accepted: .*up=1 uv=1'
is "the agent asked for the PIN, and sudo did not" \
    test "$(grep -c PIN "$W/asked"; grep -c PIN "$W/out")" = $'1\n0'

# The stack of pam_attest(8): without an agent the next module decides, and with
# one that lies nobody does.
agent_conf
service sudo <<'EOT'
auth  [success=done user_unknown=ignore authinfo_unavail=ignore \
       default=die]  MODULE
auth  required  pam_permit.so
account required pam_permit.so
EOT
sudo_by "$W/agents/gone"
is "the stack goes on where there is no agent" test "$status" = 0
sudo_by "$W/agents/link"
is "it does not with somebody else's" test "$status" = 1
usual_sudo

# The environment of PAM, by root with an agent of root.
rm -f "$W"/credentials.d/*
agent_of root roots
key desk
is "the first key is registered again" registered tess desk ecdsa-sk
add roots desk
conf agent=sk
echo "auth required MODULE" | service agent
: >"$W/log"
timeout 20 pamtester -E "SSH_AUTH_SOCK=$W/agents/roots/socket" agent tess \
    authenticate >"$W/out" 2>&1 </dev/null
is "the socket that PAM names is asked" test $? = 0
is "the log says by which key" logged 'accepted: phase=auth .*label="desk"'
: >"$W/log"
timeout 20 pamtester -E "SSH_AUTH_SOCK=$socket" agent tess authenticate \
    >"$W/out" 2>&1 </dev/null
is "root is not let in by the agent of a user" test $? = 1
is "root: the log says why" logged 'reason=agent-not-owned'

# Forwarded: the agent and the key are where ssh is, and sudo is where sshd is.
agent_conf
service sshd <<'EOT'
auth required pam_deny.so
account required pam_permit.so
session required pam_permit.so
EOT
cp "$W/ssh/user.pub" "$W/ssh/authorized"
sshd_begin "AuthorizedKeysFile $W/ssh/authorized"
forwarded()
{
	: >"$W/log"
	SSH_AUTH_SOCK=$W/agents/roots/socket ssh_command tess publickey \
	    "$@" 127.0.0.1 'echo "$SSH_AUTH_SOCK"; sudo id -u' >"$W/out" 2>&1
	status=$?
}
identity=$W/ssh/user
forwarded -A
is "forwarded: sudo" test "$status" = 0
is "forwarded: the socket is not the client's" says '^/tmp/ssh-'
is "forwarded: the command ran as root" says '^0'
is "forwarded: the log says by which key" \
    logged 'sudo.*accepted: phase=auth .*user="tess".*label="desk"'
forwarded -a
refused "not forwarded" agent-missing 3
SSH_AUTH_SOCK=$W/agents/roots/socket ssh-add -q -D
add roots user
forwarded -A
refused "forwarded, with an ordinary key" agent-no-key 3
sshd_end

sed -i '/SSH_AUTH_SOCK/d' /etc/sudoers
kill "${agents[@]}" 2>/dev/null
wait "${agents[@]}" 2>/dev/null
conf
key_stop
is "nothing is left over" wait_for 3 not leftovers
