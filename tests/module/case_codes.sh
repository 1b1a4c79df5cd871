# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Every row of the table of return codes.

fresh
key desk
enroll_or_stop alice desk desk
plug desk

login "all checks passed" SUCCESS

# The user has no credential.
forget_traces
user=nobody-knows-me
login "a user without a credential" USER_UNKNOWN
is "a user without a credential: no key is asked" not asked desk
is "a user without a credential: the log says so" \
    audit "refused: phase=auth" reason=no-credential
cat >"$D/pam.d/optional" <<EOT
auth [success=ok user_unknown=ignore default=die] $ATT_MODULE conf=$D/conf
auth required pam_permit.so
EOT
service=optional
login "[user_unknown=ignore default=die] without a credential" SUCCESS
user=alice
mv "$D/roots.d/ca.pem" "$D/ca.pem"
login "[user_unknown=ignore default=die] with a refused one" CRED_EXPIRED
mv "$D/ca.pem" "$D/roots.d/ca.pem"
service=plain

# AUTH_ERR: the user may try again.
rekey desk --touch never
conf timeout=1
forget_traces
login "touch missing" AUTH_ERR
is "touch missing: the log says so" audit reason=timeout
is "touch missing: the user is told" says error "touched"
is "touch missing: it ends at the timeout" test "$elapsed" -lt 2500
is "touch missing: the key stops waiting" \
    wait_for 2 grep -q "CANCEL" "$D/desk.trace"

conf timeout=20
login "cancelled by Ctrl-C" AUTH_ERR --interrupt 300
is "cancelled: the log says so" audit reason=cancelled
is "cancelled: within a second" test "$elapsed" -lt 1300
login "cancelled before it began" AUTH_ERR --interrupt 0
is "cancelled before it began: within a second" test "$elapsed" -lt 1000

key_stop desk
key other
plug other
login "a key of somebody else" AUTH_ERR
is "a key of somebody else: the log says so" audit reason=wrong-authenticator
is "a key of somebody else: the user is told" says error "not registered"

# AUTHINFO_UNAVAIL: no authenticator connected.
key_stop other
login "the only device is not there" AUTHINFO_UNAVAIL
is "the only device is not there: the log says so" \
    audit reason=no-authenticator
is "the only device is not there: the user is told" says error "[Cc]onnect"
plug
if [ -z "$(find /dev -maxdepth 1 -name 'hidraw*' -print -quit)" ]; then
	login "no device at all" AUTHINFO_UNAVAIL
else
	skip "this machine has HID devices" "no device at all"
fi

# CRED_EXPIRED: known, but no longer accepted.
key desk
plug desk
forget_traces
mv "$D/roots.d/ca.pem" "$D/ca.pem"
login "anchor withdrawn" CRED_EXPIRED
is "anchor withdrawn: the log names the check" says log anchor-unknown
is "anchor withdrawn: the user is told what to do" \
    says error "[Aa]dministrator"
is "anchor withdrawn: no key is asked for an assertion" \
    not asked desk GetAssertion
mv "$D/ca.pem" "$D/roots.d/ca.pem"

# PERM_DENIED: policy forbids. What the host gate refuses: case_host.sh.
user=$(id -un)
try "registration that policy forbids" PERM_DENIED chauthtok
user=alice

# Configuration, system, memory, conversation.
conf no_such_option=1
login "configuration wrong" SERVICE_ERR
is "configuration wrong: the user is told" says error "[Aa]dministrator"
conf
prefix=(prlimit --nproc=0)
login "no process can be started" SYSTEM_ERR
prefix=()
key_stop desk
key desk --uv-not-required --pin 1234
conf user_verification=required
login "the conversation fails" CONV_ERR --refuse
is "the conversation fails: the log says so" audit reason=conversation
conf

user=-
login "the user is not known yet" SUCCESS --answer alice --answer 1234
is "the user is asked for the name" says prompt-echo .
login "the user does not tell" CONV_ERR --refuse
user=alice

# The phases that decide nothing.
for phase in setcred reinitialize delete open close; do
	host -- "$phase" "$phase"
	is "$phase: SUCCESS" test "$code" = SUCCESS
	is "$phase: silent, twice, changing nothing" \
	    test "$(wc -l <"$D/out")" = 2
done
host --answer 1234 -- auth setcred open reinitialize close delete
is "a whole transaction" test "$(grep -c ' SUCCESS$' "$D/out")" = 6

# IGNORE is said once: account with the gate off.
cat >"$D/pam.d/ignore" <<EOT
account [ignore=1 default=die] $ATT_MODULE conf=$D/conf
account requisite pam_deny.so
account required pam_permit.so
EOT
service=ignore
try "account with host = off: IGNORE" SUCCESS acct
is "account with host = off says nothing" quiet "info|error|prompt" .
user=nobody-knows-me
try "account of a user without a credential: IGNORE" SUCCESS acct
user=alice
conf no_such_option=1
try "account with a wrong configuration" SERVICE_ERR acct
service=plain
conf

finish
