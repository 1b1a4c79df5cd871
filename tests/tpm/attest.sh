#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What a host attests of itself, by swtpm: keys are made, kept and lost, PCRs
# quoted, keys certified, answers of a service opened. tests/tpm/talk.c asks as
# attestctl does; tpm2-tools and the emulator of the service judge.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u
# shellcheck source=tests/tpm/lib.sh
. "${top_srcdir:?}/tests/tpm/lib.sh"
talk=${TALK:-$top_builddir/tests/tpm/talk}
check=$top_srcdir/tests/tpm/check_evidence.py
text=$work/text
echo "a text" >"$text"

# asks PATTERNS COMMAND ARGUMENT... [, COMMAND ARGUMENT...]...: what comes of
# them, a pattern of grep for each line that is printed.
asks() {
	local patterns=$1 is_fine=yes i=1
	shift
	"$talk" "$tcti" "${seconds:-60}" "$@" >said 2>&1
	while read -r pattern; do
		sed -n ${i}p said | grep -q -e "$pattern" || is_fine=no
		i=$((i + 1))
	done <<<"$patterns"
	[ "$(wc -l <said)" = $((i - 1)) ] || is_fine=no
	if [ $is_fine = yes ]; then ok "$what: $*"; else
		echo "expected: $patterns" >>said
		not_ok "$what: $*"
	fi
}

# judged TEXT COMMAND...
judged() {
	local text=$1
	shift
	if "$@" >said 2>&1; then ok "$what: $text"; else
		not_ok "$what: $text"
	fi
}

# taken_apart FILE: the parts of a key, as openssl finds them.
taken_apart() {
	openssl asn1parse -in "$1" >said &&
	    grep -q 'OBJECT *:2.23.133.10.1.3$' said &&
	    grep -q 'INTEGER *:40000001$' said && python3 -c 'import sys
for number, line in enumerate(line for line in sys.stdin if "DUMP" in line):
    open("part%d" % number, "wb").write(bytes.fromhex(line.split("]:")[1]))
' <said
}

# --- Keys that are new -------------------------------------------------------

what='a new host'
made first
started first
t tpm2_pcrextend "7:sha256=$(printf %064d 7)"
challenge=0123456789abcdef
asks $'ok\nok' attest new new 0xffffff $challenge , sign "$text"
judged 'the service believes quote and key' "$check" tpm $challenge 0xffffff 11
judged 'the signature is PS256' "$check" signature "$text"
left
mv aik.key host.aik
mv request.key host.key
# By other tools: the PCRs are those of the quote, the keys can be loaded.
t tpm2_createprimary -C o -G ecc -c storage.ctx \
    -a "$bound|userwithauth|noda|restricted|decrypt"
for name in aik key; do
	taken_apart host.$name || give_up "host.$name: $(cat said)"
	t tpm2_load -C storage.ctx -u part0 -r part1 -c $name.ctx
	t tpm2_readpublic -c $name.ctx -f pem -o $name.pem
done
t tpm2_pcrread sha256:all -o values
judged 'tpm2_checkquote believes it' tpm2_checkquote -u aik.pem -m quote \
    -s quote.sig -q "$(printf $challenge | od -An -tx1 | tr -d ' \n')"
judged 'the PCRs are those of the TPM' cmp values bank0

what='the same host'
cp aik.public aik.before
cp key.public key.before
asks $'ok\nok' attest host.aik host.key 0x1485 another , sign "$text"
judged 'the service believes it' "$check" tpm another 0x1485 11
judged 'the keys are the same' cmp aik.public aik.before
judged 'the keys are the same' cmp key.public key.before
if [ ! -e aik.key ] && [ ! -e request.key ]; then
	ok "$what: nothing was made"
else
	not_ok "$what: nothing was made"
fi
asks ok attest host.aik host.key 1 another sha1
judged 'there is no bank of SHA-1' "$check" tpm another 1 11
asks 'tpm-evidence: .*before anything was attested' sign "$text"
left

echo "1..$number"
[ $failed -eq 0 ]
