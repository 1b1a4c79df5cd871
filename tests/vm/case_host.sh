# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# In a guest: a host that proves who it is by the TPM that its kernel has.

service vm <<'EOT'
account required MODULE
account required pam_permit.so
EOT
start_sshd

# made NAME: a key that does not leave the TPM, at the next handle; its public
# half. The tools find the TPM by themselves.
handle=$((0x81010010))
made()
{
	tpm2_createprimary -Q -C o -c "$W/primary" &&
	    tpm2_create -Q -C "$W/primary" -G rsa2048:rsassa-sha256 \
		-a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign' \
		-u "$W/public" -r "$W/private" &&
	    tpm2_load -Q -C "$W/primary" -u "$W/public" -r "$W/private" \
		-c "$W/loaded" &&
	    tpm2_evictcontrol -Q -C o -c "$W/loaded" $handle &&
	    tpm2_readpublic -Q -c $handle -f pem -o "$W/$1.pem"
	handle=$((handle + 1))
}

is "the kernel has a TPM, with a resource manager" test -c /dev/tpmrm0
is "a key is made in it" made key
gate_usual=("host_ca=$W/maa/ca.pem" host_profile=tpm-secure-boot
    host_binding=proof)
gate
token --kind tpm --public "$W/key.pem"
tester tess acct_mgmt
is "the TPM proves that it has the key of the token" test $status = 0
is "the log says so" logged 'accepted: phase=account reason=ok host=tpm'
ssh_as tess publickey
is "sshd: tess logs in" test $status = 0
is "sshd: it is tess" says '^tess$'
is "sshd: the log says so" \
    logged 'sshd.*accepted: phase=account reason=ok host=tpm'
gate host_same_boot=yes host_leeway=0
tester tess acct_mgmt
is "the token was issued since this boot" test $status = 0
token --kind tpm --public "$W/key.pem" --iat -7200 --nbf -7200
tester tess acct_mgmt
is "a token of an earlier boot is refused" test $status != 0
is "an earlier boot: the log says so" logged 'reason=token-boot'
gate
token --kind tpm --public "$W/maa/host.key"
tester tess acct_mgmt
is "the token of a key that the TPM does not have is refused" \
    test $status != 0
is "another key: the log says so" logged 'reason=binding-key'
ssh_as tess publickey
is "sshd: refused as well" test $status != 0
sshd_end
