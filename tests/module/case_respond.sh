# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# A key at another machine answers: remote = respond, "attestctl respond",
# "attestctl enroll --remote". The client has no configuration here, as in
# life, and finds its key by --device.

fresh
key desk
key other
enroll_or_stop alice desk desk
enroll_or_stop bob other spare
usual=(remote=respond remote_host=server.example.org)
conf "${usual[@]}"

# answer WORD...: what the person does with the prompt, as a shell script whose
# $1 is the prompt. Without words: answers it with the key "desk".
answer()
{
	{
		echo '#!/bin/bash'
		echo "D=$D"
		echo "attestctl=$ATTESTCTL"
		cat <<-'EOT'
			line=$(printf '%s\n' "$1" | grep '^pam_attest-challenge-1\.')
			printf '%s\n' "$1" >"$D/prompt"
			printf '%s\n' "$line" >>"$D/challenges"
			change()
			{
				python3 "$REMOTE_LINES" "$@"
			}
			respond()
			{
				local key=$1
				shift
				"$attestctl" respond --device "$D/$key" "$@" \
				    </dev/null 2>"$D/respond.err"
			}
		EOT
		echo "${*:-respond desk \"\$line\" | tee \"\$D/response\"}"
	} >"$D/answer"
	chmod 700 "$D/answer"
}

# remote WHAT CODE [pamhost options]
remote()
{
	local what=$1 want=$2

	shift 2
	login "$what" "$want" --rhost 192.0.2.1 --tty ssh \
	    --ask "$D/answer" "$@"
}

# refused WHAT REASON SENTENCE
refused()
{
	remote "$1" AUTH_ERR
	is "$1: the log says why" audit "reason=$2" 'rhost="192.0.2.1"'
	is "$1: the person is told what to do" says error "$3"
}

# --- It works ---------------------------------------------------------------
answer
forget_traces
remote "a key at another machine" SUCCESS
is "the log has the key and what it proved" \
    audit accepted: 'label="desk"' up=1 'rhost="192.0.2.1"'
is "one prompt and nothing else was shown" \
    test "$(grep -Ec '^(info|error|prompt|prompt-echo) ' "$D/out")" = 1
is "the prompt is shown with its answer" grep -q '^prompt-echo ' "$D/out"
is "it says what to run" grep -q 'attestctl respond' "$D/prompt"
is "it says how long that may take" grep -q 'within 1 minute\.' "$D/prompt"
is "the challenge has a line of its own" \
    test "$(grep -Ec '^pam_attest-challenge-1\.[A-Za-z0-9_-]+$' "$D/prompt")" = 1
is "the response fits into what ssh reads" \
    test "$(wc -c <"$D/response")" -le 1001
is "the client prints one line" test "$(wc -l <"$D/response")" = 1
is "the client says for whom, and where, before the touch" \
    grep -q 'for "alice" on "server.example.org"' "$D/respond.err"
is "no RP ID is shown that everybody expects" not grep -q registered "$D/respond.err"
is "the key was touched once" \
    test "$(grep -c ' in .*GetAssertion' "$D/desk.trace")" = 1
remote "the same again" SUCCESS
is "with another challenge" \
    test "$(sort -u "$D/challenges" | wc -l)" = "$(wc -l <"$D/challenges")"
answer 'printf "  \n"; respond desk "$line"'
refused "a blank line" response-malformed 'attestctl respond'
answer 'printf " %s \t\n" "$(respond desk "  $line
 ")"'
remote "blanks around what is pasted" SUCCESS
answer 'printf "%s\n" "$line" | "$attestctl" respond --device "$D/desk" 2>/dev/null'
remote "the challenge on standard input" SUCCESS
answer '"$attestctl" --config "$D/none" respond --device "$D/desk" "$line" 2>/dev/null'
remote "no configuration is read at the client" SUCCESS
conf "${usual[@]}" remote_timeout=90
answer
remote "90 seconds" SUCCESS
is "90 seconds are said" grep -q 'within 90 seconds\.' "$D/prompt"
conf "${usual[@]}" rp_id=example.org
remote "another RP ID configured" SUCCESS
is "the client shows it" grep -q '"example.org"' "$D/respond.err"
conf remote=respond
remote "the name that the system has" SUCCESS
is "the client shows that" grep -q "on \"$(uname -n)\"" "$D/respond.err"
conf "${usual[@]}" "device=$D/desk"
forget_traces
answer 'respond other "$line"'
remote "a key that is here, and another one there" CONV_ERR
is "nothing here was asked" not asked desk
conf "${usual[@]}"

# --- Words that are not the answer ------------------------------------------
answer 'echo hello'
refused "something else" response-malformed 'attestctl respond'
answer 'echo'
refused "nothing" response-malformed 'attestctl respond'
answer 'echo "$line"'
refused "the challenge itself" response-malformed 'attestctl respond'
is "the log says that it is" says log 'this is the challenge itself'
answer 'respond desk "$line" | head -c 200'
refused "a cut response" response-damaged 'not whole'
answer 'r=$(respond desk "$line"); echo "$r$r"'
refused "a doubled response" response-damaged 'not whole'
answer 'respond desk "$line" | sed "s/^\(.\{100\}\)\(..\)\(..\)/\1\3\2/"'
refused "an altered response" response-damaged 'not whole'
forge()
{
	answer "respond ${key_used:-desk} \"\$line\" | change $*"
}
forge set 0 2
refused "a response of another kind" response-malformed 'attestctl respond'
forge flip 5
refused "a response that names another challenge" response-challenge another
forge set 17 1
refused "a credential of another RP ID" assertion-credential 'not accepted'
forge set 18 1
refused "a credential that is not there" assertion-credential 'not accepted'
forge flip 30
refused "another RP ID signed" rp-id-hash 'not accepted'
forge flip 55
refused "the flag of the touch taken away" up-missing 'not accepted'
forge flip 59
refused "another counter" assertion-signature 'not accepted'
forge flip -1
refused "another signature" assertion-signature 'not accepted'

# --- Of another attempt, host or user ---------------------------------------
answer 'cat "$D/response"'
refused "the response of the attempt before" response-challenge 'another challenge'
# The same with the name of this attempt: what was signed is that of the other.
answer 'change answers "$line" <"$D/response"'
refused "an old signature under a new name" assertion-signature 'not accepted'
conf remote=respond remote_host=elsewhere.example.org
answer
remote "a response for another host" SUCCESS
cp "$D/response" "$D/elsewhere"
conf "${usual[@]}"
answer 'cat "$D/elsewhere"'
refused "pasted here" response-challenge 'another challenge'
cp "$D/elsewhere" "$D/response"
answer 'change answers "$line" <"$D/response"'
refused "and with the name of this attempt" assertion-signature 'not accepted'
user=bob
answer 'respond other "$line" | tee "$D/response"'
remote "bob, with his key" SUCCESS
user=alice
answer 'cat "$D/response"'
refused "what bob was asked" response-challenge 'another challenge'
# bob's key has no credential of alice's list.
answer 'respond other "$line"'
remote "bob's key has no answer for alice" CONV_ERR
is "the client says so" grep -q wrong-authenticator "$D/respond.err"
answer 'change answers "$line" <"$D/response"'
refused "bob's signature for alice" assertion-signature 'not accepted'

# A challenge that was changed on its way: what is signed is shown.
answer 'respond desk "$(echo "$line" | change text server.example.org good.example.org)"'
refused "a challenge with another host in it" response-challenge 'another challenge'
is "the client shows that host" grep -q 'on "good.example.org"' "$D/respond.err"
answer 'respond desk "$(echo "$line" | change text server.example.org good.example.org)" |
    change answers "$line"'
refused "and a response that hides it" assertion-signature 'not accepted'

# --- Time -------------------------------------------------------------------
conf "${usual[@]}" remote_timeout=1
answer 'respond desk "$line"; sleep 1.2'
refused "a response that comes too late" response-late 'too long'
is "the log says how late" says log 'after 1 seconds, later than the 1 that'
conf "${usual[@]}"

# --- The same rules as for a key here ---------------------------------------
conf "${usual[@]}" user_verification=required
answer 'respond desk "$line" 2>"$D/respond.err"'
remote "a key without a PIN where one is required" CONV_ERR
is "the client says so" grep -q pin-not-set "$D/respond.err"
# One that is asked as if none were required.
answer 'respond desk "$(echo "$line" | change uv 2)" | change answers "$line"'
remote "user verification taken out of the challenge" AUTH_ERR
is "the log says that it is missing" audit reason=uv-missing
conf "${usual[@]}"

answer 'cp "$D/desk.state" "$D/copy.state"; respond desk "$line"'
remote "a key that is copied afterwards" SUCCESS
key copy
answer 'respond copy "$line"'
remote "the copy" AUTH_ERR
is "the counter gives it away" audit reason=counter
key_stop copy
answer
mv "$D/roots.d/ca.pem" "$D/ca.pem"
remote "an anchor that was removed" CRED_EXPIRED
is "its key is not asked any more" not grep -q '^prompt' "$D/out"
mv "$D/ca.pem" "$D/roots.d/ca.pem"
remote "the anchor is back" SUCCESS
user=nobody-knows-me
remote "a user without a credential" USER_UNKNOWN
is "is shown nothing" not grep -Eq '^(prompt|info|error)' "$D/out"
user=alice
login "no conversation" CONV_ERR --rhost 192.0.2.1 --refuse
user='a"b'
is "a user with a quote registers here" enroll "$user" other quoted
remote "but cannot be shown elsewhere" USER_UNKNOWN
is "a name with a quote: the log says why" audit reason=bad-user-name
user=alice
conf remote=respond remote_host='a"b'
remote "a host whose name cannot be shown" SERVICE_ERR
is "the log says what to set" says log 'set remote_host'
conf
answer
remote "remote = refuse" AUTHINFO_UNAVAIL
is "remote = refuse is what was there before" audit reason=remote-caller
conf "${usual[@]}" "device=$D/desk"
login "a caller who is here" SUCCESS
conf "${usual[@]}"

# --- A challenge is hostile -------------------------------------------------
challenge=$(tail -1 "$D/challenges")
# client [options]: the command alone; fills $D/out and $status.
client()
{
	timeout 20 "$ATTESTCTL" respond --device "$D/desk" "$@" \
	    </dev/null >"$D/client" 2>"$D/out"
	status=$?
}
# client_refuses WHAT REASON LINE
client_refuses()
{
	forget_traces
	client "$3"
	is "client: $1: refused" test "$status" = 1
	is "client: $1: the reason" grep -q "($2)" "$D/out"
	is "client: $1: nothing is printed" test ! -s "$D/client"
	is "client: $1: no key is asked" \
	    not grep -Eq 'GetAssertion|MakeCredential' "$D/desk.trace"
}
client_refuses "no challenge" challenge-malformed hello
client_refuses "a response" challenge-malformed "$(cat "$D/response")"
client_refuses "a cut challenge" challenge-damaged "${challenge:0:150}"
client_refuses "a doubled challenge" challenge-damaged "$challenge$challenge"
client_refuses "an altered challenge" challenge-damaged \
    "${challenge:0:60}x${challenge:61}"
changed()
{
	echo "$challenge" | python3 "$REMOTE_LINES" text "$@"
}
client_refuses "a host with an escape" challenge-malformed \
    "$(changed server.example.org 'a\x1b[2J')"
client_refuses "a user with a quote" challenge-malformed \
    "$(changed alice 'alice" on "good')"
client_refuses "a user with a newline" challenge-malformed \
    "$(changed alice 'alice\nA login for')"
client_refuses "another version" challenge-malformed \
    "${challenge/challenge-1/challenge-2}"
is "no control character was shown" not grep -q $'\x1b' "$D/out"
client "$(changed pam_attest login.bank.example)"
is "another RP ID is shown" grep -q '"login.bank.example"' "$D/out"
forget_traces
key_foreign bare
timeout 20 "$ATTESTCTL" respond --device "$D/bare" "$challenge" \
    </dev/null >"$D/client" 2>"$D/out"
is "a key without that credential gives no line" test $? = 1 -a ! -s "$D/client"
client
is "without a line on its input" test "$status" = 2
client --device "$D/none" "$challenge"
is "a device that is not there" test "$status" = 2
"$ATTESTCTL" respond --help >"$D/out"
is "--help says what it does" grep -q LINE "$D/out"

# A PIN, where the key is.
key pin --pin 4321
enroll_pin()
{
	printf '4321\n' | "$ATTESTCTL" --config "$D/conf.enroll" enroll alice \
	    --label pin >"$D/out" 2>&1
}
printf 'device = %s\n' "$D/pin" | cat "$D/conf" - >"$D/conf.enroll"
chmod 600 "$D/conf.enroll"
is "a key with a PIN is registered" enroll_pin
conf "${usual[@]}" user_verification=required
answer 'printf "4321\n" | "$attestctl" respond --device "$D/pin" "$line" 2>"$D/respond.err"'
remote "its PIN is asked for there" SUCCESS
is "its user was verified" audit uv=1
is "nobody here was asked for it" not grep -Eq '^prompt .*PIN' "$D/out"
answer 'printf "1111\n" | "$attestctl" respond --device "$D/pin" "$line" 2>"$D/respond.err"'
remote "a wrong PIN gives no line" CONV_ERR
is "the client says so" grep -qi 'wrong PIN' "$D/respond.err"
conf "${usual[@]}"
key_stop pin

# --- Registration -----------------------------------------------------------
key new
# enroll_remote USER LABEL [options]: the answer is by $D/answer.
mkfifo "$D/in"
enroll_remote()
{
	local user=$1 label=$2 pid fd

	shift 2
	exec {fd}<>"$D/in"
	: >"$D/out"
	timeout 30 "$ATTESTCTL" --config "$D/conf" enroll --remote \
	    --label "$label" "$@" "$user" <"$D/in" >"$D/out" 2>&1 &
	pid=$!
	if wait_for 10 grep -q '^Response: ' "$D/out"; then
		{ "$D/answer" "$(cat "$D/out")" || echo "none: $(cat "$D/respond.err")"; } >"$D/in"
	fi
	wait "$pid"
	status=$?
	exec {fd}<&-
}
answer 'respond new "$line"'
enroll_remote carol away
is "enroll --remote registers a key elsewhere" test "$status" = 0
is "it says what was registered" grep -q 'Registered "away" for carol' "$D/out"
is "the client says what for" grep -q \
    'registration of a security key for "carol" on "server.example.org"' "$D/respond.err"
is "ten minutes are said" grep -q 'within 10 minutes\.' "$D/prompt"
"$ATTESTCTL" --config "$D/conf" list carol >"$D/out"
is "it is accepted as any other" grep -q 'away.*accepted' "$D/out"
user=carol
remote "and logs in from there" SUCCESS
user=alice
enroll_remote carol twice
is "a key that is registered already is refused" test "$status" != 0
is "the client says so" grep -q already-registered "$D/respond.err"
answer 'cat "$D/line"'
echo "$challenge" >"$D/line"
enroll_remote dave wrong
is "the answer has to be one" test "$status" = 1
is "the reason is said" grep -q '(response-malformed)' "$D/out"
answer 'respond new "$line" | tee "$D/line"'
enroll_remote dave right
is "dave registers the same key" test "$status" = 0
answer 'cat "$D/line"'
enroll_remote erin right
is "erin cannot register by dave's answer" grep -q '(response-challenge)' "$D/out"
answer 'change answers "$line" <"$D/line"'
enroll_remote erin right
is "nor with another name on it" grep -q '(statement-signature)' "$D/out"
is "nothing of that was stored" test ! -e "$D/credentials.d/erin"
key_foreign made-up
answer 'respond made-up "$line"'
enroll_remote frank soft
is "a key of unknown make is refused" grep -q '(anchor-unknown)' "$D/out"
answer 'respond new "$line"'
conf remote_host=server.example.org
enroll_remote grace away --json
is "enroll --remote needs no remote = respond" test "$status" = 0
is "--json prints the record" grep -q '"label": "away"' "$D/out"

# --- As many credentials as a line can name ---------------------------------
user=henry
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	key "long$i" --credential-id-length 1023
	enroll henry "long$i" "long$i" || not_ok "registering long$i"
	[ "$i" = 11 ] || [ "$i" = 12 ] || key_stop "long$i"
	[ "$i" != 11 ] || cp "$D/credentials.d/henry" "$D/eleven"
done
conf "${usual[@]}"
remote "twelve of the longest" AUTH_ERR
is "the log says that it is too much" audit reason=too-large
is "and what to do" says log 'remove some'
cp "$D/eleven" "$D/credentials.d/henry"
answer 'respond long11 "$line"'
remote "eleven of them" SUCCESS
is "the challenge is longer than a line of a terminal" \
    test "$(grep -E '^pam_attest-challenge' "$D/prompt" | wc -c)" -gt 15000
answer 'respond long12 "$line"'
remote "the one that is not there any more" CONV_ERR

is "nothing is left over" gone
finish
