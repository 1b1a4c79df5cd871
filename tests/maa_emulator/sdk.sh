#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Is the emulator what the official client takes for the service? The package
# comes from npm, into the folder of the build; from its cache if it is there.
set -u
: "${top_srcdir:?}"
. "$top_srcdir/tests/maa_emulator/lib.sh"
package=@azure/attestation@1.0.0
packages=$builddir/npm

command -v node >/dev/null && command -v npm >/dev/null ||
    skip 'node or npm is not here'
mkdir -p "$packages"
[ -d "$packages/node_modules/@azure/attestation" ] ||
    timeout 60 npm install --loglevel=error --no-audit --no-fund --ignore-scripts \
    --prefer-offline --fetch-retries=0 --prefix "$packages" "$package" \
    >"$scratch/npm" 2>&1 ||
    skip "$package cannot be had: $(head -n 1 "$scratch/npm")"

key() {
	openssl req -x509 -newkey "$2" -pkeyopt "$3" -nodes -days 3650 \
	    -subj "/CN=$1" -keyout "$scratch/$1.key" -out "$scratch/$1.pem" \
	    2>/dev/null
}

key rsa rsa rsa_keygen_bits:2048
key ec ec ec_paramgen_curve:P-256
key other ec ec_paramgen_curve:P-256
printf '{"jwk":{"kty":"EC","crv":"P-256"},"text":"\xc3\xbc?>~"}' \
    >"$scratch/data"
printf '{"started":true}' >"$scratch/configuration"
"$emulator/evidence.py" quote "$scratch/data" >"$scratch/quote"
"$emulator/evidence.py" report "$scratch/data" "$scratch/configuration" \
    >"$scratch/report"

start aad
aad=$endpoint
start isolated --isolated "$scratch/rsa.pem"

cp "$emulator/sdk.mjs" "$packages/"
NODE_EXTRA_CA_CERTS=$scratch/aad/tls.pem timeout 300 \
    node "$packages/sdk.mjs" "$scratch" "$aad" "$endpoint"
