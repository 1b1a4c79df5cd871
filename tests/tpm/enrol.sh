#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Enrolment of an AIK with a registry: attestctl on both sides, and tpm2-tools
# in the place of either. Whoever has not both keys in one TPM is refused.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u
# shellcheck source=tests/tpm/lib.sh
. "${top_srcdir:?}/tests/tpm/lib.sh"
ctl=${ATTESTCTL:-$top_builddir/tests/tpm/attestctl}
change=$top_srcdir/tests/tpm/enrolment.py

# vouched NAME CA: a TPM whose endorsement key has a certificate of that CA.
vouched() {
	mkdir -p "$1" "$2"
	printf '%s\n' "statedir = $work/$2" \
	    "signingkey = $work/$2/key.pem" "issuercert = $work/$2/cert.pem" \
	    "certserial = $work/$2/serial" >"$2.conf"
	printf '%s\n' '--platform-manufacturer Maker' \
	    '--platform-version 1' '--platform-model Model' >"$2.options"
	printf '%s\n' 'create_certs_tool = /usr/bin/swtpm_localca' \
	    "create_certs_tool_config = $work/$2.conf" \
	    "create_certs_tool_options = $work/$2.options" >"$1.conf"
	swtpm_setup --tpm2 --tpmstate "$work/$1" --pcr-banks sha256 \
	    --config "$work/$1.conf" --create-ek-cert \
	    >said 2>&1 || give_up "swtpm_setup: $(cat said)"
	cat "$2"/*cert.pem >"$2.pem"
	started "$1"
	configured "$1" "$work/$1.aik"
}

# configured NAME AIK: a configuration of attestctl.
configured() {
	printf '%s\n' "host_tcti = swtpm:path=$work/$1.sock" \
	    "host_aik = $2" >"$1.attest"
	chmod 600 "$1.attest"
}

# has PATTERN: what was printed; "" for anything.
has() {
	[ -z "$1" ] || grep -q -e "$1" out said
}

# on NAME STATUS PATTERN WORD...: attestctl host WORD... there.
on() {
	local name=$1 status=$2 pattern=$3
	shift 3
	"$ctl" -c "$work/$name.attest" host "$@" >out 2>said
	if [ $? = "$status" ] && has "$pattern"; then
		ok "$what: $*"
	else
		cat out >>said
		echo "expected: $status, $pattern" >>said
		not_ok "$what: $*"
	fi
}

# The registry needs no configuration.
registry() {
	local status=$1 pattern=$2
	shift 2
	"$ctl" host challenge "$@" >out 2>said
	if [ $? = "$status" ] && has "$pattern"; then
		ok "$what: $*"
	else
		cat out >>said
		echo "expected: $status, $pattern" >>said
		not_ok "$what: $*"
	fi
}

changed() {
	"$change" "$@" >changed.json || give_up "$*"
}

# --- As it should be ---------------------------------------------------------

what='an enrolment'
vouched first maker
on first 0 '"aik_name": "000b' endorse
cp out first.json
judged 'the AIK is kept' test -s first.aik
judged 'it is for root alone' [ "$(stat -c %a first.aik)" = 600 ]
on first 0 '' endorse --out again.json
judged 'the AIK stays the same' cmp first.json again.json
registry 0 '"credential"' --ca maker.pem --secret-out secret first.json
cp out challenge.json
judged 'the secret is for the registry alone' \
    [ "$(stat -c %a secret)" = 600 ]
on first 0 '^[A-Za-z0-9_-]\{43\}$' activate challenge.json
judged 'the secret is found' cmp out secret
"$ctl" -c first.attest host activate - <challenge.json >out
judged 'by standard input, too' cmp out secret
registry 0 '"credential"' --ca maker.pem --secret-out other first.json
judged 'another challenge has another secret' eval '! cmp -s other secret'
left

what='other tools'
t tpm2_nvread 0x1c00002 -C o -o ek.der
"$change" get first.json ek_certificate >shown.der
judged 'the certificate is that of the TPM' \
    cmp -n "$(stat -c %s shown.der)" ek.der shown.der
judged 'openssl believes it' eval 'openssl x509 -inform DER -in shown.der |
    openssl verify -partial_chain -CAfile maker.pem'
openssl x509 -inform DER -in shown.der -noout -pubkey >ek.pem
python3 - first.aik <<'END'
import re, subprocess, sys
found = re.findall(r"DUMP\]:(\w+)", subprocess.run(
    ["openssl", "asn1parse", "-in", sys.argv[1]], check=True,
    stdout=subprocess.PIPE).stdout.decode())
for name, text in zip(("aik.pub", "aik.priv"), found):
    open(name, "wb").write(bytes.fromhex(text))
END
t tpm2_createprimary -C o -G ecc -c storage.ctx \
    -a "$bound|userwithauth|noda|restricted|decrypt"
t tpm2_load -C storage.ctx -u aik.pub -r aik.priv -c aik.ctx -n aik.name
name=$(od -An -tx1 aik.name | tr -d ' \n')
judged 'the name is that of the TPM' grep -q "\"$name\"" first.json

# activated CHALLENGE SECRET: by tpm2_activatecredential.
activated() {
	"$change" blob "$1" blob
	t tpm2_startauthsession --policy-session -S session
	t_session tpm2_policysecret -S session -c e
	t tpm2_activatecredential -c aik.ctx -C 0x81010001 -i blob \
	    -o found -P session:session
	tpm2_flushcontext session 2>/dev/null
	printf '%s\n' "$(base64 -w 0 found | tr +/ -_ | tr -d =)" | cmp - "$2"
}

# t_session COMMAND...: as t, but what is loaded stays.
t_session() {
	"$@" >said 2>&1 || give_up "$*: $(cat said)"
}

judged 'tpm2_activatecredential opens our challenge' \
    activated challenge.json secret
head -c 20 /dev/urandom >theirs
t tpm2_makecredential -T none -u ek.pem -G rsa -s theirs -n "$name" -o blob
"$change" challenge blob "$name" >theirs.json
on first 0 '' activate theirs.json
judged 'we open that of tpm2_makecredential' eval \
    '[ "$(cat out)" = "$(base64 -w 0 theirs | tr +/ -_ | tr -d =)" ]'
registry 0 credential --ek ek.pem --secret-out other first.json
left

# --- As it should not be -----------------------------------------------------

what='attacks on the registry'
vouched second forger
registry 1 'ek_certificate: ' --ca forger.pem --secret-out no first.json
on second 0 '' endorse --out second.json
changed with first.json ek_public=second.json
registry 1 'another key than the one of ek_certificate' --ca maker.pem \
    --secret-out no changed.json
changed with first.json ek_public=second.json ek_certificate=second.json
registry 1 'ek_certificate: ' --ca maker.pem --secret-out no changed.json
registry 1 'another key than the one of --ek' --ek ek.pem --secret-out no \
    changed.json
changed drop first.json ek_certificate
registry 1 'there is no ek_certificate' --ca maker.pem --secret-out no \
    changed.json
changed with first.json aik_public=second.json
registry 1 'aik_name is not the name' --ca maker.pem --secret-out no \
    changed.json
while read -r bits lacks; do
	changed attributes first.json $bits
	registry 1 "has attributes 0x000.*lacks $lacks" --ca maker.pem \
	    --secret-out no changed.json
done <<'END'
0x50452 0x00000020
0x50440 0x00000032
0x40472 0x00010000
0x10472 0x00040000
0x70472 0x00000000
END
changed flip first.json ek_certificate
registry 1 'ek_certificate' --ca maker.pem --secret-out no changed.json
changed flip first.json ek_public
registry 1 'ek_public' --ca maker.pem --secret-out no changed.json
echo '{}' >changed.json
registry 1 'ek_public is missing' --ca maker.pem --secret-out no changed.json
echo 'no JSON' >changed.json
registry 1 'changed.json' --ca maker.pem --secret-out no changed.json
registry 2 'secret-out is needed' --ca maker.pem first.json
registry 2 'one of both' --secret-out no first.json
registry 2 'one of both' --ca maker.pem --ek ek.pem --secret-out no first.json
judged 'nobody got a secret' [ ! -e no ]

what='attacks on the host, or by it'
on second 1 'for another TPM or another AIK' activate challenge.json
# The right TPM, but the AIK that the registry challenged is not in it.
changed with first.json aik_public=second.json aik_name=second.json
registry 0 credential --ca maker.pem --secret-out no changed.json
cp out foreign.json
on first 1 'for another TPM or another AIK' activate foreign.json
for member in credential secret; do
	changed flip challenge.json $member
	on first 1 'or has been changed' activate changed.json
done
echo '{"credential": "AAA", "secret": "AAA", "aik_name": "0"}' >changed.json
on first 2 'aik_name is no name' activate changed.json
changed with challenge.json aik_name=first.json
on first 0 '' activate changed.json
judged 'the right one is opened still' cmp out secret
configured second "$work/none.aik"
on second 1 'there is no attestation key yet' activate challenge.json
use second
left
use first
left

# --- Where keys are ----------------------------------------------------------

what='a persistent handle'
configured first 0x81010030
on first 0 '"aik_name"' endorse
cp out kept.json
on first 0 '"aik_name"' endorse
judged 'the AIK stays the same' cmp out kept.json
t tpm2_readpublic -c 0x81010030 -n kept.name
judged 'it is there' grep -q "$(od -An -tx1 kept.name | tr -d ' \n')" kept.json
what='an AIK of another TPM'
configured first "$work/second.aik"
on first 1 'was not made by this TPM' endorse
left
what='no TPM'
stopped first
on first 2 'not reached by' endorse

echo "1..$number"
[ $failed -eq 0 ]
