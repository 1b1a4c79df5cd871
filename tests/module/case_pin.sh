# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# PIN and built-in verification of the user.

# A key with a PIN, registered, and the verification that logins want.
with_pin()
{
	fresh
	key desk
	enroll_or_stop alice desk desk
	key_stop desk
	key desk --pin 4321 "$@"
	plug desk
}

prompts()
{
	grep -c '^prompt' "$D/out"
}

with_pin
conf user_verification=required
login "required, right PIN" SUCCESS --answer 4321
is "required: UV is in the audit line" audit uv=1
is "required: asked once, without echo" \
    test "$(prompts) $(grep -c '^prompt ' "$D/out")" = "1 1"
is "the prompt does not look like a password prompt" \
    quiet prompt "^ *[Pp]assword:? *$"
is "the PIN is in no line of the log" quiet log 4321

login "required, wrong PIN" AUTH_ERR --answer 9999 --answer 4321
is "wrong PIN: the log says so" audit reason=pin-invalid
is "wrong PIN: one attempt a login" test "$(prompts)" = 1
is "wrong PIN: the PIN is in no line of the log" quiet log 9999
login "the right PIN after a wrong one" SUCCESS --answer 4321

forget_traces
login "an empty PIN" AUTH_ERR --answer ""
is "an empty PIN is not sent to the key" \
    not asked desk "getPinToken\|getPinUvAuthToken"
login "a PIN of three characters" AUTH_ERR --answer 123
is "a PIN of three characters is not sent to the key" \
    not asked desk "getPinToken\|getPinUvAuthToken"
forget_traces
login "a PIN of 64 characters" AUTH_ERR --answer \
    "$(printf '%064d' 0)"
is "a PIN of 64 characters is not sent to the key" \
    not asked desk "getPinToken\|getPinUvAuthToken"
host --answer "$(printf '%05000d' 0)" -- auth
is "a PIN of 5000 characters is a denial ($code)" \
    grep -Eqx "AUTH_ERR|CONV_ERR" <<<"$code"
login "none of them burnt a try" SUCCESS --answer 4321
is "no warning while all tries are left" \
    quiet "prompt|info|error" "[0-9] (more )?(tries|attempts)"

login "the conversation fails at the PIN" CONV_ERR --refuse
conf user_verification=required timeout=1
login "thinking about the PIN is not waiting for a touch" SUCCESS \
    --answer 4321 --hold 1600

# Five wrong ones: three are left, and the person is told before the next.
conf user_verification=required
for try in 1 2 3 4 5; do
	rekey desk
	host --answer 0000 -- auth
done
is "the fifth wrong PIN is refused" test "$code" = AUTH_ERR
rekey desk
host --answer 0000 -- auth
is "before the last three tries the number is shown" \
    test -n "$(sed '/^prompt/q' "$D/out" | grep -E '^(info|error|prompt) .*3')"
for try in 7 8; do
	rekey desk
	host --answer 0000 -- auth
done
is "the last wrong PIN is refused" test "$code" = AUTH_ERR
rekey desk
login "a blocked PIN" AUTH_ERR --answer 4321
is "a blocked PIN: the log says so" audit reason=pin-blocked
is "a blocked PIN: nothing is asked" test "$(prompts)" = 0
is "a blocked PIN: what to do" says error "[Bb]locked.*([Rr]eset|fido2-token)"

# Three wrong ones in a row, without unplugging.
with_pin
conf user_verification=required
for try in 1 2 3; do
	host --answer 0000 -- auth
done
login "three wrong PINs without unplugging" AUTH_ERR --answer 4321
is "three wrong PINs: the key wants to be unplugged" \
    says error "([Rr]emove|[Uu]nplug|[Rr]econnect|[Pp]ull|again)"

# Whose PIN is it? Only the owner's, and only of a registered key.
with_pin
conf user_verification=required
key stranger --pin 1111
plug stranger
login "a stranger's key with a PIN" AUTH_ERR --answer 1111
is "a stranger's key: its PIN is not asked for" test "$(prompts)" = 0
is "a stranger's key: the log says so" audit reason=wrong-authenticator
plug stranger desk
login "a stranger's key and the registered one, both with a PIN" SUCCESS \
    --answer 4321
is "a stranger's key beside it: one PIN is asked for" \
    test "$(prompts)" = 1
key_stop stranger
conf
key spare
enroll_or_stop alice spare spare
rekey spare --pin 4321
plug desk spare
conf user_verification=required
login "two registered keys with the same PIN" SUCCESS \
    --answer 4321 --answer 4321
is "two registered keys: at most one PIN for each" \
    test "$(prompts)" -le 2
key_stop spare

# What the options mean.
with_pin
conf user_verification=discouraged
login "discouraged" SUCCESS
is "discouraged: no PIN is asked though there is one" test "$(prompts)" = 0
conf user_verification=preferred
login "preferred, registered without verification" SUCCESS --answer 4321

with_pin --uv-not-required
conf user_verification=required
login "required, as a module always asks" SUCCESS --answer 4321

# Registered with verification.
fresh
conf user_verification=required self_enroll=always
key desk --pin 4321
plug desk
user=$(id -un)
try "registration with a PIN" SUCCESS chauthtok --answer 4321 \
    --answer 4321
conf user_verification=preferred
login "preferred, registered with a PIN, right PIN" SUCCESS --answer 4321
is "preferred: UV is in the audit line" audit uv=1
rekey desk --misbehave uv-clear
login "preferred, registered with a PIN, UV flag clear" AUTH_ERR --answer 4321
is "UV flag clear: the log says so" audit reason=uv-missing
user=alice

# Without a PIN and without built-in verification.
fresh
key desk
enroll_or_stop alice desk desk
plug desk
conf user_verification=required
login "required, a key that cannot verify anybody" AUTH_ERR
is "a key that cannot verify: the log says so" audit reason=pin-not-set
is "a key that cannot verify: what to do" says error "PIN"
conf user_verification=preferred
login "preferred, a key that cannot verify anybody" SUCCESS

# Built-in verification.
rekey desk --uv=ok
conf user_verification=required
login "built-in verification" SUCCESS
is "built-in verification: nothing is asked" test "$(prompts)" = 0
is "built-in verification: UV is in the audit line" audit uv=1
rekey desk --uv=fail
login "built-in verification fails" AUTH_ERR
is "built-in verification fails: the user is told" says error .
rekey desk --uv=ok --misbehave uv-clear
login "built-in verification, UV flag clear" AUTH_ERR
is "built-in verification, UV flag clear: the log says so" \
    audit reason=uv-missing

finish
