# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# A host that attests itself: "attestctl host refresh" with a TPM and the
# double of the service, judged by the gate of a login; and everything that can
# go wrong on the way, whereupon the token that is there has to stay.

fresh
service=gate
service gate "conf=$D/conf"
secret='a-secret&more+%'

cat >"$D/policy" <<'EOT'
version=1.2;
configurationrules {
    => issueproperty(type="require_valid_aik_cert", value=false);
    => issueproperty(type="required_pcr_mask", value=1279); // 0-7, 10
};
authorizationrules { => permit(); };
issuancerules {
    c:[type=="secureBootEnabled"] => issue(claim=c);
    c:[type=="aikPubHash"] => issue(claim=c);
};
EOT

# emulate [OPTION]...: the service, until "unemulate"; sets $issuer.
# shellcheck disable=SC2120
emulate()
{
	exec {emulator_ready}< <(exec python3 "$EMULATOR/emulator.py" \
	    "$D/maa" --policy "Tpm=$D/policy" --client "a-host:$secret" "$@" \
	    2>"$D/emulator.log")
	emulator_pid=$!
	read -r -t 60 issuer <&"$emulator_ready"
}

say_to_emulator()
{
	python3 -B "$EMULATOR/control.py" "$D/maa" "$@"
}

printf '%s' "$secret" >"$D/secret"
chmod 600 "$D/secret"
mkdir -m 700 "$D/kept"
# attested [NAME=VALUE]...: the configuration of a host that attests itself.
attested()
{
	gate_usual=(host_profile=tpm-secure-boot
	    "host_tcti=swtpm:path=$D/this.sock" host_tpm_timeout=5
	    "host_token=$D/kept/token" "host_key=$D/kept/key"
	    "host_aik=$D/kept/aik" "host_jwks=$D/jwks"
	    "host_tcg_log=$D/this.logs/tcg" "host_ima_log=$D/this.logs/ima"
	    "maa_url=$issuer" "maa_ca=$D/maa/tls.pem" maa_retries=0
	    maa_timeout=3s maa_credential=client-secret
	    "maa_authority=$issuer" maa_tenant=test-tenant
	    maa_client_id=a-host "maa_secret=$D/secret")
	gate "$@"
}

# keep_key_of_token TOKEN JWKS: of the keys there, only that which signed it.
keep_key_of_token()
{
	python3 - "$@" <<-'EOT'
		import base64, json, sys
		token, jwks = sys.argv[1:]
		head = open(token).read().split(".")[0]
		kid = json.loads(base64.urlsafe_b64decode(head + "=="))["kid"]
		keys = json.load(open(jwks))["keys"]
		keys = [key for key in keys if key["kid"] == kid]
		json.dump({"keys": keys}, open(jwks, "w"))
	EOT
}

# refresh STATUS [OPTION]...: is that how it ends? $D/out has what it said.
refresh()
{
	local want=$1 start code=0

	shift
	start=${EPOCHREALTIME/./}
	timeout 60 "$ATTESTCTL" --config "$D/conf" host refresh "$@" \
	    </dev/null >"$D/out" 2>&1 || code=$?
	elapsed=$(((${EPOCHREALTIME/./} - start) / 1000))
	cat "$D/out" >>"$D/said"
	[ "$code" = "$want" ]
}

# Only what belongs there is there, for those alone who may see it.
folder_is_clean()
{
	[ "$(cd "$D/kept" && find . -type f ! -name '.lock-*' -printf '%f %m\n' |
	    sort | tr '\n' ' ')" = "aik 600 key 600 token 644 " ]
}

said() { grep -q -- "$1" "$D/out"; }

# survives WHAT STATUS TEXT [OPTION]...: a refresh that fails so, and says that;
# whatever it does, the token that is there is the same, and lets people in.
survives()
{
	local what=$1 want=$2 text=$3

	shift 3
	is "$what: no token" refresh "$want" --once --verbose "$@"
	is "$what: why" said "$text"
	is "$what: which token counts" said "$D/kept/token stays as it was"
	is "$what: the token stays" cmp -s "$D/kept/token" "$D/token.good"
	is "$what: nothing else is there" folder_is_clean
}

if ! emulate; then
	not_ok "the double of the service starts"
	sed 's/^/# /' "$D/emulator.log"
	finish
	exit 0
fi
# The CA of reports has to be ours to be believed.
say_to_emulator get /certs >"$D/jwks"
chmod 600 "$D/maa/ca.pem" "$D/maa/tls.pem" "$D/jwks"
tpm other
other=$tpm_pid
tpm this
this=$tpm_pid
measure this || not_ok "what this host measured"
measure other || not_ok "what the other host measured"

# --- A host that attests itself ---------------------------------------------
attested
is "before: refused" host_is refused token-missing
if ! refresh 0 --once --verbose; then
	not_ok "a refresh"
	kill "$this" "$other" "$emulator_pid"
	finish
	exit 0
fi
ok "a refresh"
is "a refresh: what it says" said "tpm of $issuer, accepted until"
is "a refresh: each step" said "asking the TPM"
is "a refresh: files for root alone" folder_is_clean
is "the token is accepted" "$ATTESTCTL" token verify --issuer "$issuer" \
    --ca "$D/maa/ca.pem" --profile tpm-secure-boot "$D/kept/token" >"$D/out"
is "the token names a key of the TPM" said "request-key at /cnf/jwk"
try "a login" SUCCESS acct
is "a login: bound to the TPM" audit "accepted" "host=tpm"
tester acct_mgmt
is "pamtester" grep -q "account management done" "$D/out"
is "status says so" host_is accepted
is "status: proven" grep -q '"shown_by": "proof"' "$D/status"

# Renewed, it is the same host.
cp "$D/kept/aik" "$D/aik.first"
cp "$D/kept/key" "$D/key.first"
cp "$D/kept/token" "$D/token.first"
is "another refresh" refresh 0
is "another refresh: one line" test "$(wc -l <"$D/out")" = 1
is "another refresh: another token" \
    test "$(cmp -s "$D/kept/token" "$D/token.first"; echo $?)" = 1
is "another refresh: the same AIK" cmp -s "$D/kept/aik" "$D/aik.first"
is "another refresh: the same key" cmp -s "$D/kept/key" "$D/key.first"
is "no object stays in the TPM" test -z \
    "$(TPM2TOOLS_TCTI="swtpm:path=$D/this.sock" tpm2_getcap handles-transient)"
is "as JSON" refresh 0 --json
is "as JSON: what it is" grep -q '"verdict": "accepted"' "$D/out"
cp "$D/kept/token" "$D/token.good"

# --- A service, or a way to it, that fails ------------------------------------
# broken FAULT STATUS TEXT
broken()
{
	say_to_emulator faults "$1"
	survives "$1" "$2" "$3"
}
broken 'drop@/attest' 2 'maa-unreachable: .*/attest/Tpm'
broken 'slow=20@/attest' 2 'maa-unreachable: .*/attest/Tpm'
is "slow: within the time" test "$elapsed" -lt 6000
broken 'trickle=20@/attest' 2 'maa-unreachable: .*/attest/Tpm'
broken 'truncated@/attest' 2 'maa-unreachable: .*/attest/Tpm'
broken 'huge=9000000@/attest' 1 'more than\|large'
broken 'endless@/attest' 1 'more than\|large\|time'
broken 'type=text/html@/attest' 1 'text/html'
broken 'garbage@/attest' 1 'JSON'
broken '429=60@/attest' 1 '429'
broken '503@/attest' 1 '503'
broken '400@/attest' 1 '400'
broken '503' 2 'AAD.*503'
broken 'expired@/attest' 1 'token-expired'
broken 'early@/attest' 1 'token-future'
broken 'skew=1000@/attest' 1 'token-future'
broken 'unsigned@/attest' 1 'jws-algorithm'
broken 'forged@/attest' 1 'token-signature'
broken 'foreign@/attest' 1 'token-issuer'
say_to_emulator faults

attested maa_ca=none
survives "a server of an unknown CA" 2 'certificate'
attested "maa_url=${issuer%:*}:1"
survives "nobody listens" 2 'connect'
attested
printf 'wrong' >"$D/secret"
survives "a wrong secret" 2 'AADSTS7000215'
printf '%s' "$secret" >"$D/secret"
chmod 644 "$D/secret"
survives "a secret that others can read" 2 'chmod'
chmod 600 "$D/secret"
attested maa_wrapped=no
is "a message that is not wrapped" refresh 0 --once
cp "$D/kept/token" "$D/token.good"
attested host_profile=none 'host_require=/x-ms-policy/secureBootEnabled == false'
survives "a token that the gate would refuse" 1 'token-claim'
attested "host_tcti=swtpm:path=$D/nowhere.sock"
survives "no TPM" 1 'nowhere.sock'
attested
head -c 100 "$D/this.logs/tcg" >"$D/cut"
attested "host_tcg_log=$D/cut"
survives "a log that is cut off" 1 "$D/cut"
attested
exec {held}>"$D/kept/.lock-token"
flock "$held"
is "two at once" refresh 2 --once
is "two at once: why" said 'another process'
exec {held}>&-

# What may be better in a moment is tried again.
say_to_emulator faults '503*1@/attest'
is "a service that is back in a moment" refresh 0
is "a service that is back: it says so" said 'again in 5 s'
is "a service that is back: it was waited for" test "$elapsed" -ge 5000
cp "$D/kept/token" "$D/token.good"

# --- Another key of the service ----------------------------------------------
say_to_emulator rollover leaf=1
is "another leaf below the same authority" refresh 0 --once
try "another leaf: a login" SUCCESS acct
cp "$D/kept/token" "$D/token.good"
# Keys alone: the authority is not one of this service.
keep_key_of_token "$D/kept/token" "$D/jwks"
cp "$D/jwks" "$D/jwks.good"
cp "$ATT_CA/ca.pem" "$D/other.pem"
chmod 600 "$D/other.pem"
keys_alone()
{
	attested "host_ca=$D/other.pem" "$@"
}
keys_alone
is "pinned keys" refresh 0 --once
cp "$D/kept/token" "$D/token.good"
say_to_emulator rollover leaf=1
survives "a key that is not pinned" 1 'token-key'
is "a key that is not pinned: the pins stay" cmp -s "$D/jwks" "$D/jwks.good"
keys_alone maa_signers=fetch
is "keys are fetched" refresh 0 --once
is "keys are fetched: and kept" \
    test "$(cmp -s "$D/jwks" "$D/jwks.good"; echo $?)" = 1
try "keys are fetched: a login" SUCCESS acct
rm "$D/jwks"
is "no keys at all: they are fetched" refresh 0 --once
try "no keys at all: a login" SUCCESS acct
attested

# --- Another TPM --------------------------------------------------------------
is "this TPM again" refresh 0 --once
cp "$D/kept/token" "$D/token.good"
attested "host_tcti=swtpm:path=$D/other.sock" \
    "host_tcg_log=$D/other.logs/tcg" "host_ima_log=$D/other.logs/ima"
try "the TPM is swapped: a login" PERM_DENIED acct
is "the TPM is swapped: the log says so" \
    audit "refused: phase=account" "reason=binding-key"
is "the TPM is swapped: status says so" host_is refused binding-key
survives "the TPM is swapped" 1 "remove $D/kept/aik"
attested
try "the TPM is back: a login" SUCCESS acct
attested "host_tcti=swtpm:path=$D/other.sock" \
    "host_tcg_log=$D/other.logs/tcg" "host_ima_log=$D/other.logs/ima"
rm "$D/kept/aik"
is "the TPM is new on purpose" refresh 0 --once
is "the TPM is new: another AIK" \
    test "$(cmp -s "$D/kept/aik" "$D/aik.first"; echo $?)" = 1
try "the TPM is new: a login" SUCCESS acct
attested
try "the old TPM is refused now" PERM_DENIED acct

# --- Secrets ------------------------------------------------------------------
is "everything was said in verbose" grep -q 'POST .*/attest/Tpm' "$D/said"
for word in "$secret" 'a-secret%26' 'a-secret\u0026' 'Bearer ey' 'access_token":"ey'; do
	is "no secret was said: ${word%% *}" \
	    test "$(grep -cF -- "$word" "$D/said")" = 0
done

kill "$this" "$other" "$emulator_pid" 2>/dev/null
wait "$this" "$other" 2>/dev/null
finish
