# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The same through pamtester and pam_wrapper, as an administrator would try.

if ! command -v pamtester >/dev/null; then
	skip "pamtester is not installed" "logins through pamtester"
	finish
	return
fi

fresh
key desk
enroll_or_stop alice desk desk
plug desk
is "pamtester: a login" tester authenticate </dev/null
is "pamtester says so" grep -q "successfully authenticated" "$D/out"
is "pamtester shows the cue" grep -qi touch "$D/out"
is "pamtester: setcred and session" \
    tester authenticate setcred open_session close_session </dev/null
tester_options=(-I rhost=192.0.2.1)
is "pamtester: a remote caller is denied" not tester authenticate </dev/null
tester_options=()

key_stop desk
is "pamtester: no key, no login" not tester authenticate </dev/null
key other
plug other
is "pamtester: another key, no login" not tester authenticate </dev/null
key_stop other

key desk --pin 4321
plug desk
conf user_verification=required
is "pamtester: a login with a PIN" tester authenticate <<<4321
is "pamtester: a wrong PIN" not tester authenticate <<<9999
conf
mv "$D/roots.d/ca.pem" "$D/ca.pem"
is "pamtester: the anchor is withdrawn" not tester authenticate </dev/null

finish
