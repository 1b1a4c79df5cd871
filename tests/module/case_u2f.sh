# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Keys that speak U2F only: registered with a fido-u2f statement, then used.

fresh
"$SOFTKEY" --make-ca "$D/u2f" --ca-name "U2F CA" --u2f-leaf >/dev/null
cp "$D/u2f/ca.pem" "$D/roots.d/u2f.pem"
chmod 600 "$D/roots.d/u2f.pem"

old_key()
{
	local name=$1

	shift
	key_foreign "$name" --u2f-only \
	    --attestation-key "$D/u2f/attestation.key" \
	    --attestation-chain "$D/u2f/attestation.pem" "$@"
}

old_key desk
plug desk
conf
is "a U2F key is registered" enroll alice desk desk
is "what vouches for it is said" grep -q "U2F CA" "$D/out"
login "it logs in" SUCCESS
is "the audit line names the format" audit format=fido-u2f "up=1" "uv=0"
conf user_verification=required
login "it cannot verify a user" AUTH_ERR
conf formats=packed
login "it is out when its format is" CRED_EXPIRED
is "the log says why" says log format-refused
conf aaguid_allow=d8522d9f-575b-4866-88a9-ba99fa02f35b
login "it has no model that an allow list could name" CRED_EXPIRED
conf
mv "$D/roots.d/u2f.pem" "$D/u2f.pem"
login "it is out when its anchor is" CRED_EXPIRED
mv "$D/u2f.pem" "$D/roots.d/u2f.pem"
login "it logs in again" SUCCESS
key_stop desk
old_key other
plug other
login "another U2F key does not" AUTH_ERR

finish
