# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The host gate with a TPM: the token has to be about this host, and the TPM
# has to prove it. Every key and every answer: tests/tpm.

fresh
service=gate
issuer=https://test.example.attest.azure.net
token_kind=tpm
gate_usual=(host_profile=tpm-secure-boot "host_key=$D/host.key"
    "host_tcti=swtpm:path=$D/this.sock" host_tpm_timeout=2)
service gate "conf=$D/conf"

# host_key NAME: a key that does not leave that TPM; its public half.
host_key()
{
	local -x TPM2TOOLS_TCTI="swtpm:path=$D/$1.sock"

	tpm2_createprimary -Q -C o -c "$D/primary" &&
	    tpm2_create -Q -C "$D/primary" -G rsa2048:rsassa-sha256 \
		-a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign' \
		-u "$D/public" -r "$D/private" &&
	    tpm2_flushcontext -t &&
	    tpm2_load -Q -C "$D/primary" -u "$D/public" -r "$D/private" \
		-c "$D/loaded" &&
	    tpm2_evictcontrol -Q -C o -c "$D/loaded" 0x81010010 &&
	    tpm2_flushcontext -t &&
	    tpm2_readpublic -Q -c 0x81010010 -f pem -o "$D/$1.pem"
}

python3 "$TOKEN" authority "$D/maa" >"$D/out" 2>&1
chmod 600 "$D"/maa/*.json "$D"/maa/*.pem
tpm other
other=$tpm_pid
host_key other >"$D/out" 2>&1 || not_ok "a key in the other TPM"
tpm this
this=$tpm_pid
if ! host_key this >"$D/out" 2>&1; then
	not_ok "a key in this TPM"
	kill "$this" "$other"
	finish
	exit 0
fi

gate
token --public "$D/this.pem"
try "proof by this host's TPM" SUCCESS acct
took=$elapsed
is "proof by this host's TPM: attestctl says so" host_is accepted
is "attestctl names the key" grep -q '"kind": "request-key"' "$D/status"
is "attestctl has the TPM prove it" grep -q '"shown_by": "proof"' "$D/status"
gate host_binding=key
try "the key is in this host's TPM" SUCCESS acct
gate host_binding=none
try "a token that is bound to nothing" SUCCESS acct
echo "# account with a proof of the TPM: $took ms; with none: $elapsed ms"
gate
for i in 1 2 3 4; do
	(host -- acct && [ "$code" = SUCCESS ] && echo good >"$D/good.$i") &
	logins[i]=$!
done
wait "${logins[@]}"
is "four logins at once" test "$(cat "$D"/good.* | wc -l)" = 4
rm -f "$D"/good.*
is "no object stays in the TPM" test -z \
    "$(TPM2TOOLS_TCTI="swtpm:path=$D/this.sock" tpm2_getcap handles-transient)"
is "no process stays" gone

# refused WHAT REASON [TEXT]
refused()
{
	try "$1" PERM_DENIED acct
	is "$1: the log says so" audit "refused: phase=account" "reason=$2"
	[ -z "${3:-}" ] || is "$1: the log says what" says log "$3"
	is "$1: attestctl says the same" host_is refused "$2"
	is "$1: the user learns whom to ask" says error "has not proven.*Ask"
}

token --public "$D/other.pem"
refused "a token of another host" binding-key
gate host_binding=key
refused "a token of another host, by the key alone" binding-key
gate
token --public "$D/maa/host.key"
refused "a software key that is said to be in the TPM" binding-key
# The profile wants that, too; without it the binding does.
gate host_profile=none 'host_require=/x-ms-policy/secureBootEnabled == true'
token --public "$D/this.pem" --obj-attr 262208
refused "a key that may leave its TPM" binding-software
token --public "$D/this.pem" --software
refused "a key of which no TPM was asked" binding-software
token --public "$D/this.pem" --drop /cnf
refused "a token that names no key" binding-missing
gate host_profile=none 'host_require=/iss exists' 'host_type=tpm sgx'
token --kind sgx
refused "a token of a kind that names no host" binding-missing

# Started again, the TPM has the key, but it was not running when the token
# was issued.
gate host_same_boot=yes host_leeway=0
if [ "$(cut -d. -f1 /proc/uptime)" -gt 120 ]; then
	token --public "$D/this.pem" --iat -30
	refused "a TPM that was started after the token was issued" token-boot
else
	skip "this machine has just been started" "a TPM that was started later"
fi
token --public "$D/this.pem"
try "a token of this boot" SUCCESS acct

# Longer than the module waits without being told that it has to.
gate host_tpm_timeout=6
token --public "$D/this.pem"
kill -STOP "$this"
refused "a TPM that hangs" tpm-timeout
is "a TPM that hangs: within the timeout" test "$elapsed" -lt 7500
kill -CONT "$this"
gate
is "a TPM that hangs: no process stays" gone
try "it goes on" SUCCESS acct
kill "$this"
wait "$this" 2>/dev/null
refused "a TPM that is gone" tpm-unavailable
is "a TPM that is gone: at once" test "$elapsed" -lt 1500
gate host=report
try "host = report without a TPM" SUCCESS acct
is "report: the log says what would be refused" \
    says log "would be refused: phase=account reason=tpm-unavailable"
gate host_tcti=nothing-like-this
refused "a TCTI that there is not" tpm-unavailable "nothing-like-this"
kill "$other"
wait "$other" 2>/dev/null

finish
