# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Options: a mistake is a denial, and the log says which line of which file.

fresh
key desk
enroll_or_stop alice desk desk
plug desk
lines=$(wc -l <"$D/conf")
next=$((lines + 1))

# wrong WHAT PATTERN OPTION...: the first option is the mistake.
wrong()
{
	local what=$1 pattern=$2

	shift 2
	conf "$@"
	login "$what" SERVICE_ERR
	is "$what: the log names file, line and option" \
	    says log "$D/conf:$next: .*$pattern"
}

wrong "an unknown option" no_such_option no_such_option=1
wrong "a misspelt option" "timeout" time_out=30
wrong "timeout is a word" timeout timeout=soon
wrong "timeout is too small" timeout timeout=0
wrong "timeout is too large" timeout timeout=301
wrong "timeout is negative" timeout timeout=-5
wrong "timeout has a fraction" timeout timeout=1.5
wrong "timeout has a unit" timeout timeout=30s
wrong "timeout overflows" timeout timeout=18446744073709551646
wrong "timeout is empty" timeout timeout=
wrong "cue is no yes or no" cue cue=perhaps
wrong "debug is no yes or no" debug debug=2
wrong "an attestation that does not exist" attestation attestation=maybe
wrong "an attestation in capitals" attestation attestation=NONE
wrong "a verification that does not exist" user_verification \
    user_verification=yes
wrong "a counter that does not exist" counter counter=off
wrong "a self_enroll that does not exist" self_enroll self_enroll=yes
wrong "host = perhaps" host host=perhaps
wrong "host_require without an operator" host_require \
    'host_require=/secureboot true'
wrong "a format that does not exist" formats "formats=packed rot13"
wrong "an AAGUID that is none" aaguid_deny aaguid_deny=0123
wrong "a path that is relative" roots_dir roots_dir=roots
wrong "a device that is relative" device device=hidraw0
wrong "an RP ID that is empty" rp_id rp_id=
wrong "an RP ID that is too long" rp_id "rp_id=$(printf '%0254d' 0)"
wrong "RSA keys of 512 bits" min_rsa_bits min_rsa_bits=512

conf
echo "timeout 30" >>"$D/conf"
login "a line without an equals sign" SERVICE_ERR
is "a line without an equals sign: the log names it" says log "$D/conf:$next: "
conf
echo "conf = /etc/passwd" >>"$D/conf"
login "conf inside a configuration" SERVICE_ERR
conf
printf 'cue = \0yes\n' >>"$D/conf"
login "a NUL byte" SERVICE_ERR
conf
printf 'rp_id = x\001y\n' >>"$D/conf"
login "a control character" SERVICE_ERR
is "a control character is not logged as it is" quiet log "<0x"
conf
head -c 100000 /dev/zero | tr '\0' a >>"$D/conf"
login "a line of 100,000 bytes" SERVICE_ERR
conf
head -c 10000000 /dev/zero | tr '\0' '\n' >>"$D/conf"
login "a configuration of ten megabytes" SERVICE_ERR
conf
echo "timeout = 20" >>"$D/conf"
echo "timeout = 25" >>"$D/conf"
host -- auth
is "an option twice: refused or the last one wins ($code)" \
    test "$code" = SERVICE_ERR -o "$code" = SUCCESS

conf
printf '# comment\n\n   \t\n  timeout=9   \n' >>"$D/conf"
login "comments, empty lines, blanks" SUCCESS
conf
printf 'timeout = 9' >>"$D/conf"
login "no newline at the end" SUCCESS
conf

# argument WHAT CODE WORD...
argument()
{
	local what=$1 want=$2

	shift 2
	service arguments "$@"
	service=arguments
	login "$what" "$want"
	service=plain
}

argument "a good argument" SUCCESS "conf=$D/conf" timeout=9
argument "an unknown argument" SERVICE_ERR "conf=$D/conf" no_such_option
is "an unknown argument: the log names it" says log no_such_option
argument "an argument with a bad value" SERVICE_ERR "conf=$D/conf" timeout=x
is "a bad value: the log names the option" says log timeout
argument "an argument without a value" SERVICE_ERR "conf=$D/conf" timeout
argument "a yes-or-no argument by its name alone" SUCCESS \
    "conf=$D/conf" debug
argument "conf= that is not the first" SERVICE_ERR cue=no "conf=$D/conf"
argument "conf= twice" SERVICE_ERR "conf=$D/conf" "conf=$D/conf"
argument "an argument twice" SERVICE_ERR "conf=$D/conf" timeout=9 timeout=10
argument "another module's argument" SERVICE_ERR "conf=$D/conf" \
    try_first_pass
mapfile -t many < <(yes debug | head -300)
argument "three hundred arguments" SERVICE_ERR "conf=$D/conf" "${many[@]}"
argument "a device in the arguments replaces those of the file" \
    AUTHINFO_UNAVAIL "conf=$D/conf" "device=$D/missing"

# The administrator sees the same mistake in the same words.
conf timeout=soon
is "attestctl config refuses it" \
    not "$ATTESTCTL" --config "$D/conf" config >"$D/out" 2>&1
is "attestctl config names the line" grep -q "$D/conf:$next: " "$D/out"

finish
