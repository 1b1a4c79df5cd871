# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The real sudo, called by ordinary users on a terminal.

conf
usual_sudo
key desk
is "a key is registered for tess" enroll tess desk

sudo_as tess "" id -u
is "sudo with a touch" test "$status" = 0
is "sudo ran the command as root" says '^0'
is "the user was told to touch" says 'Touch'
is "the log has one accepted line of sudo" \
    times 1 'sudo.*accepted: phase=auth reason=ok .*service="sudo" user="tess"' "$W/log"
is "its facility is authpriv" logged '^<8[0-7]>.*accepted: '

# What sudo is like after each phase is what it was like before.
{
	watched auth "required MODULE"
	watched account "required MODULE"
	echo "account required pam_permit.so"
	watched session "required MODULE"
} | service sudo
: >"$W/snapshots"
sudo_as tess "" id -u
is "sudo with a look at itself" test "$status" = 0
is "nothing in sudo is changed by any phase" \
    left_alone auth account setcred open-session close-session
usual_sudo

# Who the processes are while the key waits for its touch.
look()
{
	cat <<-EOT
		must Touch
		exec $W/look [exp_pid]
	EOT
}
cat >"$W/look" <<EOT
#!/bin/bash
sleep 0.3
cat /proc/\$1/maps >$W/maps
for pid in \$(pgrep -f "^$ATT_PROGRAMS/"); do
	name=\$(tr '\\0' '\\n' </proc/\$pid/cmdline | head -1)
	echo "\${name##*/} \$(tr '\\n\\t' '  ' </proc/\$pid/status)" \
	    "environ=\$(wc -c </proc/\$pid/environ)" \
	    "cwd=\$(readlink /proc/\$pid/cwd)"
done >$W/processes
exit 0
EOT
chmod 755 "$W/look"
key desk --touch 1500
hostile=(OPENSSL_CONF=/tmp/x SSL_CERT_FILE=/tmp/x LD_PRELOAD=/tmp/x.so
    FIDO_DEBUG=1 GCONV_PATH=/tmp HTTPS_PROXY=http://127.0.0.1:9)
sudo_as tess "$(look)" id -u
hostile=()
is "sudo with a late touch, from a hostile environment" test "$status" = 0
is "sudo maps the module" grep -q "$ATT_MODULE" "$W/maps"
is "sudo maps no FIDO, CBOR, JSON, seccomp or udev library" \
    not grep -Eq 'libfido2|libcbor|libjansson|libseccomp|libudev' "$W/maps"
if ldd /usr/libexec/sudo/sudoers.so /usr/bin/sudo | grep -q libcrypto; then
	skip "sudo itself is linked with libcrypto" "sudo maps no libcrypto"
else
	is "sudo maps no libcrypto" not grep -q libcrypto "$W/maps"
fi
is "a verifier and an authenticator were there" \
    test "$(cut -d' ' -f1 "$W/processes" | sort -u | wc -l)" = 2
is "all of them have an empty environment and / as their folder" \
    test "$(grep -c 'environ=0 cwd=/$' "$W/processes")" = \
    "$(wc -l <"$W/processes")"
is "none of them has the user's id" \
    not grep -Eq 'Uid:[ 0-9]*6420' "$W/processes"
is "all of them have no_new_privs" \
    not grep -q 'NoNewPrivs: 0' "$W/processes"
if [ "$ATT_SANITIZED" = yes ]; then
	skip "sanitizers need more system calls" "all of them have a filter"
else
	is "all of them have a system call filter" \
	    not grep -q 'Seccomp: 0' "$W/processes"
fi

# Ctrl-C while the key waits: at once, and not three times.
key desk --touch never
begin=${EPOCHREALTIME/./}
sudo_as tess 'must Touch
	after 300
	set begin [clock milliseconds]
	send "\003"
	expect {
		eof {}
		timeout {exit 124}
	}
	puts "\nafter [expr {[clock milliseconds] - $begin}] ms"
	lassign [wait] pid id error code
	exit $code' id -u
is "Ctrl-C ends sudo" test "$status" = 1
took=$(sed -n 's/^after \([0-9]*\) ms.*/\1/p' "$W/out")
is "Ctrl-C ends it within a second (${took:-never} ms)" \
    test "${took:-9999}" -lt 1000
is "Ctrl-C ends it once, without another try" times 1 Touch "$W/out"
is "the log has one line" times 1 'refused: .*reason=cancelled' "$W/log"
is "the key was asked once" times 1 ' in .*GetAssertion' "$W/key.trace"
is "the key was told to stop" wait_for 2 asked CANCEL
is "nothing is left over" wait_for 3 not leftovers

# sudo -n asks nobody.
key desk
sudo_as tess "" -n id -u
is "sudo -n is refused" test "$status" = 1
is "sudo -n sends the key nothing" test ! -s "$W/key.trace"

# PINs.
key desk --pin 4321
conf user_verification=required
sudo_as tess 'must PIN
	send "4321\r"' id -u
is "sudo with a PIN" test "$status" = 0
is "the PIN is not echoed" not says 4321
is "the log says that the user was verified" logged 'accepted: .*uv=1'
sudo_as tess 'must PIN
	send "9999\r"
	must PIN
	send "4321\r"' id -u
is "sudo with a wrong PIN, then the right one" test "$status" = 0
is "one attempt was logged as refused" times 1 'reason=pin-invalid' "$W/log"
# sudo writes its prompt before it reads; a signal between the two is lost.
sudo_as tess 'must PIN
	after 300
	send "\003"' id -u
is "Ctrl-C at the PIN prompt ends sudo" test "$status" = 1
is "Ctrl-C at the PIN prompt: asked once" times 1 'PIN' "$W/out"
conf

# Wrong key, no key.
key other
sudo_as tess "" id -u
is "sudo with another key" test "$status" = 1
is "another key: the log says so" logged 'reason=wrong-authenticator'
key_stop
sudo_as tess "" id -u
is "sudo without a key" test "$status" = 1
is "without a key: the log says so" logged 'reason=no-authenticator'
is "without a key: the user is told" says 'Connect'

# The attestation is no longer accepted: sudo does not try again.
key desk
mv "$W/roots.d/ca.pem" "$W/ca.pem"
sudo_as tess "" id -u
is "sudo with a withdrawn anchor" test "$status" = 1
is "withdrawn: one try" times 1 'refused: phase=auth' "$W/log"
mv "$W/ca.pem" "$W/roots.d/ca.pem"

# A user without a credential.
sudo_as bob "" id -u
is "sudo of a user without a credential" test "$status" = 1
is "without a credential: one try" times 1 'refused: phase=auth' "$W/log"
service sudo <<'EOT'
auth [success=done user_unknown=ignore default=die] MODULE
auth required pam_permit.so
account required pam_permit.so
EOT
sudo_as bob "" id -u
is "[user_unknown=ignore default=die]: bob goes on to the next module" \
    test "$status" = 0
key other
sudo_as tess "" id -u
is "[user_unknown=ignore default=die]: tess does not" test "$status" = 1
usual_sudo

# Configuration.
key desk
conf no_such_option=1
sudo_as tess "" id -u
is "a wrong configuration denies" test "$status" = 1
is "the log names the line" logged "$W/conf:[0-9]+: "
is "a wrong configuration: one try" times 1 'refused: phase=auth' "$W/log"
conf
echo 'Defaults:tess !authenticate' >>/etc/sudoers
sudo_as tess "" id -u
is "the account phase lets NOPASSWD pass" test "$status" = 0
conf no_such_option=1
sudo_as tess "" id -u
is "the account phase with a wrong configuration does not" \
    test "$status" = 1
gate
token
sudo_as tess "" id -u
is "gate: NOPASSWD with a good token" test "$status" = 0
token --set /secureboot=false
sudo_as tess "" id -u
is "gate: NOPASSWD with a changed claim is refused" test "$status" = 1
is "gate: the user learns whom to ask" says 'has not proven how it was started'
is "gate: the log says why" \
    logged 'sudo.*refused: phase=account reason=token-claim'
# refuses REASON [token.py options]: a NOPASSWD sudo with such a token.
refuses()
{
	local reason=$1

	shift
	token "$@"
	sudo_as tess "" id -u
	is "gate: NOPASSWD is refused, $reason" test "$status" = 1
	is "gate: the log says $reason" \
	    logged "sudo.*refused: phase=account reason=$reason"
}
refuses token-expired --iat -7200 --exp -3600
refuses token-future --iat +3600 --nbf +3600 --exp +7200
refuses token-issuer --issuer https://other.example.attest.azure.net
refuses token-type --kind sgx
refuses token-key --signer next
refuses token-signature --late /secureboot=true --set /secureboot=false
refuses jws-algorithm --alg none
gate host_max_age=5m
refuses token-old --iat -600
gate host_policy_hash="$(python3 "$TOKEN" policy-hash 'version= 1.0;')"
refuses token-policy
gate
rm "$W/token"
sudo_as tess "" id -u
is "gate: NOPASSWD without a token is refused" test "$status" = 1
token
sed -i '/!authenticate/d' /etc/sudoers

gate host_phase=both
token --set /secureboot=false
: >"$W/key.trace"
sudo_as tess "" id -u
is "gate: sudo with a key and a changed claim is refused" test "$status" = 1
is "gate: auth says so" logged 'sudo.*refused: phase=auth reason=token-claim'
is "gate: no key is asked" test ! -s "$W/key.trace"
token
sudo_as tess 'must PIN
	send "4321\r"' id -u
is "gate: sudo with a key and a good token" test "$status" = 0
is "gate: both phases are in the log" \
    times 2 'accepted: phase=.* host=azurevm' "$W/log"
conf

# By standard input, as scripts do.
: >"$W/log"
key desk --pin 4321
conf user_verification=required
# shellcheck disable=SC2046
timeout 15 $(as_user tess) sudo -S id -u <<<4321 >"$W/out" 2>&1
is "sudo -S reads the PIN from standard input" test $? = 0
conf
key_stop
is "nothing is left over" wait_for 3 not leftovers
