# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Another machine, with another TPM, has all files of the host of
# case_refresh.sh.
. "$top_srcdir/tests/vm/service.sh"

service vm <<'EOT'
account required MODULE
account required pam_permit.so
EOT
is "the other machine has the host's files" restore
tester tess acct_mgmt
is "with another TPM the same token is refused" test $status != 0
is "another TPM: the log says so" \
    logged 'refused: phase=account reason=(binding-key|host-key-lost)'
start_sshd
ssh_as tess publickey
is "another TPM: sshd refuses, too" test $status != 0
sshd_end
rm "$W/host.key"
tester tess acct_mgmt
is "another TPM: neither without the file of the key" test $status != 0
is "without the file: the log says so" \
    logged 'refused: phase=account reason=binding-key'
attested host_binding=none
tester tess acct_mgmt
is "the token itself would have been good" test $status = 0
