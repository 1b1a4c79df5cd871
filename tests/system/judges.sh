#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Outsiders judge softkey: unmodified fido2-tools and ssh-keygen must take it
# for a security key, and must notice when it misbehaves.
#
#   SOFTKEY=tests/softkey/softkey tests/system/judges.sh
#
# One line "ok N - what" or "not ok N - what" a case; exit 1 if any is not ok.
set -eu

SOFTKEY=${SOFTKEY:-tests/softkey/softkey}
SOFTKEY=$(realpath "$SOFTKEY")
raw_client=$(realpath "$(dirname "$0")/../softkey/raw_client.py")
LIMIT=${LIMIT:-10}	# seconds for a command that must end by itself
PATIENCE=2		# seconds to give to one that must hang

for tool in fido2-token fido2-cred fido2-assert ssh-keygen expect openssl \
    python3; do
	if ! command -v "$tool" >/dev/null; then
		echo "judges.sh: $tool is missing; on Debian: apt-get install" \
		    "fido2-tools openssh-client expect openssl python3" >&2
		exit 1
	fi
done

work=$(mktemp -d)
pid=
count=0
failures=0

cleanup() {
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	fi
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP
cd "$work"
: >log

# --- Reporting -------------------------------------------------------------
report() { # STATUS WHAT: 0 is good
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failures=$((failures + 1))
		echo "not ok $count - $2"
		sed 's/^/#   /' log | tail -20
	fi
}

run() { # COMMAND...: its status, its output in the file "log"
	local status=0

	timeout "$LIMIT" "$@" >log 2>&1 </dev/null || status=$?
	return $status
}

try() { # COMMAND...: what comes out is judged later
	run "$@" || :
}

accepts() { # WHAT COMMAND...
	local what=$1 status=0

	shift
	run "$@" || status=$?
	report $status "$what"
}

refuses() { # WHAT COMMAND...: fails by itself, neither crash nor hang
	local what=$1 status=0

	shift
	run "$@" || status=$?
	if { [ $status -ge 1 ] && [ $status -lt 124 ]; } ||
	    [ $status = 255 ]; then
		report 0 "$what"
	else
		echo "status $status" >>log
		report 1 "$what"
	fi
}

hangs() { # WHAT COMMAND...
	local what=$1 status=0

	shift
	timeout $PATIENCE "$@" >log 2>&1 </dev/null || status=$?
	[ $status = 124 ] && status=0 || status=1
	report $status "$what"
}

says() { # WHAT PATTERN: the output of the last command has it
	local status=0

	grep -Eq -- "$2" log || status=1
	report $status "$1"
}

is() { # WHAT FOUND EXPECTED
	echo "found $2, expected $3" >log
	[ "$2" = "$3" ] && report 0 "$1" || report 1 "$1"
}

# --- The key ---------------------------------------------------------------
start() { # OPTION...
	"$SOFTKEY" --link key --trace trace "$@" >/dev/null 2>softkey.err &
	pid=$!
	for _ in $(seq 500); do
		[ -c key ] && return
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.01
	done
	echo "judges.sh: softkey did not start" >&2
	cat softkey.err >&2
	exit 1
}

stop() { # ends well: a sanitizer's complaint shows here
	local status=0

	kill "$pid" 2>/dev/null || :
	wait "$pid" || status=$?
	pid=
	if [ $status != 0 ] || [ -s softkey.err ] || [ -L key ]; then
		cp softkey.err log
		report 1 "softkey ends without complaint and removes its link"
	fi
	rm -f key
}

# The PINs, in the order in which a tool asks on its terminal
answering() { # PINS COMMAND...
	PINS=$1 expect -f - -- "${@:2}" <<'END'
set timeout 8
set pins [split $env(PINS)]
spawn -noecho {*}$argv
expect {
	-re {PIN[^\n]*: *$} {
		send -- "[lindex $pins 0]\r"
		set pins [lrange $pins 1 end]
		exp_continue
	}
	timeout { exit 99 }
	eof {}
}
lassign [wait] pid spawn os code
exit $code
END
}

random() { # BYTES
	head -c "$1" /dev/urandom | base64 -w0
	echo
}

param() { # RP_ID: what fido2-cred -M reads
	{ random 32; echo "$1"; echo alice; random 8; } >param
}

request() { # RP_ID: what fido2-assert -G reads, for the credential "cred"
	{ random 32; echo "$1"; head -n 1 cred; } >request
}

# The tools do not truncate the files that they write.
make() { # ARGUMENT...
	rm -f made && fido2-cred -M -i param -o made "$@"
}

verify_made() { # ARGUMENT...
	rm -f cred && fido2-cred -V -i made -o cred "$@" &&
	    tail -n +2 cred >public
}

get() { # ARGUMENT...
	rm -f got && fido2-assert -G -i request -o got "$@"
}

verify_got() { # TYPE ARGUMENT...
	fido2-assert -V -i got "${@:2}" public "$1"
}

counter() { # the one in the assertion "got", after its two-byte CBOR head
	sed -n 3p got | base64 -d | od -An -tu1 -j35 -N4 |
	    awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'
}

aaguid() { # the one in the registration "made"
	sed -n 4p made | base64 -d | od -An -tx1 -j39 -N16 | tr -d ' \n'
}

export -f make verify_made get verify_got answering

# --- Registration and assertion --------------------------------------------
register() { # TITLE TYPE MAKE-ARGUMENT...
	local title=$1 type=$2

	shift 2
	param example.org
	accepts "$title: fido2-cred -M" bash -c "make $* key $type"
	accepts "$title: fido2-cred -V" bash -c "verify_made $type"
}

assert() { # TITLE TYPE GET-ARGUMENT...
	local title=$1 type=$2

	shift 2
	request example.org
	accepts "$title: fido2-assert -G" bash -c "get $* key"
	accepts "$title: fido2-assert -V" bash -c "verify_got $type -p"
}

# --- The program -------------------------------------------------------------
exits() { # WHAT STATUS COMMAND...
	local what=$1 expected=$2 status=0

	shift 2
	run "$@" || status=$?
	echo "status $status, expected $expected" >>log
	[ $status = "$expected" ] && report 0 "$what" || report 1 "$what"
}

judge_program() {
	local option path

	accepts "--help" "$SOFTKEY" --help
	says "--help names the options" '--misbehave NAME'
	accepts "--misbehave list" "$SOFTKEY" --misbehave list
	accepts "--format list" "$SOFTKEY" --format list
	for option in --nonsense --touch=soon --format=tpm9 --misbehave=nicely \
	    --aaguid=0011 --counter=-1 --pin=123 --misbehave-on=all \
	    --attestation-key=ca/ca.key nonsense --exec; do
		exits "softkey $option is a mistake" 2 "$SOFTKEY" $option
	done
	exits "--exec passes the status on" 7 "$SOFTKEY" --exec sh -c 'exit 7'
	exits "--exec passes a signal on" 137 "$SOFTKEY" --exec \
	    sh -c 'kill -KILL $$'
	exits "--exec of nothing" 127 "$SOFTKEY" --exec ./not-here
	accepts "--exec sets SOFTKEY_PATH" "$SOFTKEY" --exec -- \
	    sh -c 'test -c "$SOFTKEY_PATH"'
	echo garbage >state.garbage
	exits "a malformed state" 1 "$SOFTKEY" --state state.garbage
	is "is left alone" "$(cat state.garbage)" garbage
	echo precious >file
	exits "a file where the link should be" 1 "$SOFTKEY" --link file
	is "is left alone" "$(cat file)" precious
	ln -s /nonexistent key
	start
	accepts "a link of an earlier run is replaced" fido2-token -I key
	kill -HUP "$pid"
	accepts "SIGHUP is ignored" fido2-token -I key
	path=$(readlink key)
	is "others may open it" "$(stat -c %a "$path")" 666
	stop
	start
	kill -INT "$pid"
	accepts "SIGINT ends it" timeout 5 tail -f --pid="$pid" /dev/null
	wait "$pid" || report 1 "and it ends well"
	pid=
	is "the link is gone" "$([ -L key ] || echo gone)" gone
	setsid -w "$SOFTKEY" --link key >/dev/null 2>softkey.err &
	pid=$!
	for _ in $(seq 200); do
		[ -c key ] && break
		sleep 0.01
	done
	accepts "started by setsid" setsid -w fido2-token -I key
	stop
}

judge_info() {
	start --aaguid 00112233-4455-6677-8899-aabbccddeeff
	accepts "fido2-token -I" fido2-token -I key
	says "GetInfo: versions" \
	    '^version strings: U2F_V2, FIDO_2_0, FIDO_2_1, FIDO_2_1_PRE$'
	says "GetInfo: AAGUID" '^aaguid: 00112233445566778899aabbccddeeff$'
	says "GetInfo: no PIN yet" 'noclientPin'
	says "GetInfo: PIN protocols" '^pin protocols: 2, 1$'
	says "GetInfo: eight retries" '^pin retries: 8$'
	stop
	start --uv --pin 1234 --max-creds-in-list 8
	accepts "fido2-token -I with --uv and --pin" fido2-token -I key
	says "GetInfo: uv and clientPin" 'options: rk, up, uv, .*, clientPin,'
	says "GetInfo: maxCredentialCountInList" '^maxcredcntlst: 8$'
	stop
	start --u2f-only
	accepts "fido2-token -I of a U2F key" fido2-token -I key
	says "a U2F key has no CBOR" 'caps: 0x01 \(wink, nocbor, msg\)'
	stop
}

judge_types() {
	local type

	start --attestation-key ca/attestation.key \
	    --attestation-chain ca/attestation.pem
	for type in es256 eddsa rs256; do
		register "$type" $type
		assert "$type" $type
		assert "$type, silent" $type -t up=true -t pin=false
		request example.org
		accepts "$type, up=false: fido2-assert -G" \
		    bash -c "get -t up=false key"
		refuses "$type, up=false: fido2-assert -V -p" \
		    bash -c "verify_got $type -p"
	done
	register "es256 again" es256
	is "the AAGUID of the chain's leaf is in authData" \
	    "$(aaguid)" 0102030405060708090a0b0c0d0e0f10
	sed -n 7p made | base64 -d | openssl x509 -inform der -out leaf.pem
	accepts "the leaf verifies to the root" openssl verify -x509_strict \
	    -CAfile ca/ca.pem -untrusted ca/intermediate.pem leaf.pem
	stop
	start --latency 1
	register "es256 at 1 ms a report" es256
	assert "es256 at 1 ms a report" es256
	stop
}

judge_formats() {
	local type

	start --format packed-self
	for type in es256 eddsa rs256; do
		register "packed-self, $type" $type
		assert "packed-self, $type" $type
	done
	stop
	start --format fido-u2f
	register "fido-u2f" es256
	assert "fido-u2f" es256
	param example.org
	refuses "fido-u2f has no eddsa" bash -c "make key eddsa"
	stop
	# fido2-cred takes "none" from a key and cannot print it.
	start --format none
	param example.org
	refuses "none: fido2-cred -M" bash -c "make key es256"
	says "none: there is nothing to print" 'output error'
	stop
}

judge_u2f() {
	local options

	for options in "" --u2f-only; do
		start $options
		register "U2F $options" es256 -u
		assert "U2F $options" es256 -u
		param example.com
		request example.com
		refuses "U2F $options: another RP" bash -c "get -u key"
		stop
	done
	start --touch 700
	register "U2F, touched after 700 ms" es256 -u
	assert "U2F, touched after 700 ms" es256 -u
	assert "U2F credential by CTAP2" es256
	stop
}

raw() { # MODE: the cases of raw_client.py become ours
	local status=0

	run python3 "$raw_client" "$1" key || status=$?
	report $status "raw_client.py $1 runs to its end"
	cp log raw.log
	while read -r line; do
		echo "$line" >log
		case $line in
		"ok "*) report 0 "$1: ${line#ok }" ;;
		"not ok "*) report 1 "$1: ${line#not ok }" ;;
		esac
	done <raw.log
}

judge_lists() {
	local i

	start --credential-id-length 16 --state state.lists
	register "IDs of 16 bytes" es256
	stop
	start --state state.lists
	assert "the state restores the credential" es256
	stop
	start
	request example.org
	refuses "a key without the credential" bash -c "get key"
	says "CTAP2_ERR_NO_CREDENTIALS" 'FIDO_ERR_NO_CREDENTIALS'
	stop
	# The tools have no long lists and no unsolicited bytes: we do.
	start
	raw basic
	stop
	start --max-creds-in-list 100
	try python3 "$raw_client" basic key
	says "a list over the limit" 'not ok an assertion with 151 .*found 21'
	stop
	start --touch 5000
	raw touch
	stop
	start --enterprise example.org
	raw enterprise
	stop
	for i in trailing-cbor extra-cbor-key; do
		start --misbehave $i
		raw $i
		stop
	done
}

judge_counter() {
	local first

	start --counter 1000
	register "counter" es256
	assert "counter" es256
	is "the counter starts where told and grows" "$(counter)" 1001
	assert "counter again" es256
	is "the counter grows by one" "$(counter)" 1002
	stop
	start --counter 0 --counter-step 0
	register "no counter" es256
	assert "no counter" es256
	is "the counter stays 0" "$(counter)" 0
	stop
	start --counter 50 --counter-step -3
	register "counter down" es256
	assert "counter down" es256
	first=$(counter)
	assert "counter down again" es256
	is "the counter goes back" "$first $(counter)" "47 44"
	stop
}

judge_touch() {
	local before after

	start --touch 600
	before=$(date +%s%N)
	register "touched after 600 ms" es256
	after=$(date +%s%N)
	is "the touch took its time" \
	    "$([ $((after - before)) -ge 600000000 ] && echo yes)" yes
	assert "touched after 600 ms" es256
	stop
	start --touch never --touch-timeout 500
	param example.org
	refuses "never touched" bash -c "make key es256"
	stop
	start --touch never
	param example.org
	hangs "waiting for a touch" bash -c "make key es256"
	accepts "the next client works at once" fido2-token -I key
	stop
}

# --- PIN ---------------------------------------------------------------------
retries() {
	fido2-token -I key | sed -n 's/^pin retries: //p'
}

judge_pin() {
	start --state state.pin
	accepts "fido2-token -S sets a PIN" \
	    bash -c "answering '1234 1234' fido2-token -S key"
	try fido2-token -I key
	says "GetInfo: the PIN is set" ', clientPin,'
	accepts "fido2-token -C changes it" \
	    bash -c "answering '1234 98765 98765' fido2-token -C key"
	refuses "fido2-token -C with the old PIN" \
	    bash -c "answering '1234 4321 4321' fido2-token -C key"
	is "that cost a try" "$(retries)" 7
	refuses "a PIN of three characters" \
	    bash -c "answering '98765 123 123' fido2-token -C key"
	param example.org
	refuses "MakeCredential without the PIN" bash -c "make -q key es256"
	accepts "MakeCredential with the PIN" \
	    bash -c "answering 98765 fido2-cred -M -i param -o made key es256"
	is "the right PIN restores the tries" "$(retries)" 8
	accepts "UV is in its authData" bash -c "verify_made -v es256"
	request example.org
	accepts "GetAssertion with the PIN" bash -c \
	    "answering 98765 fido2-assert -G -t pin=true -i request -o got key"
	accepts "UV is in its authData" bash -c "verify_got es256 -p -v"
	request example.org
	accepts "GetAssertion without the PIN" bash -c "get key"
	refuses "UV is not in its authData" bash -c "verify_got es256 -v"
	refuses "uv=true without built-in verification" \
	    bash -c "get -t uv=true key"
	stop
	start --state state.pin
	accepts "the PIN is in the state" bash -c \
	    "answering 98765 fido2-assert -G -t pin=true -i request -o got key"
	stop
}

judge_resident() {
	local type

	start --pin 1234
	for type in es256 eddsa; do
		param example.org
		accepts "resident $type: fido2-cred -M -r" bash -c \
		    "answering 1234 fido2-cred -M -r -i param -o made key $type"
		accepts "resident $type: fido2-cred -V" \
		    bash -c "verify_made $type"
	done
	accepts "fido2-token -I -c counts them" \
	    bash -c "answering 1234 fido2-token -I -c key"
	says "two resident credentials" 'existing rk\(s\): 2'
	accepts "fido2-token -L -r lists the RP" \
	    bash -c "answering 1234 fido2-token -L -r key"
	says "the RP" 'example\.org'
	accepts "fido2-token -L -k lists its credentials" \
	    bash -c "answering 1234 fido2-token -L -k example.org key"
	says "both accounts" '^01: '
	{ random 32; echo example.org; } >request
	accepts "fido2-assert -G -r, two accounts" bash -c "get -r key"
	is "both answer" "$(grep -c '^example.org$' got)" 2
	accepts "fido2-token -D deletes one" bash -c \
	    "answering 1234 fido2-token -D -i '$(head -n 1 cred)' key"
	accepts "fido2-token -I -c counts again" \
	    bash -c "answering 1234 fido2-token -I -c key"
	says "one resident credential" 'existing rk\(s\): 1'
	accepts "fido2-token -R resets" fido2-token -R key
	refuses "nothing resident is left" bash -c "get -r key"
	try fido2-token -I key
	says "the PIN is gone" 'noclientPin'
	stop
}

judge_blocked() {
	local try

	start --pin 1234 --state state.blocked
	param example.org
	for try in 1 2; do
		refuses "wrong PIN, try $try" bash -c \
		    "answering 9999 fido2-cred -M -i param -o made key es256"
		is "retries left" "$(retries)" $((8 - try))
	done
	refuses "third in a row" bash -c \
	    "answering 9999 fido2-cred -M -i param -o made key es256"
	says "blocked until the restart" 'FIDO_ERR_PIN_AUTH_BLOCKED'
	refuses "now the right one is refused, too" bash -c \
	    "answering 1234 fido2-cred -M -i param -o made key es256"
	is "and costs nothing" "$(retries)" 5
	stop
	for try in 4 5 6 7; do
		[ -n "$pid" ] || start --state state.blocked
		refuses "wrong PIN, try $try" bash -c \
		    "answering 9999 fido2-cred -M -i param -o made key es256"
		[ $((try % 2)) = 0 ] || stop
	done
	start --state state.blocked
	refuses "wrong PIN, the last try" bash -c \
	    "answering 9999 fido2-cred -M -i param -o made key es256"
	says "blocked for good" 'FIDO_ERR_PIN_BLOCKED'
	stop
	start --state state.blocked
	refuses "a restart does not help" bash -c \
	    "answering 1234 fido2-cred -M -i param -o made key es256"
	says "still blocked" 'FIDO_ERR_PIN_BLOCKED'
	accepts "a reset does" fido2-token -R key
	stop
}

judge_uv() {
	start --uv
	param example.org
	accepts "built-in verification: fido2-cred -M -v" \
	    bash -c "make -v key es256"
	accepts "UV is in its authData" bash -c "verify_made -v es256"
	request example.org
	accepts "built-in verification: fido2-assert -G -t uv=true" \
	    bash -c "get -t uv=true key"
	accepts "UV is in its authData" bash -c "verify_got es256 -p -v"
	stop
	start --uv=fail
	param example.org
	refuses "built-in verification fails" bash -c "make -v key es256"
	stop
}

# --- ssh-keygen --------------------------------------------------------------
judge_ssh() {
	local type options

	start --state state.ssh
	for type in ecdsa-sk ed25519-sk; do
		accepts "ssh-keygen -t $type" ssh-keygen -q -t $type \
		    -O device="$work/key" -N '' -f id_$type
		random 32 >challenge
		accepts "ssh-keygen -t $type with challenge and attestation" \
		    ssh-keygen -q -t $type -O device="$work/key" -N '' \
		    -O challenge=challenge -O write-attestation=att_$type \
		    -O application=ssh:judge -f id2_$type
		accepts "the attestation was written" test -s att_$type
	done
	stop
	start --pin 1234
	for options in resident verify-required; do
		accepts "ssh-keygen -O $options" bash -c \
		    "answering 1234 ssh-keygen -q -t ed25519-sk \
		    -O device=$work/key -O $options -N '' -f id_$options"
	done
	mkdir down && cd down
	accepts "ssh-keygen -K takes the resident key back" bash -c \
	    "answering 1234 ssh-keygen -q -K -O device=$work/key -N ''"
	cd "$work"
	accepts "it is the same key" bash -c \
	    'cmp <(cut -d " " -f 2 id_resident.pub) \
	         <(cut -d " " -f 2 down/*.pub)'
	stop
}

# --- Misbehaviour ------------------------------------------------------------
# Good at registration, then another run of the same key misbehaves.
prepare() {
	rm -f state.bad
	start --state state.bad
	param example.org
	try bash -c "make key es256"
	try bash -c "verify_made es256"
	stop
	cp cred good.cred
	cp public good.public
}

bad() { # FAULT OPTION...
	cp good.cred cred
	cp good.public public
	start --state state.bad --misbehave "$@"
}

judge_refused() { # tools must refuse, at the latest when they verify
	local fault

	for fault in short-report oversized-length bad-sequence disconnect \
	    hid-error wrong-command unknown-status empty-reply \
	    truncated-cbor duplicate-cbor-key huge-cbor-length deep-cbor \
	    noise wrong-rpidhash up-clear bad-signature empty-signature; do
		bad $fault
		param example.org
		refuses "$fault: registration" \
		    bash -c "make key es256 && verify_made es256"
		stop
		bad $fault
		request example.org
		refuses "$fault: assertion" \
		    bash -c "get key && verify_got es256 -p"
		stop
	done
	for fault in at-clear wrong-algorithm unknown-format off-curve-key; do
		bad $fault
		param example.org
		refuses "$fault: registration" bash -c \
		    "make key es256 && verify_made es256 2>&1 && test -s public"
		stop
	done
	bad wrong-credential
	request example.org
	refuses "wrong-credential: assertion" \
	    bash -c "get key && verify_got es256 -p"
	stop
	for fault in unknown-status empty-reply truncated-cbor noise \
	    bad-signature empty-signature; do
		bad $fault
		param example.org
		refuses "$fault: U2F registration" \
		    bash -c "make -u key es256 && verify_made es256"
		stop
	done
	rm -f state.bad
	start --state state.bad
	register "U2F, before it goes bad" es256 -u
	cp cred good.cred
	cp public good.public
	stop
	for fault in unknown-status empty-reply truncated-cbor noise \
	    bad-signature empty-signature up-clear; do
		bad $fault
		request example.org
		refuses "$fault: U2F assertion" \
		    bash -c "get -u key && verify_got es256 -p"
		stop
	done
	bad wrong-nonce
	refuses "wrong-nonce: fido2-token -I" fido2-token -I key
	stop
}

judge_hanging() {
	local fault

	for fault in silent endless-keepalive wrong-channel; do
		bad $fault
		param example.org
		hangs "$fault: registration" bash -c "make key es256"
		stop
		bad $fault
		request example.org
		hangs "$fault: assertion" bash -c "get key"
		stop
	done
}

# What the tools do not notice must be there all the same.
judge_unnoticed() {
	local id first

	bad counter-back --counter 100
	request example.org
	try bash -c "get key"
	first=$(counter)
	is "counter-back: the counter goes down" "$first" 98
	stop
	bad huge-credential-id --format packed-self
	param example.org
	try bash -c "make key es256"
	id=$(sed -n 5p made | base64 -d | wc -c)
	is "huge-credential-id: one over the limit" "$id" 1024
	stop
	bad wrong-aaguid --aaguid ff000000000000000000000000000000
	param example.org
	try bash -c "make key es256"
	is "wrong-aaguid: its first byte is turned" \
	    "$(aaguid)" 00000000000000000000000000000000
	stop
	bad garbage-getinfo
	try fido2-token -I key
	is "garbage-getinfo: libfido2 takes it for a U2F key" \
	    "$(grep -c '^version strings' log || :)" 0
	stop
	# last, as the PIN stays in the state
	bad uv-clear --pin 1234
	request example.org
	try bash -c \
	    "answering 1234 fido2-assert -G -t pin=true -i request -o got key"
	refuses "uv-clear: fido2-assert -V -v" bash -c "verify_got es256 -v"
	stop
}

"$SOFTKEY" --make-ca ca --intermediate \
    --aaguid 01020304-0506-0708-090a-0b0c0d0e0f10

judge_program
judge_info
judge_types
judge_formats
judge_u2f
judge_lists
judge_counter
judge_touch
judge_pin
judge_resident
judge_blocked
judge_uv
judge_ssh
prepare
judge_refused
judge_hanging
judge_unnoticed

echo "1..$count"
if [ $failures != 0 ]; then
	echo "# $failures of $count failed"
	exit 1
fi
