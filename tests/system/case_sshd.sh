# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The real sshd on the loopback address.

. "$here/sshd.sh"

{
	watched auth "required MODULE"
	watched account "required MODULE"
	echo "account required pam_permit.so"
	watched session "required MODULE"
} | service sshd
: >"$W/snapshots"
cp "$W/ssh/user.pub" "$W/ssh/authorized"
sshd_begin "AuthorizedKeysFile $W/ssh/authorized"
identity=$W/ssh/user
rm -f "$W"/credentials.d/*
conf
key remote
is "a key is registered for tess" enroll tess desk
: >"$W/key.trace"

ssh_as tess publickey
is "a publickey login passes the account phase" test "$status" = 0
is "it is tess" says '^tess$'
is "nothing in sshd is changed by any phase" \
    left_alone account setcred open-session close-session
ssh_as bob publickey
is "so does that of a user without a credential" test "$status" = 0

ssh_as tess keyboard-interactive
is "keyboard-interactive from an address is refused" test "$status" != 0
is "the caller is told that a local key cannot be used" \
    grep -Eqi 'cannot be used|local|from another' "$W/out" "$W/asked"
is "the log says why" \
    logged 'refused: phase=auth reason=remote-caller .*rhost="127.0.0.1"'
ssh_as bob keyboard-interactive
is "keyboard-interactive without a credential is refused" \
    test "$status" != 0
ssh_as nobody-knows-me keyboard-interactive
is "keyboard-interactive of an unknown user is refused" test "$status" != 0
is "no key has been sent a byte" test ! -s "$W/key.trace"
is "no PIN was asked of a remote caller" not grep -qi PIN "$W/asked"

# The account phase fails closed.
conf no_such_option=1
ssh_as tess publickey
is "a wrong configuration denies a publickey login" test "$status" != 0
is "the log names the line" logged "phase=account .*$W/conf:[0-9]+: "

# The host gate: the account phase is the one that publickey logins have.
gate
token
: >"$W/snapshots"
ssh_as tess publickey
is "gate: a good token lets a publickey login in" test "$status" = 0
is "gate: the log names the host's token" \
    logged 'accepted: phase=account reason=ok host=azurevm .*service="sshd"'
is "gate: nothing in sshd is changed" left_alone account
# refused WHAT REASON: what a publickey login is told, and what the log says.
refused()
{
	ssh_as tess publickey
	is "gate: $1 keeps a publickey login out" test "$status" != 0
	is "gate: $1: no command runs" not says '^tess$'
	is "gate: $1: the log says why" \
	    logged "refused: phase=account reason=$2 .*service=\"sshd\""
}
token --set /secureboot=false
refused "a changed claim" token-claim
is "gate: the log has the claim, the value found and the value wanted" \
    logged '/secureboot is false, wanted == true'
token --iat -7200 --exp -3600
refused "an expired token" token-expired
token --signer next
refused "a token by another key" token-key
token --alg none
refused "an unsigned token" jws-algorithm
token --late /secureboot=true --set /secureboot=false
refused "a claim that was changed once it was signed" token-signature
token --issuer https://other.example.attest.azure.net
refused "a token of another provider" token-issuer
token --kind sgx
refused "a token about an enclave" token-type
token --iat +3600 --nbf +3600 --exp +7200
refused "a token from the future" token-future
gate host_max_age=5m
token --iat -600
refused "a token that is too old" token-old
gate host_policy_hash="$(python3 "$TOKEN" policy-hash 'version= 1.0;')"
token
refused "a token under another policy" token-policy
gate
rm "$W/token"
refused "no token" token-missing
gate host=report
ssh_as tess publickey
is "gate: host = report lets in" test "$status" = 0
is "gate: host = report says what it would do" \
    logged 'would be refused: phase=account reason=token-missing'

# A host that attests itself, as root and as the timer does it.
attested this
is "attested: a refresh" refresh
ssh_as tess publickey
is "attested: a publickey login" test "$status" = 0
is "attested: it is tess" says '^tess$'
is "attested: the log names the host's token" \
    logged 'accepted: phase=account reason=ok host=tpm .*service="sshd"'
attested other
refused "a TPM that was swapped" binding-key
is "attested: another TPM gets no token" not refresh
is "attested: the log says what to do" says "remove $W/kept/aik"
attested this
ssh_as tess publickey
is "attested: the TPM is back" test "$status" = 0
attested_end

conf
ssh_as tess publickey
is "it passes again" test "$status" = 0
is "sshd is still there" kill -0 "$sshd_pid"

sshd_end
is "nothing is left over" wait_for 3 not leftovers
