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

# --- Certificates in the TPM ---------------------------------------------------

what='a certificate of the AIK'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj /CN=fleet -keyout fleet.ca -out fleet.pem 2>/dev/null
for name in aik key; do
	openssl req -new -key fleet.ca -subj /CN=host | openssl x509 -req \
	    -force_pubkey $name.pem -CA fleet.pem -CAkey fleet.ca \
	    -outform DER -out $name.der 2>/dev/null
done
t tpm2_nvdefine 0x1c101d0 -C o -s 2000 -a 'ownerread|ownerwrite'
asks ok attest host.aik host.key 1 x
judged 'none, where nothing was written' [ ! -s aik.crt ]
t tpm2_nvwrite 0x1c101d0 -C o -i aik.der
asks ok attest host.aik host.key 1 x
judged 'as it is in the TPM, without what fills it' cmp aik.crt aik.der
t tpm2_nvwrite 0x1c101d0 -C o -i key.der
asks ok attest host.aik host.key 1 x
judged 'none of another key' [ ! -s aik.crt ]
head -c 2000 /dev/zero | tr '\0' 0 >digits
t tpm2_nvwrite 0x1c101d0 -C o -i digits
asks ok attest host.aik host.key 1 x
judged 'none of what is no certificate' [ ! -s aik.crt ]
t tpm2_nvundefine 0x1c101d0 -C o
left

# --- A machine of Azure --------------------------------------------------------

what='a machine of Azure'
seal() {
	python3 - "$1" <<'END'
import os, sys
sys.path.append(os.environ["top_srcdir"] + "/tests/maa_emulator")
import tpm_structures as structures
from cryptography.hazmat.primitives.asymmetric import padding
key = structures.Public(structures.sized(open("guest.key", "rb").read(),
                                         "key"), "key").key()
open("sealed", "wb").write(key.encrypt(open(sys.argv[1], "rb").read(),
                                       padding.PKCS1v15()))
END
}
mkfifo lines
"$talk" "$tcti" 60 guest host.aik 0xff , wait , decrypt sealed , wait \
    , decrypt sealed <lines >said.talk &
talking=$!
exec 3>lines
until grep -q waiting said.talk; do sleep 0.01; done
judged 'the service believes it' "$check" guest 0xff
head -c 32 /dev/urandom >inner
PYTHONDONTWRITEBYTECODE=1 seal inner
echo >&3
until [ "$(grep -c waiting said.talk)" = 2 ]; do sleep 0.01; done
judged 'it opens what is sealed for it' cmp inner decrypted
left
t tpm2_pcrextend "7:sha256=$(printf %064d 8)"
echo >&3
wait $talking
exec 3>&-
judged 'and not once a PCR has changed' eval \
    'tail -n 1 said.talk | grep "^tpm-evidence: .*a PCR has changed"'
asks 'tpm-evidence: .*before a key was made' decrypt sealed
left

# --- Keys that are none --------------------------------------------------------

what='keys that do not fit'
asks '^tpm-evidence: the AIK (host_aik) has attributes 0x00040472' \
    attest host.key host.key 1 x
asks '^tpm-evidence: the request key (host_key) has attributes 0x00050472' \
    attest host.aik host.aik 1 x
asks '^host-aik-lost: no key is at 0x81010077' attest 0x81010077 host.key 1 x
asks '^host-aik-lost: .*0x81010077' guest 0x81010077 1
left
what='another TPM'
made second
started second
asks '^host-aik-lost: the AIK (host_aik) was not made by this TPM' \
    attest host.aik host.key 1 x
asks $'^host-aik-lost\n^host-aik-lost' attest host.aik new 1 x , \
    endorse host.aik
left
what='a TPM that was cleared'
use first
t tpm2_clear -c p
asks '^host-aik-lost: ' attest host.aik host.key 1 x
left

# --- Two banks; an AIK that stays in the TPM; a password -----------------------

what='two banks'
stopped first
swtpm_setup --tpm2 --tpmstate "$work/first" --overwrite \
    --pcr-banks sha1,sha256 >said 2>&1 || give_up "$(cat said)"
started first
asks ok attest new@0x81010040 new 0x800485 both sha1
judged 'the service believes both' "$check" tpm both 0x800485 11 4
mv request.key other.key
asks ok attest 0x81010040 other.key 0x800485 one
judged 'one is enough' "$check" tpm one 0x800485 11
asks '^tpm-evidence: another key is at 0x81010040' endorse new@0x81010040
asks '^host-key-lost: the request key (host_key) was not made by this TPM' \
    attest 0x81010040 host.key 1 x
left

# What it says comes out as something else.
what='a TPM that lies'
while read -r lie pattern; do
	rm -f ready
	"$fake" "liar-$lie" "$work/$lie" "$work/first.sock" >ready &
	running+=($!)
	until [ -s ready ]; do sleep 0.01; done
	tcti=device:$work/$lie
	asks "^tpm-evidence: .*$pattern" attest 0x81010040 other.key 0x81 x
done <<'END'
quote-magic what the TPM gave as a quote is none
quote-extra what the TPM gave as a quote is none
quote-pcrs each time the quote was of other values
pcr-value each time the quote was of other values
certify-name what the TPM gave as a certified key is none
END
use first
asks ok attest 0x81010040 other.key 0x81 x
left

what='passwords'
t tpm2_changeauth -c o secret
asks '^tpm-evidence: the owner hierarchy of the TPM has a password' \
    attest 0x81010040 other.key 1 x
t tpm2_changeauth -c e secret
asks '^tpm-evidence: making the endorsement key' endorse 0x81010040
judged 'nothing is locked' eval \
    'tpm2_getcap properties-variable | grep -q "inLockout: *0"'
left

# --- Hostile ones --------------------------------------------------------------

# hostile MODE PATTERN COMMAND...
hostile() {
	local mode=$1 pattern=$2
	shift 2
	rm -f ready
	"$fake" "$mode" "$work/$mode" >ready &
	running+=($!)
	until [ -s ready ]; do sleep 0.01; done
	case $mode in
	device-*) tcti=device:$work/$mode ;;
	*) tcti=swtpm:path=$work/$mode ;;
	esac
	seconds=1 asks "$pattern" "$@"
	kill "${running[-1]}"
}

what='a hostile TPM'
hostile silent '^tpm-timeout: nothing came by .* within 1 s' endorse new
hostile device-silent '^tpm-timeout: ' attest new new 1 x
hostile garbage '^tpm-unavailable: ' attest new new 1 x
hostile endless '^tpm-unavailable: ' guest new 1
hostile empty '^tpm-unavailable: ' endorse new
hostile counting '^tpm-unavailable: ' attest new new 1 x
hostile broken '^tpm-unavailable: .*out of order' endorse new
hostile stopped '^tpm-unavailable: .*nothing has started' attest new new 1 x
hostile handles '^tpm-evidence: ' attest new new 1 x

what='afterwards'
no_orphan

echo "1..$number"
[ $failed -eq 0 ]
