# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Which keys open a session of the real sshd: ssh_keys = attested.

. "$here/sshd.sh"

{
	echo "auth required pam_permit.so"
	watched account "required MODULE"
	echo "account required pam_permit.so"
	watched session "required MODULE"
} | service sshd
: >"$W/snapshots"
rm -f "$W"/credentials.d/*
conf ssh_keys=attested

key ssh
is "a key is registered for tess" registered tess hers ecdsa-sk
is "a key is registered for bob" registered bob his ed25519-sk
is "a key is made that nobody registers" sk_key nobodys ed25519-sk
cat "$W"/ssh/{hers,his,nobodys,user}.pub >"$W/ssh/authorized"
ssh-keygen -q -t ed25519 -N '' -f "$W/ssh/authority"
for name in hers nobodys user; do
	cp "$W/ssh/$name" "$W/ssh/$name.certified"
	cp "$W/ssh/$name.pub" "$W/ssh/$name.certified.pub"
	ssh-keygen -q -s "$W/ssh/authority" -I "$name" -n tess \
	    "$W/ssh/$name.certified.pub"
	# sshd is to see the certificate, and no key beside it.
	mv "$W/ssh/$name.certified-cert.pub" "$W/ssh/$name.certified.pub"
done

# opens WHAT KEY [METHODS]: that key opens a session for tess.
opens()
{
	identity=$W/ssh/$2
	ssh_as tess "${3:-publickey}"
	is "$1 opens a session" test "$status" = 0
	is "$1: it is tess" says '^tess$'
}

# shut WHAT KEY STATUS PHASE REASON [METHODS]
shut()
{
	identity=$W/ssh/$2
	ssh_as tess "${6:-publickey}"
	is "$1 is refused" test "$status" = "$3"
	is "$1: no command runs" not says '^tess$'
	is "$1: the log says why" \
	    logged "refused: phase=$4 reason=$5 .*service=\"sshd\""
}

# forwards KEY: with it a port of this machine is reached.
forwards()
{
	identity=$W/ssh/$1
	ssh_command tess publickey -W "127.0.0.1:$port" 127.0.0.1 \
	    >"$W/out" 2>&1
	says '^SSH-2.0-'
}

# sshd lets every one of these keys in; who opens a session is ours to say.
sshd_begin "AuthorizedKeysFile $W/ssh/authorized" \
    "TrustedUserCAKeys $W/ssh/authority.pub"
opens "publickey: a registered key" hers
is "publickey: the log has the credential" logged \
    'accepted: phase=session reason=ok aaguid=.* label="hers" anchor="'
is "publickey: it does not say what sshd did not tell" \
    not logged 'phase=session .* up='
is "publickey: no phase changes anything in sshd" \
    left_alone account open-session
shut "publickey: an ordinary key" user 254 session ssh-key-type
is "publickey: the log has its fingerprint" \
    grep -qF "$(ssh-keygen -lf "$W/ssh/user.pub" | cut -d ' ' -f 2)" \
    "$W/log"
shut "publickey: a key that nobody registered" nobodys 254 session \
    ssh-key-unknown
is "publickey: the log says what to do" logged 'attestctl ssh enroll'
shut "publickey: the key of somebody else" his 254 session ssh-key-unknown
is "publickey: a registered key reaches a port" forwards hers
is "publickey: an ordinary key reaches none" not forwards user
is "publickey: a key that nobody registered reaches none" \
    not forwards nobodys

opens "certificate: a registered key" hers.certified
is "certificate: sshd saw a certificate" \
    grep -q 'Accepted certificate ID "hers"' "$W/ssh/log"
shut "certificate: an ordinary key" user.certified 254 session ssh-key-type
shut "certificate: a key that nobody registered" nobodys.certified 254 \
    session ssh-key-unknown

mv "$W/roots.d/ca.pem" "$W/ca.kept"
shut "an anchor that was removed" hers 254 session attestation-withdrawn
is "an anchor that was removed: the log says what is missing" \
    logged 'anchor-unknown'
mv "$W/ca.kept" "$W/roots.d/ca.pem"
conf ssh_keys=attested no_such_option=1
shut "a wrong configuration" hers 255 account conf-unknown-option
conf ssh_keys=attested aaguid_allow=00000000-0000-0000-0000-000000000001
shut "a model that is not allowed" hers 254 session attestation-withdrawn
conf
opens "ssh_keys = off: an ordinary key" user
is "ssh_keys = off: nothing is logged of a session" not logged phase=session

# A user who may write to the environment of PAM before we read it.
conf ssh_keys=attested
sed -i '/^session/{i session required pam_env.so user_readenv=1
:a;n;ba}' /etc/pam.d/sshd
echo 'SSH_AUTH_INFO_0 DEFAULT="password ${SSH_AUTH_INFO_0}"' \
    >"$W/home/tess/.pam_environment"
shut "a key that the user hides" user 254 session ssh-auth-info
is "a key that the user hides: the log says what to do" \
    logged 'Put pam_attest before it'
rm "$W/home/tess/.pam_environment"
opens "pam_env: a registered key" hers

# Two methods: the key is known before the account phase.
conf ssh_keys=attested
sshd_begin "AuthorizedKeysFile $W/ssh/authorized" \
    'AuthenticationMethods publickey,keyboard-interactive'
both=publickey,keyboard-interactive
: >"$W/snapshots"
opens "two methods: a registered key" hers "$both"
is "two methods: the key is judged in the account phase" \
    logged 'accepted: phase=account reason=ok .*label="hers"'
is "two methods: and when the session is opened" \
    logged 'accepted: phase=session reason=ok .*label="hers"'
is "two methods: no phase changes anything in sshd" \
    left_alone account open-session
shut "two methods: an ordinary key" user 255 account ssh-key-type "$both"
shut "two methods: a key that nobody registered" nobodys 255 account \
    ssh-key-unknown "$both"
shut "two methods: the key of somebody else" his 255 account \
    ssh-key-unknown "$both"

# Without a key there is none to judge.
sshd_begin 'AuthenticationMethods keyboard-interactive'
opens "keyboard-interactive alone" user keyboard-interactive
is "keyboard-interactive alone: nothing is judged" \
    not logged 'phase=\(session\|account\)'

sshd_end
is "nothing is left over" wait_for 3 not leftovers
