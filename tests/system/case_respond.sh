# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The key is where the person is: keyboard-interactive through the real sshd and
# the real ssh, and "attestctl respond" in the place of the person. What becomes
# of each wrong answer is tests/module/case_respond.sh.

. "$here/sshd.sh"

{
	watched auth "required MODULE"
	echo "account required pam_permit.so"
	echo "session required pam_permit.so"
} | service sshd
: >"$W/snapshots"
rm -f "$W"/credentials.d/*
cp "$W/ssh/user.pub" "$W/ssh/authorized"
sshd_begin "AuthorizedKeysFile $W/ssh/authorized"
conf
key respond
is "a key is registered for tess" enroll tess desk
# Nothing at this machine is to be asked from now on.
device=/dev/null
usual=(remote=respond remote_host=server.example.org)
conf "${usual[@]}"

# answers WORD...: what the person does, as a shell script; $line is the
# challenge that ssh shows.
mkdir -m 755 "$W/person"
answers()
{
	{
		echo '#!/bin/bash'
		echo "W=$W attestctl=$ATTESTCTL lines=$REMOTE_LINES"
		cat <<-'EOT'
			printf '%s\n--\n' "$1" >>"$W/person/shown"
			line=$(printf '%s\n' "$1" |
			    grep '^pam_attest-challenge-1\.') || exit 1
			respond()
			{
				"$attestctl" respond --device "$W/key" "$@" \
				    </dev/null 2>>"$W/person/client"
			}
			change()
			{
				python3 "$lines" "$@"
			}
		EOT
		echo "$*"
	} >"$W/person/askpass"
	chmod 755 "$W/person/askpass"
}

# from USER [ssh options]: runs "id -un" there, by $methods; fills $W/out and
# $status.
methods=keyboard-interactive
from()
{
	local user=$1

	shift
	: >"$W/log"
	: >"$W/person/shown"
	: >"$W/person/client"
	SSH_ASKPASS=$W/person/askpass SSH_ASKPASS_REQUIRE=force \
	    timeout $((20 * patience)) ssh -F none -p "$port" -l "$user" \
	    -i "$W/ssh/user" -o IdentitiesOnly=yes \
	    -o UserKnownHostsFile="$W/ssh/known" \
	    -o PreferredAuthentications="$methods" \
	    -o NumberOfPasswordPrompts=1 "$@" 127.0.0.1 id -un \
	    </dev/null >"$W/out" 2>&1
	status=$?
}

# kept_out WHAT REASON
kept_out()
{
	from tess
	is "$1: refused" test "$status" = 255
	is "$1: no command runs" not says '^tess$'
	is "$1: the log says why" \
	    logged "refused: phase=auth reason=$2 .*rhost=\"127.0.0.1\""
}

answers 'respond "$line" | tee "$W/person/response"'
from tess
is "a login with the key at the client" test "$status" = 0
is "it is tess" says '^tess$'
is "the log has the key, the touch and the address" logged \
    'accepted: phase=auth reason=ok .* up=1 .*rhost="127.0.0.1" label="desk"'
is "ssh shows one prompt" test "$(grep -c '^--$' "$W/person/shown")" = 1
is "and nothing before it" test \
    "$(head -1 "$W/person/shown" | cut -c -57)" = \
    "(tess@127.0.0.1) The security key has to answer from your"
is "ssh itself says nothing else" test "$(cat "$W/out")" = tess
is "the person is shown who, and where" \
    grep -q 'A login for "tess" on "server.example.org"' "$W/person/client"
is "nothing in sshd is changed" left_alone auth
from tess -o KbdInteractiveDevices=pam
is "once more" test "$status" = 0

answers 'cat "$W/person/response"'
kept_out "the same response twice" response-challenge
is "twice: ssh says what to do" says 'answers another challenge'
answers 'change answers "$line" <"$W/person/response"'
kept_out "the same, said to be for this attempt" assertion-signature
answers 'respond "$(echo "$line" | change text server.example.org evil.example.org)"'
kept_out "the answer for another host" response-challenge
is "another host: the person was shown it" \
    grep -q 'on "evil.example.org"' "$W/person/client"
answers 'respond "$(echo "$line" | change text tess bob)"'
kept_out "the answer for another user" response-challenge
answers 'respond "${line:0:100}x${line:101}" || echo none'
kept_out "an altered challenge" response-malformed
is "altered: the client says so" grep -q challenge-damaged "$W/person/client"
answers 'respond "$line" | sed "s/^\(.\{60\}\)\(.\)\(.\)/\1\3\2/"'
kept_out "an altered response" response-damaged
answers 'respond "$line" | change flip -1'
kept_out "another signature" assertion-signature
conf "${usual[@]}" remote_timeout=1
answers 'respond "$line"; sleep 1.2'
kept_out "a response that is late" response-late
conf "${usual[@]}" user_verification=required
answers 'respond "$(echo "$line" | change uv 2)" | change answers "$line"'
kept_out "a touch where a PIN is required" uv-missing
conf "${usual[@]}"
key stranger
answers 'respond "$line"'
from tess
is "somebody else's key has no answer" test "$status" = 255
is "the client says so" grep -q wrong-authenticator "$W/person/client"
device=$W/key
conf "${usual[@]}"
is "it is registered for bob" enroll bob desk
device=/dev/null
conf "${usual[@]}"
answers 'respond "$line" | tee "$W/person/response"'
from bob
is "bob logs in with it" says '^bob$'
answers 'change answers "$line" <"$W/person/response"'
kept_out "somebody else's signature" assertion-signature
key respond

from nobody-knows-me
is "an unknown user is asked nothing of the kind" \
    not grep -q challenge "$W/person/shown"
is "and is refused" test "$status" = 255

# After a key of SSH; the answer typed into the prompt of a terminal.
answers 'respond "$line"'
sshd_begin "AuthorizedKeysFile $W/ssh/authorized" \
    'AuthenticationMethods publickey,keyboard-interactive'
from tess
is "before the key of SSH nobody is asked" \
    test "$status" = 255 -a ! -s "$W/person/shown"
methods=publickey,keyboard-interactive
from tess
is "after it, tess logs in" says '^tess$'
: >"$W/log"
on_terminal 20 '
	expect {
		-re {(pam_attest-challenge-1\.[A-Za-z0-9_-]+)\s} {
			set line $expect_out(1,string)
		}
		timeout {exit 124}
	}
	must "Response: "
	send "[exec '"$ATTESTCTL respond --device $W/key"' $line 2>/dev/null]\r"
	must "tess"
' ssh -F none -p "$port" -l tess -i "$W/ssh/user" -o IdentitiesOnly=yes \
    -o UserKnownHostsFile="$W/ssh/known" 127.0.0.1 id -un
is "pasted into the prompt of a terminal" test "$status" = 0

device=$W/key
sshd_end
is "nothing is left over" wait_for 3 not leftovers
