#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Are the tokens of token.py what they are said to be? openssl and jq judge
# it; nothing of ours does. Where the real tokens are there, the names and the
# types of our claims have to be theirs.
set -u
token=${top_srcdir:?}/tests/tokens/token.py
real=${VECTORS:-$top_srcdir/../shared/vectors}/maa/tokens
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0

# check NAME COMMAND...
check() {
	local name=$1
	shift
	number=$((number + 1))
	if "$@" >"$scratch/out" 2>&1; then
		echo "ok $number - $name"
	else
		failed=$((failed + 1))
		echo "not ok $number - $name"
		sed 's/^/# /' "$scratch/out"
	fi
}

is() {
	echo "'$1', wanted '$2'"
	[ "$1" = "$2" ]
}

not() {
	! "$@"
}

# use NAME: the token that the parts below are of.
use() {
	cp "$scratch/$1.jwt" "$scratch/token"
}

decode() {
	local text
	text=$(tr -d '\n' | tr _- /+)
	while [ $((${#text} % 4)) -ne 0 ]; do text+='='; done
	base64 -d <<<"$text"
}

hex() {
	basenc --base16 -w0 | tr A-F a-f
}

encode() {
	base64 -w0 | tr /+ _- | tr -d =
}

part() {
	cut -d. -f"$1" "$scratch/token" | decode
}

# ask PART FILTER: what jq finds in the header (1) or the claims (2).
ask() {
	part "$1" | jq -r "$2"
}

# signed_by CERTIFICATE ALG: does openssl find the signature good?
signed_by() {
	local options=()
	case $2 in PS*) options=(-sigopt rsa_padding_mode:pss) ;; esac
	openssl x509 -in "$1" -noout -pubkey >"$scratch/public" &&
	    part 3 >"$scratch/signature" &&
	    cut -d. -f1,2 "$scratch/token" | tr -d '\n' |
	    openssl dgst "-sha${2#??}" -verify "$scratch/public" \
		"${options[@]}" -signature "$scratch/signature"
}

# shown FILTER: the certificate that jq finds in the header, as a file.
shown() {
	{
		echo "-----BEGIN CERTIFICATE-----"
		ask 1 "$1" | fold -w64
		echo "-----END CERTIFICATE-----"
	} >"$scratch/shown.pem"
}

chain_is_good() {
	shown '.x5c[0]'
	openssl verify -x509_strict -CAfile "$scratch/root.pem" \
	    -untrusted "$scratch/pca.pem" "$@" "$scratch/shown.pem"
}

enclave_kid() {
	{
		openssl x509 -noout -pubkey
		printf '\0'
	} | openssl dgst -sha256 -binary | base64
}

modulus_of() {
	openssl pkey -in "$1" -pubout | openssl rsa -pubin -noout -modulus |
	    cut -d= -f2 | basenc -d --base16 | encode
}

# The names of all claims with the types of their values, elements of arrays
# under one name. What a policy issues has the names of its author.
shapes() {
	jq -r 'del(."x-ms-policy") | [paths(true) as $p |
	    ($p | map(if type == "number" then "*" else . end) | join("/")) +
	    " " + (getpath($p) | type)] | unique[]'
}

# same_shape TOKEN [NAME-PATTERN]...: but for these names.
same_shape() {
	local file=$1
	shift
	cut -d. -f2 "$real/$file.jwt" | decode | shapes |
	    grep -v "$@" >"$scratch/wanted"
	part 2 | shapes | grep -v "$@" | diff "$scratch/wanted" -
}

check 'an authority is made' "$token" authority "$scratch"
check 'a batch of tokens is made' "$token" batch "$scratch" <<EOF
$scratch/plain.jwt
$scratch/policy.jwt --policy-hash 'a policy'
$scratch/tpm.jwt --kind tpm --public $scratch/leaf.key
$scratch/cvm.jwt --kind cvm --public $scratch/leaf.key
$scratch/set.jwt --pcrs 0,7 --iat -60 --nbf 5 --exp 2030-01-02T03:04:05Z --set '/a~1b/c=[1 , 2]' --drop /secureboot # and so on
$scratch/RS384.jwt --alg RS384
$scratch/RS512.jwt --alg RS512
$scratch/PS256.jwt --alg PS256
$scratch/none.jwt --alg none
$scratch/HS256.jwt --alg HS256
$scratch/small.jwt --signer small
$scratch/late.jwt --late /secureboot=false
$scratch/duplicate.jwt --duplicate secureboot=false
$scratch/expired.jwt --kind tpm --signer expired
$scratch/impostor.jwt --kind tpm --signer impostor
$scratch/outsider.jwt --kind tpm --signer outsider
$scratch/by-root.jwt --kind tpm --signer by-root
$scratch/no-eku.jwt --kind tpm --signer no-eku
$scratch/no-ku.jwt --kind tpm --signer no-ku
$scratch/ca-leaf.jwt --kind tpm --signer ca-leaf
$scratch/sgx.jwt --kind sgx
$scratch/software.jwt --kind tpm --software
$scratch/answer.jwt --kind policy
EOF

use plain
check 'a token of an enclave is RS256' is "$(ask 1 '.alg + .typ')" RS256JWT
check 'openssl verifies it' signed_by "$scratch/enclave.pem" RS256
check 'not by another key' not signed_by "$scratch/leaf.pem" RS256
check 'it has the kid of its key' is "$(ask 1 .kid)" \
    "$(enclave_kid <"$scratch/enclave.pem")"
check 'the keys of the service have that one' is \
    "$(jq -r '.keys[0] | .kid + .x5c[0] + .n' "$scratch/jwks.json")" \
    "$(ask 1 .kid)$(sed /-----/d "$scratch/enclave.pem" |
	tr -d '\n')$(modulus_of "$scratch/enclave.key")"
check 'its key is where its issuer says' is "$(ask 1 .jku)" \
    "$(ask 2 .iss)/certs"
check 'it lives for eight hours, from now on' is \
    "$(ask 2 "\"\(.exp - .iat) \(.iat - .nbf) \(now - .iat | . >= 0 and
	. < 600)\"")" '28800 0 true'
check 'the key that names the host is host.key' is \
    "$(ask 2 '."x-ms-runtime".keys[0].n')" \
    "$(modulus_of "$scratch/host.key")"
check 'the policy has the hash of its text' is \
    "$(use policy && ask 2 '."x-ms-policy-hash"')" \
    "$(printf 'a policy' | encode | tr -d '\n' |
	openssl dgst -sha256 -binary | encode)"
check 'token.py tells that hash' is "$("$token" policy-hash 'a policy')" \
    "$(ask 2 '."x-ms-policy-hash"')"

use tpm
check 'openssl verifies a TPM report' signed_by "$scratch/leaf.pem" RS256
check 'and the chain in it' chain_is_good
check 'its leaf is for attestation' grep -q '1\.3\.6\.1\.4\.1\.311\.76\.50\.3' \
    <(openssl x509 -in "$scratch/shown.pem" -noout -text)
check 'its kid is the thumbprint of its leaf' is "$(ask 1 .kid)" \
    "$(openssl x509 -in "$scratch/leaf.pem" -outform DER |
	openssl dgst -sha1 -binary | encode)"
check 'the request key is the one that was given, twice' is \
    "$(ask 2 '.cnf.jwk.n + ."x-ms-tpm-request-key".jwk.n')" \
    "$(modulus_of "$scratch/leaf.key")$(modulus_of "$scratch/leaf.key")"
check 'ca.pem is the PCA' cmp "$scratch/ca.pem" "$scratch/pca.pem"

use cvm
check 'an attestation key is given where it belongs' is \
    "$(ask 2 '."x-ms-isolation-tee"."x-ms-runtime".keys[0] | .kid + .n')" \
    "HCLAkPub$(modulus_of "$scratch/leaf.key")"
use set
check 'claims are set and dropped' is \
    "$(ask 2 '[."x-ms-azurevm-attested-pcrs", .nbf, .exp, ."a/b".c,
	has("secureboot")] | tostring')" '[[0,7],5,1893553445,[1,2],false]'

# --- What an attacker would do ---

for alg in RS384 RS512 PS256; do
	use "$alg"
	check "$alg is signed as it says" \
	    signed_by "$scratch/enclave.pem" "$alg"
done
use none
check 'alg none has no signature' is \
    "$(ask 1 .alg)$(cut -d. -f3 "$scratch/token")" none
use HS256
openssl x509 -in "$scratch/enclave.pem" -noout -pubkey >"$scratch/public"
check 'HS256 is by the public key' is "$(part 3 | hex)" \
    "$(cut -d. -f1,2 "$scratch/token" | tr -d '\n' | openssl dgst -sha256 \
	-mac HMAC -macopt "hexkey:$(hex <"$scratch/public")" |
	sed 's/.* //')"
use small
"$token" jwks "$scratch" small >"$scratch/small.json"
check 'a small key signs' signed_by "$scratch/small.pem" RS256
check 'it has 1024 bits' grep -q '1024 bit' \
    <(openssl x509 -in "$scratch/small.pem" -noout -text)
use late
check 'a late claim is in the token' is "$(ask 2 .secureboot)" false
check 'its signature is no longer good' \
    not signed_by "$scratch/enclave.pem" RS256
use duplicate
check 'a claim is there twice' is \
    "$(part 2 | grep -o '"secureboot": [a-z]*' | tr '\n' ' ')" \
    '"secureboot": true "secureboot": false '
check 'and signed' signed_by "$scratch/enclave.pem" RS256
printf '[]' | "$token" sign "$scratch" --raw-payload - --kid x --header 'crit=["b64"]' \
    --drop-header typ >"$scratch/token"
check 'a raw payload and header are as given' is \
    "$(part 2)$(ask 1 '.kid + .crit[0] + .typ')" '[]xb64'

use expired
check 'a certificate has expired' not chain_is_good
check 'and was good once' chain_is_good -attime 1600000000
use impostor
check 'an impostor is not below the root' not chain_is_good
check 'but by the name' is \
    "$(openssl x509 -in "$scratch/shown.pem" -noout -issuer)" \
    "$(openssl x509 -in "$scratch/pca.pem" -noout -subject |
	sed 's/subject/issuer/')"
use outsider
check 'an outsider is below nobody' not chain_is_good
check 'and signs' signed_by "$scratch/outsider.pem" RS256
use by-root
check 'a leaf is issued by the root' chain_is_good
for name in no-eku no-ku ca-leaf; do
	use "$name"
	check "$name signs by the same key" \
	    signed_by "$scratch/leaf.pem" RS256
	check "$name is below the PCA" chain_is_good
done

# --- The real ones ---

if [ -d "$real" ]; then
	use plain
	check 'azurevm without isolation has no more than the real one' \
	    same_shape azurevm-linux-ubuntu18-sharedwus \
	    -e '^x-ms-isolation-tee' -e '^$'
	use cvm
	check 'cvm has the shape of a real token' \
	    same_shape azurevm-linux-ubuntu18-sharedwus -e '^$'
	use sgx
	check 'sgx has the shape of a real token' \
	    same_shape oe-isolated-simple -e '^$'
	use software
	check 'tpm has the shape of a real token' \
	    same_shape tpm-boot-claims -e '^$'
	use answer
	check 'policy has the shape of a real token' \
	    same_shape policy-set-tpm-unsecured-1 -e '^$'
	jwks=$real/oe-isolated-simple.jwks.json
	check 'a real kid is made like ours' is \
	    "$(jq -r '.keys[0].kid' "$jwks")" "$(
		{
			echo "-----BEGIN CERTIFICATE-----"
			jq -r '.keys[0].x5c[0]' "$jwks" | fold -w64
			echo "-----END CERTIFICATE-----"
		} | enclave_kid)"
	check 'and so is the hash of a real policy' is \
	    "$(cut -d. -f2 "$real/oe-isolated-simple.jwt" | decode |
		jq -r '."x-ms-policy-hash"')" \
	    "$("$token" policy-hash "$(
		cut -d. -f2 "$real/policy-get-sgx-default.jwt" | decode |
		    jq -r '."x-ms-policy"' | cut -d. -f2 | decode |
		    jq -r .AttestationPolicy | decode)")"
else
	number=$((number + 1))
	echo "ok $number - the shape of 7 real values # SKIP no $real"
fi

echo "1..$number"
[ "$failed" -eq 0 ]
