#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every bit of a token turned over, every length cut, every character left out:
# none of that is accepted. Of our smallest token all of it is tried, of the
# others and of the real ones a part (STRIDE says which).
set -u

# shellcheck source=tests/tokens/service.sh
. "${top_srcdir:?}/tests/tokens/service.sh"
program=${top_builddir:?}/tests/vectors/flip
real=${VECTORS:-${top_srcdir:?}/../shared/vectors}/maa
token=$top_srcdir/tests/tokens/token.py
issuer=https://test.example.attest.azure.net
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

flip() {
	"$program" "$@" || failed=1
}

# claim NAME TOKEN
claim() {
	cut -d. -f2 "$2" | tr -d '\n' | tr _- /+ | base64 -d 2>/dev/null |
	    jq -r ".$1"
}

service "$scratch" || exit 99
"$token" batch "$scratch" <<EOF || exit 99
$scratch/policy.jwt --kind policy --iat 1760000000
$scratch/cvm.jwt --kind cvm --iat 1760000000
$scratch/tpm.jwt --kind tpm --iat 1760000000
EOF
now=1760000060
jwks=$scratch/jwks.json
flip "${STRIDE:-1}" "$issuer" $now "$jwks" - "$scratch/policy.jwt"
flip "${STRIDE:-29}" "$issuer" $now "$jwks" - "$scratch/cvm.jwt"
flip "${STRIDE:-97}" "$issuer" $now - "$scratch/ca.pem" "$scratch/tpm.jwt"

if [ ! -d "$real/tokens" ]; then
	echo "ok - changes of 14 real tokens # SKIP no folder $real/tokens"
	exit $failed
fi
for path in "$real"/tokens/*.jwt; do
	keys=${path%.jwt}.jwks.json
	stride=53
	case $path in
	*algnone.jwt)
		continue # never accepted: see tokens.py
		;;
	*tpm-boot*)
		flip "${STRIDE:-997}" "$(claim iss "$path")" \
		    $(($(claim iat "$path") + 60)) \
		    - "$real/certs/maa-tpm-pca2019.pem" "$path"
		stride=197
		;;
	*policy-get-tpm-empty.jwt)
		stride=1
		;;
	esac
	flip "${STRIDE:-$stride}" "$(claim iss "$path")" \
	    $(($(claim iat "$path") + 60)) "$keys" - "$path"
done
exit $failed
