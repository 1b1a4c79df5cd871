# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# User names that try to be something else.

fresh
key desk
enroll_or_stop alice desk desk
plug desk
mkdir "$D/sub"
cp "$D/credentials.d/alice" "$D/sub/alice"
cp "$D/credentials.d/alice" "$D/alice"

# stranger WHAT NAME: no credential, no key asked, one clean line of log.
stranger()
{
	local what=$1

	user=$2
	forget_traces
	login "$what" USER_UNKNOWN
	is "$what: no key is asked" not asked desk
	is "$what: one line of log, without raw control characters" \
	    is_clean
}

is_clean()
{
	test "$(grep -c '^log .*refused: ' "$D/out")" = 1 &&
	    ! grep '^log ' "$D/out" | grep -q '<0x'
}

stranger "a path upwards" ../alice
stranger "a path down" sub/alice
stranger "an absolute path" "$D/alice"
stranger "two dots" ..
stranger "one dot" .
stranger "a slash" /
stranger "a percent-encoded name" %61lice
stranger "a percent-encoded slash" ..%2falice
stranger "a newline" $'alice\nroot'
stranger "a forged line of log" \
    $'x\nNov 21 20:00:00 host sshd: accepted: phase=auth user="root"'
stranger "a quote and a field" 'x" reason=ok label="y'
is "a quote: the fields stay fields" \
    test "$(grep -c ' reason=ok' <<<"$(grep '^log' "$D/out" |
    sed 's/\\"/ /g; s/"[^"]*"//g')")" = 0
stranger "a terminal escape" $'\033[2Jalice'
stranger "bytes that are not UTF-8" $'\xff\xfe\x80'
stranger "a blank" "alice "
stranger "capitals" ALICE
stranger "an option" --help
stranger "300 bytes" "$(printf '%0300d' 0)"
stranger "256 bytes of two" "$(printf 'é%.0s' {1..128})"
stranger "a temporary file" .tmp-alice
stranger "a format" '%s%s%n'
user=
host -- auth
is "an empty name is a denial ($code)" \
    grep -Eqx "USER_UNKNOWN|AUTH_ERR|SERVICE_ERR|CONV_ERR" <<<"$code"
user=$(printf '%05000d' 0)
host -- auth
is "5000 bytes are a denial ($code)" \
    grep -Eqx "USER_UNKNOWN|AUTH_ERR|SYSTEM_ERR|SERVICE_ERR" <<<"$code"

# Strange but possible: a name of its own, with a file inside the store.
for name in ../alice sub/alice a%b "a b" é DOMAIN\\user user@realm .hidden; do
	user=$name
	plug desk
	key_stop desk
	key desk
	if enroll "$name" desk strange; then
		login "a registered user called $name" SUCCESS
	else
		not_ok "registering a user called $name"
	fi
done
is "all of them lie in the store" \
    test "$(find "$D/credentials.d" -type f -name '[!.]*' | wc -l)" -ge 9
is "nothing lies anywhere else" \
    test "$(find "$D" -newer "$D/alice" -name '*alice*' \
    -not -path "$D/credentials.d/*" | wc -l)" = 0
is "the list shows them as they are" \
    grep -qF '../alice' <("$ATTESTCTL" --config "$D/conf" list)

# Other items.
user=alice
service='a"b'
service 'a"b' "conf=$D/conf"
login "a service with a quote in its name" SUCCESS
service=plain
login "a strange terminal" SUCCESS --tty $'/dev/\n\033x'
login "a strange ruser" SUCCESS --ruser $'ro\not'
is "no raw newline in the log" \
    not grep -q '<0x' <(grep '^log' "$D/out")
host --tty "$(printf '%05000d' 0)" -- auth
is "a terminal of 5000 bytes is a denial ($code)" \
    grep -Eqx "AUTH_ERR|SYSTEM_ERR|SERVICE_ERR" <<<"$code"

finish
