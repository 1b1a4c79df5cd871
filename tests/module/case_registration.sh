# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Registration in the password phase (pam_chauthtok).

me=$(id -un)

# How often the key was asked for what.
count()
{
	grep -c " in .*$2" "$D/$1.trace"
}

stored()
{
	"$ATTESTCTL" --config "$D/conf" list --json "$user" 2>/dev/null |
	    grep -o '"label"' | wc -l
}

start()
{
	fresh
	key desk
	plug desk
	conf "$@"
	user=$me
}

start
try "self_enroll is never by default" PERM_DENIED chauthtok
is "never: the log says so" audit "phase=password" reason=self-enroll-refused
is "never: the user is told whom to ask" says error "[Aa]dministrator"
is "never: the key is not asked" not asked desk
is "never: nothing is stored" test "$(stored)" = 0
conf self_enroll=never
enroll_or_stop "$me" desk desk
try "never, with a credential" PERM_DENIED chauthtok

start self_enroll=first
try "self_enroll = first, no credential yet" SUCCESS chauthtok \
    --answer first
is "first: a credential is stored" test "$(stored)" = 1
is "first: the audit line says so" audit "accepted: phase=password" format=packed
is "first: it says who registered it" \
    grep -Eq 'enrolled_by="?self' "$D/credentials.d/$me"
login "the new key logs in" SUCCESS
key_stop desk
key second
plug second
try "self_enroll = first, with a credential" PERM_DENIED chauthtok
is "first, with a credential: still one" test "$(stored)" = 1

conf self_enroll=always

# With a credential: it is proven first.
plug second
forget_traces
try "always: the old key is not connected" AUTH_ERR chauthtok
is "always, the old key not connected: no credential was made" \
    not asked second MakeCredential
key desk
plug desk second
forget_traces
try "always: old and new key connected" SUCCESS chauthtok --answer second
is "always: the old key proved itself" asked desk "GetAssertion"
is "always: the proof came first" \
    test "$(cat "$D/desk.trace" "$D/second.trace" | sort |
    grep -E ' in .*(GetAssertion.* up=1|GetAssertion|MakeCredential)' |
    grep -v up=0 | head -1 | grep -c GetAssertion)" = 1
is "always: two are stored now" test "$(stored)" = 2
login "either logs in" SUCCESS

plug desk second
try "always: both keys are registered already" AUTHTOK_ERR chauthtok \
    --answer again
is "registered already: the user is told" says error "already"
is "registered already: still two" test "$(stored)" = 2

key third --touch never
plug desk third
conf self_enroll=always timeout=1
try "always: the new key is not touched" AUTH_ERR chauthtok --answer third
is "not touched: still two" test "$(stored)" = 2
rekey desk --touch never
rekey third
forget_traces
try "always: the proof is not given" AUTH_ERR chauthtok --answer third
is "the proof is not given: no credential was made" \
    not asked third MakeCredential
is "the proof is not given: still two" test "$(stored)" = 2

# A credential that is no longer accepted proves nothing.
rekey desk
mv "$D/roots.d/ca.pem" "$D/ca.pem"
try "always: the old credential is no longer accepted" CRED_EXPIRED chauthtok
mv "$D/ca.pem" "$D/roots.d/ca.pem"

# What allowed a registration has to hold when it is stored, not only when it
# began: the person may take minutes to touch the key.
overtaken()
{
	key_stop desk
	key desk --touch 1500
	key other
	sed "/^device/d; \$a device = $D/other" "$D/conf" >"$D/conf.other"
	chmod 600 "$D/conf.other"
	(
		sleep 0.6
		"$ATTESTCTL" --config "$D/conf.other" enroll "$me" \
		    --label administrator </dev/null >"$D/other.out" 2>&1
	) &
	overtaker=$!
	try "$1, overtaken by an administrator" PERM_DENIED chauthtok
	wait "$overtaker"
	is "$1, overtaken: only the administrator's key is stored" \
	    test "$(stored)" = 1
	is "$1, overtaken: the log says so" \
	    audit "phase=password" reason=self-enroll-refused
}

start self_enroll=first
overtaken "self_enroll = first"
start self_enroll=always
overtaken "self_enroll = always"

# The exclude list is a request to the key, and one may ignore it.
start
enroll_or_stop "$me" desk desk
rekey desk --misbehave repeat-credential
enroll "$me" desk again
is "a credential that comes again is refused" test $? = 1
is "a credential that comes again: the reason is told" \
    grep -q "(store-duplicate)" "$D/out"
is "a credential that comes again: still one" test "$(stored)" = 1

# What is not accepted is not registered.
refused_kind()
{
	local what=$1

	shift
	start self_enroll=first
	key_stop desk
	key_foreign fake "$@"
	plug fake
	host --answer fake -- chauthtok
	is "$what is not registered ($code)" \
	    test "$code" != SUCCESS -a "$code" != IGNORE
	is "$what: nothing is stored" test "$(stored)" = 0
	is "$what: the user learns the reason" says error .
}

"$SOFTKEY" --make-ca "$D/../foreign.$$" --ca-name Foreign >/dev/null
refused_kind "a self-attested key" --format packed-self
refused_kind "a key without attestation" --format none
refused_kind "a key of a foreign CA" \
    --attestation-key "$D/../foreign.$$/attestation.key" \
    --attestation-chain "$D/../foreign.$$/attestation.pem"
refused_kind "a key with another model than its certificate's" \
    --attestation-key "$ATT_CA/attestation.key" \
    --attestation-chain "$ATT_CA/attestation.pem" \
    --aaguid 00000000-0000-0000-0000-000000000001
rm -rf "$D/../foreign.$$"

# Root may always.
start
if unshare --user --map-root-user true 2>/dev/null; then
	prefix=(unshare --user --map-root-user)
	user=alice
	try "root registers a key for somebody" SUCCESS chauthtok \
	    --answer label
	is "root: a credential is stored" test "$(stored)" = 1
	is "root: it says who registered it" \
	    grep -Eq 'enrolled_by="?root' "$D/credentials.d/alice"
	prefix=()
	login "the user logs in with it" SUCCESS
	try "the user may not replace it" PERM_DENIED chauthtok
else
	skip "no user namespaces here" "root registers a key for somebody"
fi

# Two registrations at once: both records or one clear refusal, no torn file.
start self_enroll=always
for i in 1 2 3 4; do
	key "k$i"
	sed "/^device/d; \$a device = $D/k$i" "$D/conf" >"$D/conf.$i"
	chmod 600 "$D/conf.$i"
done
for i in 1 2 3 4; do
	"$ATTESTCTL" --config "$D/conf.$i" enroll alice --label "k$i" \
	    >"$D/at-once.$i" 2>&1 </dev/null &
	racers[i]=$!
done
done_well=0
for i in 1 2 3 4; do
	wait "${racers[i]}" && done_well=$((done_well + 1))
done
user=alice
is "four registrations at once: as many records as were accepted" \
    test "$(stored)" = "$done_well" -a "$done_well" -gt 0
plug k1 k2 k3 k4
login "after four registrations at once" SUCCESS

# Records of SSH keys have another form.
start self_enroll=first rp_id=ssh:work
try "an RP ID of SSH keys registers nothing" SERVICE_ERR chauthtok
is "an RP ID of SSH keys: the log says what to do" \
    audit reason=conf-value 'is for SSH keys, which attestctl ssh enroll'
is "an RP ID of SSH keys: the key is not asked" not asked desk
key_stop desk

finish
