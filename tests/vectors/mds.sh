#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The saved metadata BLOBs through "attestctl mds": part of make check. Without
# the shared vectors it says what it skipped.
set -u

vectors=${top_srcdir:?}/../shared/vectors/mds
case ${VECTORS:-} in ?*) vectors=$VECTORS/mds ;; esac
# shellcheck source=tests/vectors/mds_lib.sh
. "${top_srcdir:?}/tests/vectors/mds_lib.sh"

import() {
	local root=$1
	shift
	mds import --root "$vectors/$root.pem" "$@"
}

if [ ! -d "$vectors" ]; then
	echo "ok 1 - metadata BLOBs # SKIP no $vectors"
	echo "1..1"
	exit 0
fi

production=$vectors/webauthn4j-blob.jwt
conformance=$vectors/simplewebauthn-verifyJWT.jwt
then=2021-11-15T00:00:00Z
fresh
check 'the production BLOB of 2021 is refused today' 1 'valid from' \
    import globalsign-root-r3 "$production"
check 'nothing was kept of it' 1 'there is no metadata' mds status
check 'it is imported at its time' 0 'imported metadata no 9: 81 entries' \
    import globalsign-root-r3 --at "$then" "$production"
check 'a second time it is there already' 0 'is there already' \
    import globalsign-root-r3 --at "$then" "$production"
check 'its status is shown' 0 'next update  2021-12-01 (overdue)' mds status
check 'a YubiKey 5 is in it' 0 'YubiKey 5 Series with NFC' \
    mds show 2fc0579f-8113-47ea-b116-bb5a8db9202a
check 'an unknown model is not' 1 'says nothing of' \
    mds show ffffffff-8113-47ea-b116-bb5a8db9202a
check 'what is no identifier is wrong use' 2 \
    "^attestctl: mds show: 'yubikey' is neither an AAGUID nor" \
    mds show yubikey
check 'under another root it is refused' 1 'trust anchor' \
    import fido-fake-mds3-root --at "$then" "$production"
check 'another signer below the root is refused' 1 \
    "signed by 'CN=www.example.net', which is not mds.fidoalliance.org" \
    import derived-root "$vectors/derived-wrong-signer-rs256.jwt"
check 'the conformance BLOB is newer' 0 'imported metadata no 42' \
    import fido-fake-mds3-root "$conformance"
check 'metadata never goes back' 1 'no 42 has been imported already' \
    import globalsign-root-r3 --at "$then" "$production"
check 'a payload without a signature is refused' 1 'JWS' \
    import globalsign-root-r3 "$vectors/production-payload-no43-2023.json"
check 'a missing file cannot be judged' 2 'does not exist' \
    import globalsign-root-r3 "$vectors/no-such-file"
check 'what was kept stays' 0 '^no  *42$' mds status

fresh
sed 's/./A/400000' "$production" >"$scratch/changed.jwt"
check 'a changed payload is refused' 1 \
    'signature of the BLOB does not verify\|not JSON' \
    import globalsign-root-r3 --at "$then" "$scratch/changed.jwt"
head -c 500000 "$production" >"$scratch/cut.jwt"
check 'a download that was cut is refused' 1 'JWS' \
    import globalsign-root-r3 --at "$then" "$scratch/cut.jwt"
head -c 68000000 /dev/zero | tr '\0' '[' >"$scratch/nested.jwt"
check 'what is larger than any BLOB is refused unread' 1 'larger than any' \
    import globalsign-root-r3 "$scratch/nested.jwt"
printf 'mds_dir = %s\nstate_dir = %s\n' "$scratch/state/mds" \
    "$scratch/state" >"$scratch/conf-fresh"
check 'folders that are missing are made' 0 'imported metadata no 42' \
    "$attestctl" --config "$scratch/conf-fresh" mds import \
    --root "$vectors/fido-fake-mds3-root.pem" "$conformance"
printf "mds_dir = %s\nmds_roots = %s\n" "$scratch/mds" "$scratch/none" >"$scratch/conf-empty"
check 'without a root nothing is imported' 2 'there is no root in' \
    "$attestctl" --config "$scratch/conf-empty" mds import "$production"

finish
