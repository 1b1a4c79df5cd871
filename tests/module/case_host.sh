# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The host gate without a TPM: every kind of token, in the phases where it is
# asked for. With a TPM: tests/module/case_host_tpm.sh.

fresh
service=gate
issuer=https://test.example.attest.azure.net
token_kind=azurevm
gate_usual=(host_profile=azurevm-trusted-launch host_binding=none)
service gate "conf=$D/conf"
python3 "$TOKEN" authority "$D/maa" >"$D/out" 2>&1 || {
	not_ok "a service that signs tokens"
	finish
	exit 0
}
chmod 600 "$D"/maa/*.json "$D"/maa/*.pem

# gated WHAT REASON [TEXT]: an account phase that is denied, and says why.
gated()
{
	try "$1" PERM_DENIED acct
	is "$1: the log says so" audit "refused: phase=account" "reason=$2"
	[ -z "${3:-}" ] || is "$1: the log says what" says log "$3"
	is "$1: attestctl says the same" host_is refused "$2"
	tester acct_mgmt
	is "$1: pamtester is denied" grep -q "Permission denied" "$D/out"
}

# --- A good token --------------------------------------------------------------
gate
token
try "a good token" SUCCESS acct
is "a good token: attestctl says the same" host_is accepted
is "a good token: one audit line" \
    audit "accepted: phase=account reason=ok host=azurevm" "issuer=\"$issuer\""
is "a good token: nothing is said" quiet "info|error|prompt" .
user=nobody-knows-me
try "a good token, a user without a credential" SUCCESS acct
user=alice
host -- acct acct acct acct acct
echo "# account with a token and no TPM: $((elapsed / 5)) ms each"
is "five logins in a row" test "$(grep -c ' SUCCESS$' "$D/out")" = 5
tester acct_mgmt
is "pamtester: a good token" grep -q "account management done" "$D/out"

python3 "$TOKEN" sign "$D/maa" --kind tpm --issuer "$issuer" >"$D/token"
gate host_profile=tpm-secure-boot
try "a good report of a TPM, by its authority" SUCCESS acct
is "a good report: its type is logged" audit "host=tpm"
gate
gated "a report that lacks the claims of the profile" token-type

# --- Bad ones -------------------------------------------------------------------
rm "$D/token"
gated "no token" token-missing "there is no such file"
is "no token: the user learns whom to ask" \
    grep -q "has not proven.*Ask" "$D/out"

token --set /secureboot=false
gated "a changed claim" token-claim "/secureboot is false, wanted == true"
token --drop /secureboot
gated "a claim that is missing" token-claim "/secureboot is missing"
token --set '/secureboot="true"'
gated "a claim of another type" token-claim "/secureboot is .*true.*, wanted"
token --iat -7200 --exp -3600
gated "a token that has expired" token-expired "expired"
token --iat +3600 --nbf +3600 --exp +7200
gated "a token from the future" token-future
token --issuer https://other.example.attest.azure.net
gated "another provider of the same service" token-issuer "other.example"
token --kind sgx
gated "a token about an enclave" token-type "sgx"
token --signer next
gated "a key that is not in the set" token-key
token --alg none
gated "alg none" jws-algorithm "none"
token --alg HS256
gated "HS256 by the public key" jws-algorithm "HS256"
token
python3 - "$D/token" <<'EOT'
import sys
text = bytearray(open(sys.argv[1], "rb").read())
middle = text.index(b".") + 40
text[middle] = ord("A") if text[middle] != ord("A") else ord("B")
open(sys.argv[1], "wb").write(text)
EOT
try "a changed byte" PERM_DENIED acct
printf 'not a token\n' >"$D/token"
gated "not a token" jws-malformed
: >"$D/token"
gated "an empty file" jws-malformed

# Options.
token --iat -600
gate host_max_age=5m
gated "a token that is too old" token-old
gate host_max_age=15m
try "a token that is old enough" SUCCESS acct
gate host_policy_hash="$(python3 "$TOKEN" policy-hash 'version= 1.0;')"
token
gated "another policy" token-policy
token --policy-hash 'version= 1.0;'
try "the policy that was pinned" SUCCESS acct
gate 'host_require=/x-ms-azurevm-osversion-major >= 12'
token --set /x-ms-azurevm-osversion-major=11
gated "a requirement of the administrator" token-claim \
    "/x-ms-azurevm-osversion-major is 11, wanted >= 12"
token --set /x-ms-azurevm-osversion-major=12
try "the requirement is met" SUCCESS acct
gate host_same_boot=yes
token --iat 1000000000 --exp +3600
gate host_same_boot=yes host_max_age=366d
uptime=$(cut -d. -f1 /proc/uptime)
token --iat "-$((uptime + 3600))" --exp +3600
gated "a token from before this boot" token-boot
token
if [ "$uptime" -gt 30 ]; then
	token --iat -10
fi
try "a token of this boot" SUCCESS acct
token --iat -7200 --exp -60
gate host_leeway=0 host_grace=10m
try "an expired token within its grace" SUCCESS acct
is "grace: the log warns" says log "expired at 2.*host_grace"
gate host_leeway=0 host_grace=30s
gated "an expired token past its grace" token-expired

# --- Files ----------------------------------------------------------------------
gate
token
mv "$D/token" "$D/elsewhere"
ln -s elsewhere "$D/token"
try "a link in the place of the token" SERVICE_ERR acct
rm "$D/token"
mkdir "$D/token"
try "a folder in the place of the token" SERVICE_ERR acct
rmdir "$D/token"
mkfifo -m 600 "$D/token"
try "a pipe in the place of the token" SERVICE_ERR acct
rm "$D/token"
cp "$D/elsewhere" "$D/token"
chmod 620 "$D/token"
try "a token that others may write" SERVICE_ERR acct
is "writable: the log names the file" says log "$D/token"
is "writable: the user learns whom to ask" says error "Ask your administrator"
head -c 2000000 /dev/zero | tr '\0' A >"$D/token"
chmod 600 "$D/token"
try "a token of two megabytes" SERVICE_ERR acct
token
echo '{"keys": []}' >"$D/empty.json"
chmod 600 "$D/empty.json"
gate "host_jwks=$D/empty.json"
try "a set without keys" SERVICE_ERR acct
gate "host_jwks=$D/nowhere.json"
try "a set that is not there" SERVICE_ERR acct
is "a set that is not there: the log names it" says log "$D/nowhere.json"
chmod 666 "$D/maa/jwks.json"
gate
try "a set that others may write" SERVICE_ERR acct
chmod 600 "$D/maa/jwks.json"

# --- Phases ---------------------------------------------------------------------
key desk
gate
enroll_or_stop alice desk desk
plug desk
rm "$D/token"
login "auth is not gated unless host_phase says so" SUCCESS
gate host_phase=auth
forget_traces
login "host_phase = auth without a token" PERM_DENIED
is "auth: the log says so" audit "refused: phase=auth reason=token-missing"
is "auth: no key is asked" not asked desk
cat >"$D/pam.d/ignore" <<EOT
account [ignore=1 default=die] $ATT_MODULE conf=$D/conf
account requisite pam_deny.so
account required pam_permit.so
auth [user_unknown=ignore default=die] $ATT_MODULE conf=$D/conf
auth required pam_permit.so
EOT
service=ignore
try "host_phase = auth leaves the account phase alone" SUCCESS acct
user=nobody-knows-me
login "a refused host comes before a user without a credential" PERM_DENIED
service=gate
user=alice
token
login "host_phase = auth with a token" SUCCESS
is "auth: the audit line has host and key" \
    audit "accepted: phase=auth" "host=azurevm" 'label="desk"'
gate host_phase=both
login "host_phase = both: auth" SUCCESS
try "host_phase = both: account" SUCCESS acct
rm "$D/token"
login "host_phase = both without a token: auth" PERM_DENIED
try "host_phase = both without a token: account" PERM_DENIED acct
key_stop desk

# --- Report ---------------------------------------------------------------------
gate host=report
try "host = report without a token" SUCCESS acct
is "report: the log says what would be refused" \
    says log "would be refused: phase=account reason=token-missing"
is "report: nothing is said" quiet "info|error|prompt" .
token --set /secureboot=false
try "host = report with a changed claim" SUCCESS acct
is "report: the log has claim, value found and value wanted" \
    says log "reason=token-claim.*/secureboot is false, wanted == true"
gate host=report "host_jwks=$D/nowhere.json"
try "host = report with a set that is not there" SUCCESS acct
gate host=report no_such_option=1
try "host = report with a wrong configuration" SERVICE_ERR acct

# --- Configuration --------------------------------------------------------------
token
conf host=require "host_token=$D/token" host_profile=azurevm-trusted-launch
try "host = require without an issuer" SERVICE_ERR acct
is "without an issuer: the log says what is missing" says log "host_issuer"
conf host=require "host_issuer=$issuer" "host_token=$D/token"
try "host = require without anything required" SERVICE_ERR acct
is "nothing required: the log says what to set" says log "host_profile"
gate 'host_require=/secureboot = true'
try "a malformed requirement" SERVICE_ERR acct
is "a malformed requirement: the log names the line" \
    says log "conf:[0-9]+: host_require"
gate host=perhaps
try "host = perhaps" SERVICE_ERR acct

finish
