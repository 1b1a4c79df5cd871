# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Signature counters, WebAuthn section 6.1.1, kept per host.

start_with()
{
	fresh
	key desk "$@"
	enroll_or_stop alice desk desk
	plug desk
}

start_with --counter 100
before=$(cat "$D"/credentials.d/*)
login "the counter grows" SUCCESS
login "the counter grows again" SUCCESS
is "the counter is in the audit line" audit counter=102
is "the counter is kept in the state folder" \
    test -n "$(find "$D/state" -type f)"
is "the counter is not kept in the store" \
    test "$(cat "$D"/credentials.d/*)" = "$before"

rekey desk --counter-step 0
login "one more, then the counter stands still" SUCCESS
login "the counter stands still" AUTH_ERR
is "the counter stands still: the log says so" audit reason=counter
is "the counter stands still: the user is told" says error .
conf counter=warn
login "counter = warn" SUCCESS
is "counter = warn is a warning in the log" says "log warning" counter
conf counter=ignore
login "counter = ignore" SUCCESS
is "counter = ignore says nothing" quiet "log warning" counter
conf

rekey desk --misbehave counter-back
login "the counter goes back" AUTH_ERR
is "the counter goes back: the log says so" audit reason=counter
rekey desk --counter 50
login "the counter starts again from 50" AUTH_ERR
conf counter=warn
login "it starts again from 50, counter = warn" SUCCESS
conf
rekey desk --counter 60
login "a warning does not lower what is stored" AUTH_ERR
rekey desk --counter 1000
login "the counter jumps ahead" SUCCESS
rekey desk --counter 4294967295
login "the largest counter" SUCCESS
login "and then it overflows" AUTH_ERR

start_with --counter 0 --counter-step 0
login "a key without a counter" SUCCESS
login "a key without a counter, again" SUCCESS
is "a key without a counter: zero in the audit line" audit counter=0
rekey desk --counter 7
login "the key has a counter all of a sudden" SUCCESS
rekey desk --counter 0 --counter-step 0
login "and then none again" AUTH_ERR

start_with --counter 500
rekey desk --counter 400
login "below the counter of the registration, nothing stored yet" AUTH_ERR

# The state folder.
start_with
login "before the state is lost" SUCCESS
rm -rf "$D/state"
login "the state folder is gone" SUCCESS
is "it has been made anew" test -d "$D/state"
find "$D/state" -type f -exec sh -c 'echo nonsense >"$1"' _ {} \;
login "a malformed counter" SYSTEM_ERR
is "a malformed counter: the log names the file" says log "$D/state/"
rm -rf "$D/state"
: >"$D/state"
host -- auth
is "a state folder that is a file is a denial" \
    test "$code" = SERVICE_ERR -o "$code" = SYSTEM_ERR
rm "$D/state"
mkdir -m 500 "$D/state"
host -- auth
is "a state folder that cannot be written is a denial" \
    test "$code" = SERVICE_ERR -o "$code" = SYSTEM_ERR
chmod 700 "$D/state"
login "it can be written again" SUCCESS

# Two logins at once do not accept the same counter value twice.
for i in 1 2 3 4 5 6; do
	"$PAMHOST" "$D/pam.d" plain alice auth >"$D/at-once.$i" 2>&1 \
	    </dev/null &
	racers[i]=$!
done
for i in 1 2 3 4 5 6; do
	wait "${racers[i]}"
done
is "six logins at once: each is decided" \
    test "$(cat "$D"/at-once.* | grep -c '^result auth ')" = 6
is "six logins at once: no counter is accepted twice" \
    test -z "$(grep -ho 'accepted: .*counter=[0-9]*' "$D"/at-once.* |
    grep -o 'counter=.*' | sort | uniq -d)"
is "six logins at once: a refused one is busy or overtaken, nothing else" \
    test -z "$(grep -h 'refused: phase=' "$D"/at-once.* |
    grep -Ev 'reason=(device-busy|counter|timeout)')"

finish
