# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# A local authenticator is never asked for a remote caller.

fresh
key desk
enroll_or_stop alice desk desk
plug desk
forget_traces

for rhost in 192.0.2.1 127.0.0.1 ::1 localhost example.org "$(hostname)"; do
	login "PAM_RHOST $rhost" AUTHINFO_UNAVAIL --rhost "$rhost" \
	    --tty ssh
	is "PAM_RHOST $rhost: the log says so" audit reason=remote-caller \
	    "rhost=\"$rhost\""
	is "PAM_RHOST $rhost: the user is told" says error .
done
login "PAM_RHOST with a newline" AUTHINFO_UNAVAIL --rhost $'a\nb'
is "a newline does not reach the log" not grep -q '<0x' <(grep '^log' "$D/out")
login "PAM_RHOST of 1000 bytes" AUTHINFO_UNAVAIL \
    --rhost "$(printf '%01000d' 0)"

user=nobody-knows-me
login "a remote caller without a credential" AUTHINFO_UNAVAIL \
    --rhost 192.0.2.1
user=alice
conf self_enroll=always
try "a remote caller may not register" AUTHINFO_UNAVAIL chauthtok \
    --rhost 192.0.2.1
conf

service=ignore
cat >"$D/pam.d/ignore" <<EOT
account [ignore=1 default=die] $ATT_MODULE conf=$D/conf
account requisite pam_deny.so
account required pam_permit.so
EOT
try "account of a remote caller: IGNORE" SUCCESS acct --rhost 192.0.2.1
service=plain

is "the key was sent nothing at all" test ! -s "$D/desk.trace"
login "the same login without PAM_RHOST" SUCCESS

finish
