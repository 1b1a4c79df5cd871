# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# The host of case_refresh.sh is started again: with its TPM, but by firmware
# that does not know of Secure Boot.
. "$top_srcdir/tests/vm/service.sh"

service vm <<'EOT'
account required MODULE
account required pam_permit.so
EOT
is "the host has what it had before it was started again" restore
attested host_same_boot=yes host_leeway=0
tester tess acct_mgmt
is "started again: the token of before is refused" test $status != 0
is "started again: the log says so" logged 'reason=token-boot'
attested
tester tess acct_mgmt
is "if that did not matter: the TPM has the key of the token" test $status = 0

cp "$W/token" "$W/token.before"
start_service
attested
refresh
is "without Secure Boot there is no new token" test $status = 1
is "without Secure Boot: it is said what is wrong" \
    says 'secureBootEnabled is false, wanted == true'
is "without Secure Boot: the old token is kept" \
    cmp -s "$W/token" "$W/token.before"
attested host_profile=none 'host_require=/x-ms-policy/secureBootEnabled == false'
refresh
is "a host that may be started so is attested" test $status = 0
tester tess acct_mgmt
is "and tess logs in" test $status = 0
stop_service
