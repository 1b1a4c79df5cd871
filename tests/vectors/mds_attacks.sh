#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What somebody in the place of the metadata service would try, through the
# whole of "attestctl mds import": each ends with its own code, and leaves what
# was imported before. Part of make check.
set -u

# shellcheck source=tests/vectors/mds_lib.sh
. "${top_srcdir:?}/tests/vectors/mds_lib.sh"
ca=$scratch/ca
model=12345678-1234-4234-8234-123456789abc
unusable=87654321-1234-4234-8234-123456789abc

sign() {
	blob sign "$ca" "$@" >"$scratch/blob.jwt"
}

# Whatever it is given, it takes 256 MB at most; a sanitizer takes terabytes.
import() (
	[ -n "${SANITIZERS:-}" ] || ulimit -v 262144
	mds import --root "$ca/root.pem" "$@"
)

# refused NAME CODE TEXT [OPTION]...: blob.jwt, and what is kept stays.
refused() {
	local name=$1 code=$2 text=$3 status=0 said kept
	shift 3
	said=$(import --json "$@" "$scratch/blob.jwt" 2>"$scratch/err") ||
	    status=$?
	kept=$(mds status --json | jq .no)
	number=$((number + 1))
	if [ "$status" -eq 1 ] && [ "$kept" = 5 ] &&
	    [ "$(jq -r .reason.code <<<"$said")" = "$code" ] &&
	    grep -q -- "$text" "$scratch/err"
	then
		echo "ok $number - $name"
	else
		failed=$((failed + 1))
		echo "not ok $number - $name"
		echo "# exit status $status, expected 1 with $code: $text"
		echo "# kept: no $kept, expected no 5"
		echo "# $said"
		sed 's/^/# /' "$scratch/err"
	fi
}

# A payload with no 6 and this in the place of its number and its entries.
payload() {
	printf '{"legalHeader":"terms","no":%s,"nextUpdate":"2099-01-01",%s}' \
	    "$1" "\"entries\":[$2]" >"$scratch/payload"
	sign --payload "$scratch/payload"
}

fresh
blob authority "$ca" || exit 1
sign --no 5 --entry "$model"
check 'what the service signs is imported' 0 'imported metadata no 5: 1 ent' \
    import "$scratch/blob.jwt"

sign --no 6 --alg none
refused 'alg none' jws-algorithm '"alg" is none, expected RS256 or ES256'
sign --no 6 --alg HS256
refused 'HS256 with the key of the root' jws-algorithm \
    '"alg" is HS256, expected RS256 or ES256'
sign --no 6 --alg RS256
refused 'an algorithm that is not that of the key' statement-algorithm RS256
sign --no 6 --no-x5c --x5u "https://mds.fidoalliance.org/signer.pem"
refused 'x5u, which nobody fetches' jws-malformed '"x5c" is not an array'
sign --no 6 --no-x5c
refused 'no x5c' jws-malformed '"x5c" is not an array'
printf '{"no":6}' >"$scratch/late"
sign --no 5 --late-payload "$scratch/late"
refused 'a payload that was changed' metadata-signature \
    'the signature of the BLOB does not verify'
sign --no 6 --signer outsider
refused 'a chain that does not lead to the root' anchor-unknown 'trust anchor'
sign --no 6 --signer other
refused 'somebody else below the root' metadata-signer \
    "signed by 'CN=www.example.net', which is not mds.fidoalliance.org"
sign --no 6 --signer expired
refused 'a signer that expired' certificate-date 'valid from' \
    --at "$(date -u -d '3 days' +%s)"
sign --no 4 --entry "$model"
refused 'an older number' metadata-old 'no 5 has been imported already'

identities="\"attestationCertificateKeyIdentifiers\":[\"$(printf '0%.0s' \
    {1..40})\"]"
payload 6 "{\"aaguid\":\"$model\",$identities,\"statusReports\":[]}"
refused 'an entry with two identities' metadata-malformed \
    'entry 0: expected one of "aaguid", "aaid" and'
entry="{\"aaguid\":\"$model\",\"metadataStatement\":{},\"statusReports\":[]}"
payload 6 "$entry,$entry"
refused 'two entries with one identity' metadata-malformed \
    'two entries have the same AAGUID'
payload '6,"no":7' "$entry"
refused 'a key twice' jws-malformed 'duplicate'
payload 6 "{\"aaguid\":\"$model\",\"statusReports\":[],\"statusReports\":[]}"
refused 'a key twice in an entry' jws-malformed 'duplicate'
payload '"6"' "$entry"
refused 'no as a string' metadata-malformed '"no" is not a number'

# What is nested: by its depth, and past any size from a file and a pipe.
# 44 million brackets are the most that fit into a BLOB.
head -c 44000000 /dev/zero | tr '\0' '[' >"$scratch/nested"
sign --payload "$scratch/nested"
refused 'a payload of 44 MB of nesting' jws-malformed 'maximum parsing depth'
rm -f "$scratch/nested"
head -c 300000000 /dev/zero | tr '\0' '[' >"$scratch/blob.jwt"
refused '300 MB of nesting in a file' metadata-malformed 'larger than any BLOB'
nested_pipe() {
	head -c 300000000 /dev/zero | tr '\0' '[' | import -
	return "${PIPESTATUS[2]}"
}
check '300 MB of nesting from a pipe' 1 'larger than any BLOB' nested_pipe
check 'what is kept stays' 0 '^no  *5$' mds status

payload 6 "{\"aaguid\":\"$unusable\",\"metadataStatement\":{
    \"description\":\"Broken\",\"attestationRootCertificates\":[\"QUJD\"]},
    \"statusReports\":[]},$entry"
check 'an anchor that does not parse is a warning' 0 \
    "warning: the entry 'Broken' has an anchor that is not a certificate" \
    import "$scratch/blob.jwt"
check 'its entry cannot be used' 0 '"usable": *false' \
    mds show --json "$unusable"
check 'the other one can' 0 '"usable": *true' mds show --json "$model"

finish
