# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# In a guest: a security key on USB, which everybody finds by themselves. Who
# tells whether softkey is one is libfido2's own tools and OpenSSH.

conf
service vm <<'EOT'
auth required MODULE
account required MODULE
account required pam_permit.so
session required MODULE
EOT
usual_sudo

is "there is no key at first" test ! -e /dev/hidraw0
is "nothing is registered without a key" not enroll tess desk
is "attestctl says that there is none" says 'no-authenticator'

plug desk
is "the kernel makes a node for the key" test -c /dev/hidraw0
fido2-token -L >"$W/out" 2>&1
is "fido2-token lists it" \
    says '^/dev/hidraw0: vendor=0x1209, product=0x0001 '
fido2-token -I /dev/hidraw0 >"$W/out" 2>&1
is "fido2-token reads what it can do" says '^version strings: .*FIDO_2_1'
is "attestctl registers it for tess" enroll tess desk
is "which is a basic attestation of our authority" \
    says 'Registered "desk" for tess: basic'
: >"$W/key.trace"
tester tess authenticate acct_mgmt open_session close_session
is "pamtester: tess logs in" test $status = 0
is "pamtester: by a signature of the key" asked GetAssertion
is "pamtester: the log says so" \
    logged 'accepted: phase=auth reason=ok .*user="tess"'
sudo_as tess "" id -u
is "sudo: tess logs in" test $status = 0
is "sudo: it ran as root" says '^0'

# The same key is one for SSH.
mkdir -m 755 "$W/sk"
timeout $((20 * patience)) ssh-keygen -q -t ecdsa-sk -N '' \
    -f "$W/sk/user" >"$W/out" 2>&1 </dev/null
is "ssh-keygen finds the key and makes one of its own in it" test $? = 0
start_sshd "$W/sk/user"
ssh_as tess publickey
is "sshd: tess logs in by the key, and passes our account phase" \
    test $status = 0
is "sshd: it is tess" says '^tess$'
is "sshd: the log has no denial" not logged 'refused:'

tester bob authenticate
is "bob has no key" test $status != 0
is "bob: the log says so" logged 'refused: phase=auth reason=no-credential'

plug other
: >"$W/key.trace"
tester tess authenticate
is "another key of that vendor is refused" test $status != 0
is "another key: the log says so" \
    logged 'refused: phase=auth reason=wrong-authenticator'

key_stop
is "the node is gone with the key" wait_for 1 test ! -e /dev/hidraw0
fido2-token -L >"$W/out" 2>&1
is "fido2-token lists none" test ! -s "$W/out"
tester tess authenticate
is "without a key nobody gets in" test $status != 0
is "without a key: the log says so" \
    logged 'refused: phase=auth reason=no-authenticator'
sudo_as tess "" id -u
is "sudo: neither by sudo" test $status != 0

# Pulled while it waits for the touch.
plug desk --touch never
: >"$W/key.trace"
(wait_for 5 asked GetAssertion && kill "$key_pid") &
tester tess authenticate
is "a key that is pulled while it is asked: refused" test $status != 0
is "pulled: the log says so" \
    logged 'refused: phase=auth reason=(device-failed|no-authenticator)'

plug desk --misbehave bad-signature
tester tess authenticate
is "a wrong signature is refused" test $status != 0
is "a wrong signature: the log says so" \
    logged 'refused: phase=auth reason=assertion-signature'
plug desk
tester tess authenticate
is "plugged in again, it is good" test $status = 0
is "no process is left over" wait_for 1 not leftovers
sshd_end
