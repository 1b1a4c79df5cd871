# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# A device that has taken over its process: whatever that tells the verifier,
# it is a denial.

authenticator=$ATT_PROGRAMS/pam_attest-authenticator

fresh
key desk
enroll_or_stop alice desk desk
key_stop desk
conf timeout=1
if ! unshare --user --map-root-user --mount true 2>/dev/null; then
	skip "no user namespaces here" "processes that have been taken over"
	finish
	return
fi
printf '#!/bin/sh\nmount --bind %s %s && exec "$@"\n' "$FAKE_AUTHENTICATOR" \
    "$authenticator" >"$D/namespace"
chmod 700 "$D/namespace"
prefix=(unshare --user --map-root-user --mount "$D/namespace")

# An attack is over when the verifier says so, in one line, by itself.
is_denied()
{
	grep -Eqx "AUTH_ERR|AUTHINFO_UNAVAIL|SYSTEM_ERR" <<<"$code" &&
	    test "$(grep -c '^log .*refused: phase=auth' "$D/out")" = 1 &&
	    ! grep -Eq '^changed|<0x' "$D/out"
}

for mode in $("$FAKE_AUTHENTICATOR" list); do
	plug "$mode"
	host -- auth
	is "$mode: a denial ($code)" is_denied
	is "$mode: no hang" test "$elapsed" -lt 4000
done
plug answer-forged
host -- auth
is "a forged answer fails at its signature, and nowhere before" \
    audit reason=assertion-signature
plug answer-other
host -- auth
is "an answer for another credential: the log says so" \
    audit reason=assertion-credential
is "no process is left over" gone

# Registration: what it returns is judged, too.
conf timeout=1 self_enroll=always
plug answer-result
user=$(id -un)
host -- chauthtok
is "a registration by such a process is a denial ($code)" \
    test "$code" != SUCCESS -a "$code" != IGNORE
is "nothing is stored" \
    test -z "$(find "$D/credentials.d" -name "$user*")"
prefix=()

# The real one again.
user=alice
key desk
plug desk
conf
login "the real program in its place" SUCCESS
is "no process is left over" gone

finish
