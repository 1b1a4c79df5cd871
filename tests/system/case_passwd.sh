# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The real passwd: people register keys themselves where that is allowed.

rm -f "$W"/credentials.d/*
service passwd <<'EOT'
password required MODULE
EOT

passwd_as()
{
	local user=$1

	shift
	: >"$W/log"
	# shellcheck disable=SC2046
	on_terminal 15 'expect {
		-re "(Label|label|Name|name).*: " {
			send "mine\r"
			exp_continue
		}
		eof {}
		timeout {exit 124}
	}
	lassign [wait] pid id error code
	exit $code' $(as_user "$user") passwd "$@"
}

conf
key fresh-one
passwd_as bob
is "self_enroll = never: passwd is refused" test "$status" != 0
is "never: the log says so" logged 'reason=self-enroll-refused'
is "never: nothing is stored" test ! -e "$W/credentials.d/bob"

conf self_enroll=first
passwd_as bob
is "self_enroll = first: bob registers a key" test "$status" = 0
is "first: it is stored" test -e "$W/credentials.d/bob"
is "first: the log says so" logged 'accepted: phase=password .*user="bob"'
is "first: nobody else may write it" \
    test -z "$(find "$W/credentials.d/bob" -perm /022)"
is "first: it belongs to root" \
    test "$(stat -c %U "$W/credentials.d/bob")" = root

usual_sudo
sudo_as bob "" id -u
is "bob logs in with it" test "$status" = 0

key second
passwd_as bob
is "first: bob may not register another one" test "$status" != 0
is "first: there is still one" \
    times 1 "attestation_object" "$W/credentials.d/bob"

passwd_as bob tess
is "bob may not register a key for tess" test "$status" != 0
is "nothing is stored for tess" test ! -e "$W/credentials.d/tess"
passwd_as root tess
is "root registers a key for tess" test "$status" = 0
is "it is stored" test -e "$W/credentials.d/tess"
is "nothing is left over" wait_for 3 not leftovers
