#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pam_attest-authenticator and softkey, with devicectl in the place of the
# verifier: what is asked of a key, and how often; all keys at once; keys that
# misbehave; two logins at one key; keys that are told to stop waiting.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u

programs=${PROGRAMS:-$top_builddir/tests/module}
softkey=${SOFTKEY:-$top_builddir/tests/softkey/softkey}
program=${AUTHENTICATOR:-$top_builddir/pam_attest-authenticator}
work=$(mktemp -d "${TMPDIR:-/tmp}/att-authenticator.XXXXXX") || exit 99
sanitized=no
"$programs/sandbox_verifier" relaxed && sanitized=yes
failures=0
checks=0

stop_keys()
{
	local pid

	for pid in "$work"/*.pid; do
		[ -e "$pid" ] && kill "$(cat "$pid")" 2>/dev/null
		rm -f "$pid"
	done
}

clean_up()
{
	stop_keys
	rm -rf "$work"
}
trap clean_up EXIT

# key NAME OPTION...: starts (again) a key at $work/NAME
key()
{
	local name=$1

	shift
	if [ -e "$work/$name.pid" ]; then
		kill "$(cat "$work/$name.pid")" 2>/dev/null
		wait "$(cat "$work/$name.pid")" 2>/dev/null
	fi
	rm -f "$work/$name"
	: >"$work/$name.trace"
	"$softkey" --link "$work/$name" --state "$work/$name.state" \
	    --trace "$work/$name.trace" "$@" >"$work/$name.log" 2>&1 &
	echo $! >"$work/$name.pid"
	for _ in $(seq 200); do
		[ -e "$work/$name" ] && return
		sleep 0.02
	done
	echo "softkey $name does not start: $(cat "$work/$name.log")"
	exit 99
}

# ask OPTION... COMMAND: its output is in $out
ask()
{
	local command=${!#}

	out=$(timeout 30 "$programs/devicectl" "${@:1:$#-1}" "$program" \
	    "$command" 2>&1)
}

# id: that of the credential in $out
id()
{
	sed -n 's/^credential [0-9]* id=\([0-9a-f]*\).*/\1/p' <<<"$out" |
	    head -n 1
}

ok()
{
	checks=$((checks + 1))
	echo "ok: $1"
}

fail()
{
	checks=$((checks + 1))
	failures=$((failures + 1))
	echo "FAIL: $1"
	sed 's/^/    /' <<<"$out"
}

# says TEXT WHAT: $out has a line that begins with (or matches) the pattern
says()
{
	if grep -q -- "$1" <<<"$out"; then
		ok "$2"
	else
		fail "$2: expected $1"
	fi
}

# requests NAME: what the key was sent since the trace was emptied
requests()
{
	# softkey writes its trace when it has answered
	sleep 0.05
	awk '$2 == "in" { print $4, $5 }' "$work/$1.trace"
}

# was_sent NAME WHAT LINE...: exactly these requests
was_sent()
{
	local name=$1 what=$2 expected

	shift 2
	expected=$(printf '%s\n' "$@")
	if [ "$(requests "$name")" = "$expected" ]; then
		ok "$what"
	else
		out=$(requests "$name")
		fail "$what"
	fi
}

# has_cancel NAME WHAT
has_cancel()
{
	local i

	for i in $(seq 20); do
		grep -q ' in .* CANCEL ' "$work/$1.trace" && break
		sleep 0.05
	done
	if [ "$i" -lt 20 ]; then
		ok "$2"
	else
		out=$(cat "$work/$1.trace")
		fail "$2"
	fi
}

# within MS COMMAND...: it takes no longer
within()
{
	local limit=$1 start now

	shift
	start=$(date +%s%N)
	"$@"
	now=$(((($(date +%s%N) - start)) / 1000000))
	if [ "$now" -le "$limit" ]; then
		ok "that took at most $limit ms"
	else
		fail "that took $now ms, not $limit"
	fi
}

INIT="INIT -"
INFO="CBOR authenticatorGetInfo"
ASSERT="CBOR authenticatorGetAssertion"
MAKE="CBOR authenticatorMakeCredential"
RETRIES="CBOR authenticatorClientPIN"

login_costs_three_requests()
{
	local made

	key one
	ask -p "$work/one" make
	says '^ready 0 fido2=1 uv=0 pin=unset retries=255 ' "READY"
	says '^credential 0 id=' "a credential is made"
	was_sent one "it took INIT, GetInfo, MakeCredential" \
	    "$INIT" "$INFO" "$MAKE"
	made=$(id)
	: >"$work/one.trace"
	ask -p "$work/one" -i 0011 -i "$made" -i 2233 assert
	says "^assertion 0 batch=0 id=$made " "the whole list is asked for"
	was_sent one "it took INIT, GetInfo, GetAssertion" \
	    "$INIT" "$INFO" "$ASSERT"
	ask -p "$work/one" -i 0011 assert
	says '^failed 0 NO_CREDENTIALS status=0x2e ' "another key's credential"
	ask -p "$work/one" -i "$made" make
	says '^failed 0 EXCLUDED status=0x19 ' "an excluded credential"
	ask -p "$work/one" -n 5 -i "$made" assert
	says '^assertion 0 ' "five times on one channel"
}

looks_without_touch()
{
	local made

	key one --touch never
	ask -p "$work/one" -s -i 0011 assert
	says '^failed 0 NO_CREDENTIALS ' "silently: not there"
	key one
	ask -p "$work/one" make
	made=$(id)
	key one --touch never
	ask -p "$work/one" -s -i 0011 -i "$made" assert
	says "^assertion 0 batch=0 id=$made authdata=[0-9a-f]\{64\}00" \
	    "silently: there, and the flags say nobody was"
}

long_lists_go_in_parts()
{
	local made ids=() i

	key one --max-creds-in-list 4
	ask -p "$work/one" make
	made=$(id)
	for i in $(seq 10 19); do
		ids+=(-i "$(printf 'aa%02d' "$i")")
	done
	: >"$work/one.trace"
	ask -p "$work/one" "${ids[@]}" -i "$made" assert
	says "^assertion 0 batch=0 id=$made " "a list of 11 for a limit of 4"
	was_sent one "it took three silent looks and one touch" \
	    "$INIT" "$INFO" "$ASSERT" "$ASSERT" "$ASSERT" "$ASSERT"
	if [ "$(grep -c 'GetAssertion.*up=0' "$work/one.trace")" = 3 ]; then
		ok "all but the last were silent"
	else
		fail "not all but the last were silent"
	fi
	ask -p "$work/one" "${ids[@]}" assert
	says '^failed 0 NO_CREDENTIALS ' "none of a long list"
	ask -p "$work/one" "${ids[@]}" -i "$made" make
	says '^failed 0 EXCLUDED ' "a long exclude list"
	: >"$work/one.trace"
	ask -p "$work/one" -r other -i "$made" -r pam_attest -i "$made" assert
	says "^assertion 0 batch=1 id=$made " "the second RP ID is the one"
}

verifies_the_user()
{
	local made

	key pin --pin 1234
	ask -p "$work/pin" ready
	says '^ready 0 fido2=1 uv=0 pin=set retries=8 ' "a PIN is set"
	was_sent pin "it took INIT, GetInfo, getPINRetries" \
	    "$INIT" "$INFO" "$RETRIES"
	ask -p "$work/pin" -P 9999 make
	says '^failed 0 PIN_INVALID status=0x31 retries=7 ' "a wrong PIN"
	ask -p "$work/pin" make
	says '^failed 0 UV status=0x36 ' "no PIN"
	ask -p "$work/pin" -P 1234 make
	made=$(id)
	ask -p "$work/pin" -P 1234 -i "$made" assert
	says "^assertion 0 .* authdata=[0-9a-f]\{64\}05" "UP and UV"
	ask -p "$work/pin" -P 9999 -n 1 make
	ask -p "$work/pin" -P 9999 -n 1 make
	ask -p "$work/pin" -P 9999 -n 1 make
	says '^failed 0 PIN_AUTH_BLOCKED status=0x34 retries=5 ' \
	    "three wrong ones"
	key uv --uv
	ask -p "$work/uv" -u make
	says '^ready 0 fido2=1 uv=1 ' "built-in verification"
	made=$(id)
	ask -p "$work/uv" -u -i "$made" assert
	says "^assertion 0 .* authdata=[0-9a-f]\{64\}05" "UP and UV"
	key uv --uv=fail
	ask -p "$work/uv" -u make
	says '^failed 0 UV status=0x3f ' "built-in verification fails"
}

talks_to_u2f_keys()
{
	local made

	key u2f --u2f-only
	ask -p "$work/u2f" make
	says '^ready 0 fido2=0 ' "a U2F key"
	# {"fmt": "fido-u2f", "attStmt": {"sig": ..., "x5c": [...]}, ...}
	says 'object=a363666d74686669646f2d7532666761747453746d74a263736967' \
	    "its statement is the one of WebAuthn 8.6"
	made=$(id)
	ask -p "$work/u2f" -i 0011 -i "$made" assert
	says "^assertion 0 .*id=$made authdata=[0-9a-f]\{64\}01" "signs"
	ask -p "$work/u2f" -s -i 0011 -i "$made" assert
	says "^assertion 0 .*id=$made authdata=0\{74\} sig=00" "is there"
	ask -p "$work/u2f" -s -i 0011 assert
	says '^failed 0 NO_CREDENTIALS ' "is not there"
	ask -p "$work/u2f" -i "$made" make
	says '^failed 0 EXCLUDED ' "is registered"
	ask -p "$work/u2f" -P 1234 make
	says '^failed 0 UNSUPPORTED ' "has no PIN"
}

# {"fmt": NAME, "attStmt": the head of what follows
starts_with_format()
{
	local name=$1 head=$2 hex

	hex=$(printf %s "$name" | od -An -tx1 | tr -d ' \n')
	says "^credential 0 .*=a363666d74$(printf %02x $((0x60 + ${#name})))$hex$(
	    )6761747453746d74$head" "$name is handed over"
}

# libfido2 refuses most of these; it is the verifier who judges.
hands_over_every_format()
{
	local format

	for format in packed fido-u2f none tpm android-key apple \
	    android-safetynet; do
		key any --format "$format"
		ask -p "$work/any" make
		starts_with_format "$format" "a"
	done
	key any --format compound
	ask -p "$work/any" make
	starts_with_format compound "82"
	key any --defect format-unknown
	ask -p "$work/any" make
	starts_with_format apple-appattest "a"
	key any --format apple --pin 1234
	ask -p "$work/any" -P 1234 make
	starts_with_format apple "a"
	ask -p "$work/any" -P 4321 make
	says '^failed 0 PIN_INVALID status=0x31 ' "not with a wrong PIN"
	key long --defect x5c-long
	ask -p "$work/long" make
	says '^failed 0 DEVICE ' "more than 4096 bytes are refused"
}

asks_all_keys_at_once()
{
	local made

	key a --touch never
	key b --touch never
	key c --touch 300
	ask -p "$work/a" -p "$work/b" -p "$work/c" make
	says '^credential 2 ' "the key that is touched wins"
	says '^failed 0 CANCELLED ' "the first is cancelled"
	says '^failed 1 CANCELLED ' "the second is cancelled"
	has_cancel a "the first was sent CANCEL"
	has_cancel b "the second was sent CANCEL"
	made=$(grep -c ' CANCEL ' "$work/c.trace")
	[ "$made" = 0 ] && ok "the third was not" || fail "the third was, too"
}

stops_at_once()
{
	key a --touch never
	within 1500 ask -p "$work/a" -c 300 make
	says '^failed 0 CANCELLED ' "CANCEL ends the operation"
	has_cancel a "and the key is told"
	key a --touch never
	ask -p "$work/a" -x 300 make
	has_cancel a "a verifier that dies: the key is told"
	key a --touch never --u2f-only
	within 1500 ask -p "$work/a" -c 300 make
	says '^failed 0 CANCELLED ' "a U2F key is left alone"
	key a --misbehave endless-keepalive --misbehave-on makecred
	within 1500 ask -p "$work/a" -c 300 make
	says '^failed 0 CANCELLED ' "a key that does not heed CANCEL, too"
	key a
	ask -p "$work/a" -c 1 -n 3 make
	key a --touch 200
	ask -p "$work/a" -c 100 make
	ask -p "$work/a" make
	says '^credential 0 ' "and afterwards it is asked again"
}

shares_keys()
{
	local first

	key a --touch never
	"$programs/devicectl" -p "$work/a" -c 4000 "$program" make \
	    >"$work/first" 2>&1 &
	first=$!
	sleep 0.3
	within 3500 ask -p "$work/a" make
	says '^failed 0 BUSY ' "another login holds the key"
	wait "$first"
	"$programs/devicectl" -p "$work/a" -c 800 "$program" make \
	    >"$work/first" 2>&1 &
	first=$!
	sleep 0.3
	ask -p "$work/a" -c 2500 make
	says '^ready 0 ' "another login lets the key go in time"
	wait "$first"
}

# has_set PID FILE PATTERN WHAT: /proc/PID/FILE has a line that matches
has_set()
{
	if out=$(cat "/proc/$1/$2") && grep -Eq -- "$3" <<<"$out"; then
		ok "$4"
	else
		fail "$4: expected $3"
	fi
}

# What a process that is taken over has to do with.
holds_little()
{
	local control supervisor device

	key a --touch never
	"$programs/devicectl" -p "$work/a" -c 3000 "$program" make \
	    >"$work/first" 2>&1 &
	control=$!
	for _ in $(seq 100); do
		grep -q MakeCredential "$work/a.trace" && break
		sleep 0.02
	done
	supervisor=$(pgrep -P "$control")
	device=$(pgrep -P "$supervisor")
	has_set "$supervisor" status '^NoNewPrivs:[^0-9]1$' "supervisor: no gain"
	has_set "$device" status '^NoNewPrivs:[^0-9]1$' "device: no gain"
	has_set "$supervisor" status '^CapPrm:[^0-9]0{16}$' \
	    "supervisor: no capability"
	has_set "$device" status '^CapPrm:[^0-9]0{16}$' "device: no capability"
	if [ "$sanitized" = no ]; then
		has_set "$device" status '^Seccomp:[^0-9]2$' "device: a filter"
		has_set "$device" limits \
		    '^Max address space +134217728 +134217728 ' \
		    "device: 128 MiB"
	fi
	has_set "$device" limits '^Max cpu time +30 +30 ' "device: 30 s of CPU"
	has_set "$device" limits '^Max open files +4 +4 ' \
	    "device: no further descriptor"
	kill "$control"
	wait "$control" 2>/dev/null
	sleep 1
	# Who adopts the supervisor need not be one who reaps.
	out=$(ps -o pid=,stat=,args= -p "$supervisor,$device" |
	    grep -Ev "^ *$supervisor +Z")
	if [ -z "$out" ]; then
		ok "the verifier is killed: they end"
	else
		fail "the verifier is killed: they stay"
	fi
}

# What a key may send, and libfido2 or we refuse; the rest is for the verifier.
broken_replies="short-report wrong-channel oversized-length bad-sequence
    disconnect hid-error wrong-command unknown-status empty-reply
    truncated-cbor trailing-cbor extra-cbor-key duplicate-cbor-key
    tagged-cbor long-cbor-key indefinite-cbor huge-cbor-length
    deep-cbor noise silent"

survives_misbehaviour()
{
	local made way

	key m
	ask -p "$work/m" make
	made=$(id)
	for way in $("$softkey" --misbehave list | awk '{ print $1 }'); do
		case " $(echo $broken_replies) " in
		*" $way "*) ;;
		*) continue ;;
		esac
		key m --misbehave "$way" --misbehave-on makecred
		within 6000 ask -p "$work/m" make
		says '^failed 0 DEVICE ' "$way while a credential is made"
		key m --misbehave "$way" --misbehave-on getassert
		within 6000 ask -p "$work/m" -i "$made" assert
		says '^failed 0 DEVICE ' "$way while an assertion is made"
	done
	for way in silent wrong-nonce endless-keepalive garbage-getinfo \
	    truncated-cbor noise oversized-length disconnect; do
		key m --misbehave "$way" --misbehave-on getinfo
		within 6000 ask -p "$work/m" make
		says '^failed 0 DEVICE ' "$way while it is opened"
	done
}

# Root may; what looks for devices, and what talks to them, may not.
opens_nodes_of_others()
{
	local node

	[ "$EUID" = 0 ] || return 0
	key a
	node=$(readlink -f "$work/a")
	chown nobody "$node" && chmod 600 "$node"
	ask -p "$work/a" make
	says '^credential 0 ' "root uses a configured node of somebody else"
}

refuses_what_is_no_key()
{
	: >"$work/file"
	ask -p "$work/file" make
	says '^failed 0 DEVICE .*not a character device' "a file"
	key a
	ask -p "$work/missing" -p "$work/a" make
	says "^device 0 $work/a$" "a path that does not exist is left out"
	says '^credential 0 ' "and the others are asked"
	ask -p /dev/null make
	says '^failed 0 DEVICE ' "/dev/null"
	out=$("$program" 2>&1 </dev/null)
	says 'started by the PAM module' "started by hand"
}

for test in login_costs_three_requests looks_without_touch \
    long_lists_go_in_parts verifies_the_user talks_to_u2f_keys \
    hands_over_every_format asks_all_keys_at_once stops_at_once shares_keys holds_little \
    survives_misbehaviour opens_nodes_of_others refuses_what_is_no_key; do
	echo "--- $test"
	rm -f "$work"/*.state
	"$test"
	stop_keys
done
echo "$checks checks, $failures failures"
[ "$failures" = 0 ]
