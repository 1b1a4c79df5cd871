# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Keys that behave badly: each kind is a denial, never a crash or a hang.

# Only for registrations; a login never sees them.
registration_only="at-clear huge-credential-id wrong-aaguid wrong-algorithm
    off-curve-key unknown-format enterprise-unasked repeat-credential"
# Only for logins.
login_only="counter-back wrong-credential"
# No defect of the first credential: see the cases "formats", "registration".
harmless="enterprise-unasked repeat-credential"

in_list()
{
	grep -qw -- "$1" <<<"$2"
}

# A denial that was decided, not one that came from a process that died: the
# process of the device said what was wrong (with a CTAP status, if only 0).
is_decided()
{
	! grep -E 'reason=(peer-gone|peer-silent|internal|sandbox|message)' \
	    "$D/out" &&
	    ! grep 'reason=device-failed' "$D/out" |
	    grep -vE 'text="[^"]*\('
}

misbehave_at_login()
{
	local kind=$1

	if [ "$kind" = counter-back ]; then
		rekey desk --uv=ok
		host -- auth
	fi
	rekey desk --uv=ok --misbehave "$kind" || return
	host -- auth
	is "$kind at login is a denial ($code)" \
	    grep -Eqx "AUTH_ERR|AUTHINFO_UNAVAIL" <<<"$code"
	is "$kind at login does not hang" test "$elapsed" -lt 5000
	is "$kind at login: decided, one audit line, process unchanged" \
	    is_sound
}

is_sound()
{
	is_decided && test "$(grep -c 'refused: phase=auth' "$D/out")" = 1 &&
	    ! grep -q '^changed' "$D/out"
}

fresh
key desk
enroll_or_stop alice desk desk
plug desk
conf timeout=2 user_verification=required
rekey desk --uv=ok
login "without misbehaviour" SUCCESS

for kind in $("$SOFTKEY" --misbehave list | awk '{ print $1 }'); do
	in_list "$kind" "$registration_only" || misbehave_at_login "$kind"
done
is "there are at least ten kinds" \
    test "$("$SOFTKEY" --misbehave list | wc -l)" -ge 10
rekey desk --uv=ok
login "the same key with good manners again" SUCCESS
is "no process is left over" gone

# reason_of KIND: what a registration is refused for. The verifier finds what is
# in authenticator data and statement, the device process all the rest.
reason_of()
{
	case $1 in
	wrong-rpidhash) echo rp-id-hash ;;
	up-clear) echo up-missing ;;
	uv-clear) echo uv-missing ;;
	at-clear) echo authdata-flags ;;
	bad-signature) echo statement-signature ;;
	empty-signature) echo statement-malformed ;;
	huge-credential-id) echo credential-id ;;
	wrong-aaguid) echo aaguid-mismatch ;;
	wrong-algorithm) echo cose-algorithm ;;
	off-curve-key) echo cose-not-on-curve ;;
	unknown-format) echo format-unknown ;;
	silent | wrong-channel | endless-keepalive) echo timeout ;;
	*) echo device-failed ;;
	esac
}

# The same at registration: refused, and nothing is stored.
for kind in $("$SOFTKEY" --misbehave list | awk '{ print $1 }'); do
	in_list "$kind" "$login_only $harmless" && continue
	fresh
	conf timeout=2 user_verification=required
	key desk --uv=ok --misbehave "$kind" || continue
	begin=${EPOCHREALTIME/./}
	enroll bob desk bad
	enrolled=$?
	elapsed=$(((${EPOCHREALTIME/./} - begin) / 1000))
	is "$kind at registration is refused" \
	    test $enrolled = 1 -o $enrolled = 2
	is "$kind at registration: the reason is $(reason_of "$kind")" \
	    grep -q "($(reason_of "$kind"))" "$D/out"
	is "$kind at registration stores nothing" \
	    test -z "$(find "$D/credentials.d" -name 'bob*')"
	is "$kind at registration does not hang" test "$elapsed" -lt 8000
done
is "no process is left over" gone

finish
