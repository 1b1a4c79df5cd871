# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# In a guest: SSH keys of a security key on USB, which OpenSSH finds by itself,
# from the challenge to the session and on to sudo.

# The program is where sshd wants it, and the folders can be read by its user.
mkdir -p /run/pam_attest
mount --bind "$ATT_PROGRAMS" /run/pam_attest
add_user keys 64203
chmod 755 "$W/credentials.d" "$W/roots.d" "$W/intermediates.d"
chmod 644 "$W/roots.d/ca.pem"
rm -f "$W"/credentials.d/*
conf ssh_keys=attested
chmod 644 "$W/conf"
service sshd <<'EOT'
auth required pam_deny.so
account required MODULE
account required pam_permit.so
session required MODULE
EOT
sshd_begin "AuthorizedKeysCommand /run/pam_attest/pam_attest-ssh-keys --config $W/conf %u %t %k" \
    'AuthorizedKeysCommandUser keys'

plug ssh
is "ssh: tess registers the key that ssh-keygen made" \
    registered tess hers ed25519-sk
is "ssh: ssh-keygen makes one that nobody registers" sk_key nobodys ecdsa-sk
identity=$W/ssh/hers
ssh_as tess publickey
is "ssh: the registered key logs in" test "$status" = 0
is "ssh: it is tess" says '^tess$'
is "ssh: the log has the credential" \
    logged 'accepted: phase=session reason=ok .*label="hers"'
identity=$W/ssh/nobodys
ssh_as tess publickey
is "ssh: the key that nobody registered does not" test "$status" != 0
is "ssh: the log says why" logged 'phase=ssh-keys reason=ssh-key-unknown'
identity=$W/ssh/user
ssh_as tess publickey
is "ssh: nor does an ordinary key" test "$status" != 0

# On from there by the forwarded agent.
echo 'Defaults env_keep += "SSH_AUTH_SOCK"' >>/etc/sudoers
service sudo <<'EOT'
auth required MODULE agent=sk agent_socket=environment
account required pam_permit.so
session required pam_permit.so
EOT
eval "$(ssh-agent -s)" >"$W/out"
is "ssh: the agent takes the key" ssh-add -q "$W/ssh/hers"
identity=$W/ssh/hers
ssh_command tess publickey -A 127.0.0.1 sudo -S id -u >"$W/out" 2>&1
is "ssh: sudo by the forwarded agent" says '^0'
is "ssh: the log has the credential, and its touch" \
    logged 'sudo.*accepted: phase=auth reason=ok .*up=1 .*label="hers"'
ssh_command tess publickey -a 127.0.0.1 sudo -S id -u >"$W/out" 2>&1
is "ssh: no sudo without it" not says '^0'
is "ssh: the log says so" logged 'sudo.*refused: phase=auth reason=agent-missing'
kill "$SSH_AGENT_PID"
sshd_end
is "ssh: no process is left over" wait_for 1 not leftovers
