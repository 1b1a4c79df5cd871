# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# pam_attest-ssh-keys as the AuthorizedKeysCommand of the real sshd.

. "$here/sshd.sh"

service sshd <<-'EOT'
	auth required pam_deny.so
	account required pam_permit.so
	session required pam_permit.so
EOT

# sshd wants no folder above the program that others may write to, as that of
# temporary files is; and a user for it.
mkdir -p /run/pam_attest
mount --bind "$ATT_PROGRAMS" /run/pam_attest
program=/run/pam_attest/pam_attest-ssh-keys
add_user keys 64203

# ssh_conf [NAME=VALUE]...: a configuration that the program can read.
ssh_conf()
{
	conf "$@"
	chmod 644 "$W/conf"
}

rm -f "$W"/credentials.d/*
chmod 755 "$W/credentials.d" "$W/roots.d" "$W/intermediates.d"
chmod 644 "$W/roots.d/ca.pem"
ssh_conf

# lines_of USER [TYPE KEY]: what sshd would be told, as it would be told:
# fills $W/out and $status.
lines_of()
{
	: >"$W/log"
	timeout 20 setpriv --reuid 64203 --regid 64203 --clear-groups env -i \
	    ${hostile[@]+"${hostile[@]}"} \
	    "$program" --config "$W/conf" "$@" >"$W/out" 2>"$W/errors" \
	    </dev/null
	status=$?
}

# told NAME [OPTIONS]: exactly one line, of that key, with these options.
told()
{
	local name=$1 key

	read -r -a key <"$W/ssh/$name.pub"
	echo "${2:+$2 }${key[0]} ${key[1]} $name" | cmp -s - "$W/out" &&
	    [ "$status" = 0 ]
}

# refused NAME WHAT REASON: $identity does not log in tess, or $as.
as=tess
refused()
{
	ssh_as "$as" publickey
	is "$1 does not log in" test "$status" != 0
	is "$1: no command runs" not says "^$as\$"
	is "$1: the log says why" \
	    logged "^<85>.* pam_attest-ssh-keys\[[0-9]+\]: refused: phase=ssh-keys reason=$2 .*user=\"$as\" key=\"SHA256:"
}

logs_in()
{
	ssh_as "$as" publickey
	is "$1 logs in" test "$status" = 0
	is "$1: it is $as" says "^$as\$"
}

sshd_begin "AuthorizedKeysCommand $program --config $W/conf %u %t %k" \
    "AuthorizedKeysCommandUser keys"

# --- Who logs in, and who does not ------------------------------------------
key tess
is "a key on P-256 is registered" registered tess blue ecdsa-sk
is "a key on Ed25519 is registered" registered tess red ed25519-sk
is "the log has who was registered" logged \
    '^<86>.* attestctl: ssh enroll: accepted: phase=ssh-enroll .*user="tess" .*label="red"'
is "a challenge is good once" not "$ATTESTCTL" --config "$W/conf" ssh enroll \
    --label again --public-key "$W/ssh/red.pub" \
    --attestation "$W/ssh/red.attestation" tess >"$W/out" 2>&1
is "the log has who was not, and why" logged \
    '^<85>.* attestctl: ssh enroll: refused: phase=ssh-enroll reason=ssh-challenge-used .*user="tess"'
find "$W/credentials.d" "$W/state" -type f -exec cat {} + >"$W/before"
for name in blue red; do
	identity=$W/ssh/$name
	logs_in "the registered key $name"
done
find "$W/credentials.d" "$W/state" -type f -exec cat {} + >"$W/after"
is "nothing was written by that" cmp -s "$W/before" "$W/after"

is "the same authenticator makes another key" sk_key stray ecdsa-sk
identity=$W/ssh/stray
refused "a key that nobody registered" ssh-key-unknown
identity=$W/ssh/blue
as=bob
refused "the key of tess, for bob, who has none" no-credential
is "bob registers one of his" registered bob bobs ecdsa-sk
refused "the key of tess, for bob" ssh-key-unknown
as=tess
identity=$W/ssh/bobs
refused "the key of bob, for tess" ssh-key-unknown

cp "$W/credentials.d/tess" "$W/credentials.d/bob"
identity=$W/ssh/blue
as=bob
refused "a record that was copied to bob" record-challenge
as=tess
rm "$W/credentials.d/bob"

mv "$W/roots.d/ca.pem" "$W/away.pem"
refused "a key whose anchor was removed" anchor-unknown
mv "$W/away.pem" "$W/roots.d/ca.pem"
logs_in "the key whose anchor is back"
aaguid=$("$ATTESTCTL" --config "$W/conf" list --json tess |
    sed -n 's/.*"aaguid": "\(.*\)".*/\1/p' | head -1)
ssh_conf aaguid_deny="$aaguid"
refused "a key of a model that is denied" aaguid-refused
is "the log names the model" logged "aaguid=$aaguid format=packed"

# reported NO STATUS: the imported metadata says that of the model.
reported()
{
	python3 "$here/../vectors/blob.py" sign "$W/mds-ca" --no "$1" \
	    --root "$W/ca/ca.pem" --entry "$aaguid=$2" >"$W/blob.jwt" &&
	    "$ATTESTCTL" --config "$W/conf" mds import "$W/blob.jwt" \
	    >"$W/out" 2>&1
}
python3 "$here/../vectors/blob.py" authority "$W/mds-ca"
chmod 644 "$W/mds-ca/root.pem"
ssh_conf "mds_dir=$W/mds" "mds_roots=$W/mds-ca/root.pem"
mv "$W/roots.d/ca.pem" "$W/away.pem"
is "metadata is imported" reported 1 FIDO_CERTIFIED
logs_in "a key that metadata vouches for"
mv "$W/away.pem" "$W/roots.d/ca.pem"
is "a report is imported" reported 2 REVOKED
refused "a key of a model that was revoked" metadata-status
ssh_conf formats=tpm
refused "a key by a format that is off" format-refused
ssh_conf

# --- What clients offer, and what is an error ----------------------------------
identity=$W/ssh/user
ssh_as tess publickey
is "an ordinary key does not log in" test "$status" != 0
is "the log says why, as no great matter" logged \
    '^<86>.* reason=ssh-key-type user="tess" .*ssh-ed25519'
ssh-keygen -q -s "$W/ssh/user" -I tess -n tess "$W/ssh/blue.pub"
identity=$W/ssh/blue
ssh_as tess publickey -o "CertificateFile=$W/ssh/blue-cert.pub" \
    -o PubkeyAcceptedAlgorithms=sk-ecdsa-sha2-nistp256-cert-v01@openssh.com
is "a certificate of a registered key does not log in" test "$status" != 0
is "the log says so of it" logged \
    '^<86>.* reason=ssh-key-type user="tess" key="SHA256:.*certificate'

ssh_conf no_such_option=1
ssh_as tess publickey
is "a wrong configuration lets nobody in" test "$status" != 0
is "the log names the line" \
    logged "^<83>.*pam_attest-ssh-keys.*conf-unknown-option: $W/conf:[0-9]+: "
ssh_conf
chmod o+w "$W/credentials.d/tess"
ssh_as tess publickey
is "a file that others may write lets nobody in" test "$status" != 0
is "the log says how to mend it" \
    logged "file-permissions: .*chmod go-w '$W/credentials.d/tess'"
chmod o-w "$W/credentials.d/tess"
chmod 700 "$W/credentials.d"
ssh_as tess publickey
is "a folder that the program cannot read lets nobody in" \
    test "$status" != 0
is "the log says so" logged "file-unreadable: $W/credentials.d"
chown root:keys "$W/credentials.d"
chmod 750 "$W/credentials.d"
logs_in "a key in a folder of the program's group"
chmod 755 "$W/credentials.d"

# --- Options -----------------------------------------------------------------
restrictions=(--from '127.0.0.0/8' --command 'echo "forced $LOGNAME"')
is "a key with from= and command= is registered" \
    registered tess forced ecdsa-sk
identity=$W/ssh/forced
ssh_as tess publickey
is "command= is what runs" says '^forced tess$'
is "and nothing else does" not says '^tess$'
restrictions=(--from '10.9.9.9,!127.0.0.1' --restrict)
is "a key for another address is registered" registered tess far ecdsa-sk
identity=$W/ssh/far
ssh_as tess publickey
is "from= keeps it out" test "$status" != 0
is "which sshd says" \
    grep -q 'correct key but not from a permitted host' "$W/ssh/log"
restrictions=(--restrict)
is "a restricted key is registered" registered tess tied ed25519-sk
identity=$W/ssh/tied
: >"$W/log"
ssh_command tess publickey -tt 127.0.0.1 id -un >"$W/out" 2>&1
is "restrict gives no terminal" says 'PTY allocation request failed'
restrictions=()
lines_of tess
is "every key of tess is listed" test "$(wc -l <"$W/out")" = 5
is "none may be used without a touch" not says no-touch-required

# --- Verification of the user -----------------------------------------------
key pin --pin "$pin"
is "a key that insists on a PIN is registered" \
    registered tess strict ecdsa-sk -O verify-required
is "one that does not is registered" registered tess lax ecdsa-sk
for name in strict lax; do
	read -r type blob _ <"$W/ssh/$name.pub"
	lines_of tess "$type" "$blob"
	case $name in
	strict) is "the first has to verify its user" \
	    told strict verify-required ;;
	lax) is "the second does not have to" told lax ;;
	esac
done
identity=$W/ssh/strict
logs_in "the key that insists on a PIN"
is "the PIN was asked for" grep -q 'Enter PIN' "$W/asked"
identity=$W/ssh/lax
logs_in "the key that does not"
is "no PIN was asked for" not grep -q 'Enter PIN' "$W/asked"
ssh_conf user_verification=required
lines_of tess "$type" "$blob"
is "where policy wants it, the second has to" told lax verify-required
ssh_as tess publickey
is "and does not log in" test "$status" != 0
is "which sshd says" \
    grep -q 'user verification requirement not met' "$W/ssh/log"
identity=$W/ssh/strict
logs_in "the key that insists, where policy wants it,"
ssh_conf user_verification=discouraged
read -r type blob _ <"$W/ssh/strict.pub"
lines_of tess "$type" "$blob"
is "where policy wants none, the first does not have to" told strict
ssh_conf

# --- The program by itself ----------------------------------------------------
read -r type blob _ <"$W/ssh/blue.pub"
lines_of tess "$type" "$blob"
is "the key that is offered is all that is told" told blue
is "no error is told" test ! -s "$W/errors"
hostile=(OPENSSL_CONF=/nowhere TZ=:/nowhere LC_ALL=xx HOME=/nowhere
	CREDENTIALS_DIR=/nowhere)
lines_of tess "$type" "$blob"
is "no variable changes that" told blue
hostile=()
exec {held}>"$W/credentials.d/.lock-tess"
flock "$held"
lines_of tess "$type" "$blob"
is "who registers a key meanwhile holds nobody up" told blue
exec {held}>&-
mv /dev/log /dev/away
lines_of tess "$type" "$blob"
is "without a log, too" told blue
lines_of bob "$type" "$blob"
is "what is refused without one says why to who started it" \
    grep -q 'reason=no-credential' "$W/errors"
mv /dev/away /dev/log
timeout 20 "$program" --config "$W/conf" tess "$type" "$blob" \
    >"$W/out" 2>"$W/errors" </dev/null
status=$?
is "root is told the same" told blue
timeout 20 "$program" --config "$W/conf" tess "$type" "$blob" \
    >/dev/full 2>"$W/errors" </dev/null
is "what cannot be written is an error" test $? = 2
lines_of tess "$type"
is "a type without a key is wrong use" test "$status" = 2
is "which is logged" logged '^<83>.*usage: expected'
is "and nothing is told" test ! -s "$W/out"
lines_of tess "$type" "${blob}AAAA"
is "a key with something behind it is none" \
    test "$status:$(wc -c <"$W/out")" = 0:0
is "which is logged" logged 'reason=ssh-key-malformed'
lines_of tess sk-ssh-ed25519@openssh.com "$blob"
is "nor is one of another type" test "$status:$(wc -c <"$W/out")" = 0:0
(cd "$W" && exec "$program" --config conf tess) >"$W/out" 2>"$W/errors"
is "a relative path is wrong use" test $? = 2
is "which is said" grep -q 'usage: expected.*absolute' "$W/errors"
"$program" --help >"$W/out" 2>&1
is "--help answers" says '^  AuthorizedKeysCommand .* %u %t %k$'

# --- Many at once -----------------------------------------------------------
key tess
identity=$W/ssh/red
: >"$W/many"
pids=()
for n in $(seq 50); do
	ssh_command tess publickey 127.0.0.1 echo "in $n" \
	    >>"$W/many" 2>"$W/many.$n" &
	pids+=($!)
done
wait "${pids[@]}"
is "fifty connections at once all log in" \
    test "$(sort -u "$W/many" | grep -c '^in [0-9]*$')" = 50

sshd_end
umount /run/pam_attest
chown root:root "$W/credentials.d"
rm -f "$W"/credentials.d/*
is "nothing is left over" wait_for 3 not leftovers
