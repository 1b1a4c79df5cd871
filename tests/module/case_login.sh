# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Logins that are accepted, what is said meanwhile, and what is logged.

fresh
is "a key is plugged in" key desk
is "a certified key is registered" enroll alice desk "desk key"
is "the store has one file for the user, nobody else can write it" \
    test "$(find "$D/credentials.d" -type f -name alice -perm /022 -o \
    -type f -name alice | wc -l)" = 1
plug desk

login "a registered key, touched" SUCCESS
is "the audit line says who, where and with what" \
    audit "accepted: phase=auth" 'service="plain"' 'user="alice"' 'rhost=""' \
    'reason=ok' 'label="desk key"' aaguid= format=packed anchor= up=1 uv=0 \
    counter=
is "there is one audit line" \
    test "$(grep -c '^log .*phase=auth' "$D/out")" = 1
is "the audit line names the model as its certificate does" \
    audit 'aaguid=736f6674-6b65-4979-8000-000000000001'
is "no line has another facility than authpriv" quiet log "not-authpriv"
is "a cue says when to touch" says info "[Tt]ouch"
is "nothing is asked" quiet prompt .

forget_traces
login "the same key again" SUCCESS
is "the key had three requests: INIT, GetInfo, GetAssertion" \
    test "$(grep -c ' in ' "$D/desk.trace")" = 3
is "one of them is GetAssertion" \
    test "$(grep -c ' in .*GetAssertion' "$D/desk.trace")" = 1

login "PAM_SILENT" SUCCESS --silent
is "PAM_SILENT does not hide the cue" says info "[Tt]ouch"

conf cue=no
login "cue = no" SUCCESS
is "cue = no hides the cue" quiet info "[Tt]ouch"

conf debug=yes
login "debug = yes" SUCCESS
is "debug = yes logs more" says "log debug" .

conf
service arguments "conf=$D/conf" cue=no
service=arguments
login "a module argument" SUCCESS
is "a module argument wins over the file" quiet info "[Tt]ouch"
service=plain

rekey desk --touch 400
login "a touch that takes a while" SUCCESS
is "the login waited for it" test "$elapsed" -ge 400

rekey desk --latency 2
login "a slow bus" SUCCESS

key_stop desk
fresh
is "a second key is plugged in" key long --credential-id-length 1023
is "a credential ID as long as WebAuthn allows is registered" \
    enroll alice long long
plug long
login "with a credential ID of 1023 bytes" SUCCESS

fresh
"$SOFTKEY" --make-ca "$D/chain" --intermediate >/dev/null
cp "$D/chain/ca.pem" "$D/roots.d/ca.pem"
chmod 600 "$D/roots.d/ca.pem"
key_foreign chained --attestation-key "$D/chain/attestation.key" \
    --attestation-chain "$D/chain/attestation.pem"
is "a key certified through an intermediate is registered" \
    enroll alice chained chained
plug chained
login "a key certified through an intermediate" SUCCESS
key_stop chained

finish
