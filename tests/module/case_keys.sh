# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Several keys, several credentials, and devices that are none.

fresh
key desk
key spare
enroll_or_stop alice desk desk
enroll_or_stop alice spare spare

rekey desk --touch never
rekey spare --touch 300
plug desk spare
forget_traces
login "two keys, the second is touched" SUCCESS
is "the audit line names the one that was touched" audit 'label="spare"'
is "both were asked" asked desk GetAssertion
is "the other one was cancelled" \
    wait_for 2 grep -q " in .*CANCEL" "$D/desk.trace"
is "each key had one GetAssertion that wants a touch" \
    test "$(cat "$D"/*.trace | grep ' in .*GetAssertion' |
    grep -vc 'up=0')" = 2

rekey desk --touch 300
rekey spare --touch never
login "two keys, the first is touched" SUCCESS
is "the audit line names the first" audit 'label="desk"'
is "the second was cancelled" \
    wait_for 2 grep -q " in .*CANCEL" "$D/spare.trace"

rekey desk --touch never
rekey spare --touch never
conf timeout=1
login "two keys, no touch" AUTH_ERR
is "two keys, no touch: it ends once, at the timeout" \
    test "$elapsed" -lt 2500

rekey spare
key_stop desk
key stranger
plug stranger spare
conf
login "a stranger's key beside a registered one" SUCCESS
is "a stranger's key does not count" audit 'label="spare"'
key_stop spare
login "a stranger's key alone" AUTH_ERR
is "a stranger's key alone: the log says so" audit reason=wrong-authenticator

# A key that behaves badly does not keep the good one out.
rekey spare
for fault in silent noise disconnect; do
	rekey stranger --misbehave "$fault"
	plug stranger spare
	login "a good key beside a $fault one" SUCCESS
done
key_stop stranger

# Many credentials, asked for at once.
fresh
for i in 1 2 3 4 5 6 7 8 9; do
	key "k$i"
	enroll_or_stop alice "k$i" "label $i"
	key_stop "k$i"
done
key k5
plug k5
forget_traces
login "nine credentials, one key" SUCCESS
is "nine credentials: the right one is found" audit 'label="label 5"'
is "nine credentials: asked for in one list" asked k5 "GetAssertion.* list=9"
is "nine credentials: three requests in all" \
    test "$(grep -c ' in ' "$D/k5.trace")" = 3
rekey k5 --max-creds-in-list 4
login "nine credentials, a key that takes four at a time" SUCCESS

# Unplugged while it waits.
rekey k5 --touch never
conf timeout=10
(
	sleep 0.5
	kill "${key_pid[k5]}"
) &
login "unplugged while it waits" AUTH_ERR
wait $!
is "unplugged while it waits: no need to wait for the timeout" \
    test "$elapsed" -lt 5000

# Paths that are not devices.
conf timeout=2
touch "$D/regular"
mkdir "$D/folder"
mkfifo "$D/fifo"
for thing in regular folder fifo ../../../../../../dev/null missing; do
	plug "$thing"
	host -- auth
	is "device = ${thing##*/} is a denial" \
	    test "$code" = AUTHINFO_UNAVAIL -o "$code" = AUTH_ERR
	is "device = ${thing##*/} does not hang" test "$elapsed" -lt 4000
done
plug k1 k2 k3
login "three devices that are gone" AUTHINFO_UNAVAIL

is "no process is left over" gone
finish
