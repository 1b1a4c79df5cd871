# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Keys of every attestation format: registered, then used.

# registers NAME FORMAT [VALUE]: by that name of --format, under that value of
# the option formats.
registers()
{
	local name=$1 format=$2 formats=${3:-}

	fresh
	key desk --format "$name" --authority "$ATT_CA"
	plug desk
	conf ${formats:+"formats=$formats"}
	is "$name: a key is registered" enroll alice desk desk
	login "$name: it logs in" SUCCESS
	is "$name: the audit line names the format" audit "format=$format"
	conf formats=none
	login "$name: it is out when its format is" CRED_EXPIRED
	is "$name: the log says why" says log format-refused
	conf ${formats:+"formats=$formats"}
	rekey desk
	login "$name: it logs in after it was unplugged" SUCCESS
	mv "$D/roots.d/ca.pem" "$D/ca.pem"
	login "$name: it is out when its anchor is" CRED_EXPIRED
}

registers packed packed
registers fido-u2f fido-u2f
registers tpm tpm
registers tpm-rsa tpm
registers android-key android-key
registers apple apple
registers compound compound "packed android-key compound"
registers android-safetynet android-safetynet android-safetynet

# Not under the defaults: refuses_by_default NAME CODE
refuses_by_default()
{
	fresh
	key desk --format "$1" --authority "$ATT_CA"
	enroll alice desk desk
	is "$1: refused by default" test $? = 1
	is "$1: because of $2" grep -q "($2)" "$D/out"
}

refuses_by_default packed-self attestation-self
refuses_by_default none attestation-none
refuses_by_default compound format-refused
refuses_by_default android-safetynet format-refused

# The number of the device in its certificate is no defect, asked for or not.
fresh
key_foreign desk --enterprise pam_attest --authority "$ATT_CA" \
    --misbehave enterprise-unasked
plug desk
is "an enterprise attestation is registered" enroll alice desk desk
is "it vouches with its own certificate" \
    grep -q 'vouched for by CN=softkey Attestation CA' "$D/out"
login "the key logs in" SUCCESS

finish
