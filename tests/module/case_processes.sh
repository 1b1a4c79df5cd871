# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The verifier and the authenticator processes: missing, killed, stopped,
# or speaking nonsense.

verifier=$ATT_PROGRAMS/pam_attest-verifier
authenticator=$ATT_PROGRAMS/pam_attest-authenticator

# Processes of a program that this user runs.
pids_of()
{
	pgrep -u "$(id -u)" -f "^$1" | sort -n
}

# in_namespace COMMANDS: pamhost behind a private mount namespace in which
# these commands, with mounts, have been run first.
in_namespace()
{
	printf '#!/bin/sh\n%s\nexec "$@"\n' "$1" >"$D/namespace"
	chmod 700 "$D/namespace"
	prefix=(unshare --user --map-root-user --mount "$D/namespace")
}

fresh
key desk
enroll_or_stop alice desk desk
plug desk
login "everything in its place" SUCCESS

if ! unshare --user --map-root-user --mount true 2>/dev/null; then
	skip "no user namespaces here" "programs missing or replaced"
else
	mkdir "$D/empty"
	in_namespace "mount --bind $D/empty $ATT_PROGRAMS"
	login "the verifier is missing" SYSTEM_ERR
	is "missing: the log names the program" says log "$verifier"
	: >"$D/not-a-program"
	in_namespace "mount --bind $D/not-a-program $verifier"
	login "the verifier is not executable" SYSTEM_ERR
	in_namespace "mount --bind $D/not-a-program $authenticator"
	host -- auth
	is "the authenticator program is not executable: a denial ($code)" \
	    test "$code" = SYSTEM_ERR -o "$code" = AUTHINFO_UNAVAIL
	is "it does not hang" test "$elapsed" -lt 3000
	in_namespace "mount --bind /bin/false $verifier"
	login "another program in the verifier's place" SYSTEM_ERR
	in_namespace "mount --bind /bin/false $authenticator"
	host -- auth
	is "another program in the authenticator's place: a denial ($code)" \
	    test "$code" = SYSTEM_ERR -o "$code" = AUTHINFO_UNAVAIL
	is "it does not hang" test "$elapsed" -lt 3000

	in_namespace "mount --bind $FAKE_VERIFIER $verifier"
	user=examine
	login "the verifier inherits nothing" SUCCESS
	login "the verifier inherits nothing from a host without stdio" \
	    SUCCESS --close-stdio
	login "the verifier inherits no ignored signal" SUCCESS \
	    --sigchld ignore --interrupt 5000
	for mode in $("$FAKE_VERIFIER" list); do
		user=$mode
		case $mode in
		silent | stop)
			# The deadline is longer than a test may take: Ctrl-C.
			host --interrupt 300 -- auth
			is "a verifier in mode $mode and Ctrl-C: a denial ($code)" \
			    grep -Eqx "AUTH_ERR|SYSTEM_ERR" <<<"$code"
			is "$mode: soon" test "$elapsed" -lt 4000
			;;
		denial-first)
			login "a verifier with two decisions: the first counts" \
			    AUTH_ERR
			;;
		descriptor)
			host -- auth
			is "a verifier that passes a descriptor: it is closed" \
			    test "$code" != SUCCESS -a \
			    -z "$(grep '^changed' "$D/out")"
			;;
		*)
			login "a verifier that sends: $mode" SYSTEM_ERR
			is "$mode: no hang" test "$elapsed" -lt 3000
			;;
		esac
	done
	prefix=()
	user=alice
fi
is "no process is left over" gone

# Killed and stopped while the key waits for its touch.
rekey desk --touch never
conf timeout=20

# while_waiting SIGNAL PROGRAM: sends it once the key has been asked.
while_waiting()
{
	local before
	before=$(grep -c ' in .*GetAssertion' "$D/desk.trace")
	(
		wait_for 5 still_more_than "$before" &&
		    pids_of "$2" | xargs -r kill "-$1"
	) &
}

still_more_than()
{
	test "$(grep -c ' in .*GetAssertion' "$D/desk.trace")" -gt "$1" &&
	    sleep 0.2
}

while_waiting KILL "$verifier"
login "the verifier is killed" SYSTEM_ERR
is "the verifier is killed: no need to wait" test "$elapsed" -lt 5000
is "the verifier is killed: nothing is left over" gone

while_waiting KILL "$authenticator"
host -- auth
is "the authenticator processes are killed: a denial ($code)" \
    grep -Eqx "AUTH_ERR|AUTHINFO_UNAVAIL|SYSTEM_ERR" <<<"$code"
is "the authenticator processes are killed: no need to wait" \
    test "$elapsed" -lt 5000
is "the authenticator processes are killed: nothing is left over" \
    gone

conf timeout=1
while_waiting STOP "$verifier"
host_limit=40
host -- auth
host_limit=15
is "the verifier is stopped: a denial ($code)" \
    grep -Eqx "SYSTEM_ERR|AUTH_ERR" <<<"$code"
is "the verifier is stopped: denied soon after the timeout" \
    test "$elapsed" -lt 20000
is "the verifier is stopped: nothing is left over" gone

while_waiting STOP "$authenticator"
host -- auth
is "the authenticator processes are stopped: a denial ($code)" \
    grep -Eqx "SYSTEM_ERR|AUTH_ERR|AUTHINFO_UNAVAIL" <<<"$code"
is "the authenticator processes are stopped: denied after the timeout" \
    test "$elapsed" -lt 6000
pids_of "$authenticator" | xargs -r kill -CONT
is "the authenticator processes go on: nothing is left over" gone

# The application dies: nothing of ours outlives it.
conf timeout=20
"$PAMHOST" "$D/pam.d" plain alice auth >"$D/out" 2>&1 </dev/null &
victim=$!
is "a login waits for its touch" wait_for 5 grep -q '^info' "$D/out"
kill -KILL "$victim"
wait "$victim" 2>/dev/null
is "the application is killed: nothing is left over" gone

# What one login may hold.
rekey desk
conf
prefix=(prlimit --nofile=16)
host -- auth
is "few descriptors: decided or denied ($code)" \
    grep -Eqx "SUCCESS|SYSTEM_ERR|AUTH_ERR|AUTHINFO_UNAVAIL" <<<"$code"
prefix=(prlimit --nofile=5)
host -- auth
is "very few descriptors: a denial, no crash ($code)" \
    grep -Eqx "SYSTEM_ERR|SERVICE_ERR|AUTH_ERR|AUTHINFO_UNAVAIL|ABORT" \
    <<<"$code"
prefix=()

finish
