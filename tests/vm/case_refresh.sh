# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# A host that has itself attested: by the log of its own firmware and kernel,
# and by the TPM that has measured it. What is claimed of Secure Boot is compared
# with what the kernel reads from the firmware.
. "$top_srcdir/tests/vm/service.sh"

is "the service is there" start_service
service vm <<'EOT'
account required MODULE
account required pam_permit.so
EOT
attested
"$ATTESTCTL" --config "$W/conf" maa signers --save >"$W/out" 2>&1 </dev/null
is "the keys of the service are kept" test $? = 0
refresh
is "the host is attested" test $status = 0
is "the token is root's, whoever may read it" \
    test "$(stat -c %a-%U "$W/token")" = 644-root
"$ATTESTCTL" token show --json "$W/token" >"$W/claims"

# claim NAME VARIABLE: the claim is what the firmware has under that name.
claim()
{
	local found wanted

	found=$(jq -r ".unverified_claims[\"x-ms-policy\"].$1" "$W/claims")
	wanted=$(cat "/sys/firmware/efi/efivars/$2" | tail -c +5 |
	    base64 -w 0 | tr '+/' '-_' | tr -d =)
	echo "$1 is $found, wanted $wanted" | cut -c -200 >"$W/out"
	[ -n "$wanted" ] && [ "$found" = "$wanted" ]
}
global=8be4df61-93ca-11d2-aa0d-00e098032b8c
images=d719b2cb-3d3a-4596-a3bc-dad00e67656f
is "the firmware says that Secure Boot is on" test "$(od -An -tu1 -j4 \
    "/sys/firmware/efi/efivars/SecureBoot-$global" | tr -d ' ')" = 1
is "the claims say that Secure Boot is on" test "$(jq \
    '.unverified_claims["x-ms-policy"].secureBootEnabled' "$W/claims")" = true
is "the claims have the platform key" claim platformKey "PK-$global"
is "the claims have the key exchange keys" claim keyExchangeKey "KEK-$global"
is "the claims have the keys of what may be booted" \
    claim keyDatabase "db-$images"
is "the claims have what may not be booted" \
    claim forbiddenSignatures "dbx-$images"

tester tess acct_mgmt
is "pamtester: tess logs in on the attested host" test $status = 0
is "pamtester: the log says so" \
    logged 'accepted: phase=account reason=ok host=tpm'
start_sshd
ssh_as tess publickey
is "sshd: tess logs in on the attested host" test $status = 0
is "sshd: it is tess" says '^tess$'

# log_with OFFSET: the log of this host with one bit changed, so many bytes from
# the name of the variable that says whether Secure Boot is on.
log_with()
{
	python3 - "$1" "$W/log.other" <<-'EOT'
		import sys
		log = bytearray(open("/sys/kernel/security/tpm0/"
		                     "binary_bios_measurements", "rb").read())
		log[log.index("SecureBoot".encode("utf-16-le"))
		    + int(sys.argv[1])] ^= 1
		open(sys.argv[2], "wb").write(log)
	EOT
}

cp "$W/token" "$W/token.before"
attested "host_tcg_log=$W/log.other"
# The value behind its name; the digest before the head of the variable
for other in 20:another-value -68:another-digest; do
	log_with "${other%:*}"
	refresh
	is "a log with ${other#*:}: no token" test $status = 1
	is "${other#*:}: the service says why" says 'maa-refused.*PCR'
	is "${other#*:}: the old token is kept" \
	    cmp -s "$W/token" "$W/token.before"
done
attested
refresh
is "it is attested again" test $status = 0
sshd_end
stop_service

keep
