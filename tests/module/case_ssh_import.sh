# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# SSH keys that the real ssh-keygen makes in a security key, registered by what
# it writes; and what is none of ours, each with a reason of its own.

# challenge USER NAME [options]: $D/NAME.challenge
challenge()
{
	local user=$1 name=$2

	shift 2
	rm -f "$D/$name.challenge"
	"$ATTESTCTL" --config "$D/conf" ssh challenge \
	    --out "$D/$name.challenge" "$@" "$user" >"$D/out" 2>&1
}

# sk_key NAME TYPE KEY [ssh-keygen options]: NAME, NAME.pub, NAME.attestation,
# by NAME.challenge if it is there.
sk_key()
{
	local name=$1 type=$2 key=$3

	shift 3
	rm -f "$D/$name" "$D/$name.pub" "$D/$name.attestation"
	[ ! -e "$D/$name.challenge" ] ||
		set -- "$@" -O "challenge=$D/$name.challenge"
	timeout 20 ssh-keygen -q -t "$type" -N '' -C "$name" -f "$D/$name" \
	    -O "device=$D/$key" -O "write-attestation=$D/$name.attestation" \
	    "$@" </dev/null >"$D/keygen.out" 2>&1 || {
		cat "$D/keygen.out"
		return 1
	}
}

# register USER NAME [options]: fills $D/out and $status.
register()
{
	local user=$1 name=$2

	shift 2
	timeout 20 "$ATTESTCTL" --config "$D/conf" ssh enroll \
	    --public-key "$D/$name.pub" --attestation "$D/$name.attestation" \
	    "$@" "$user" </dev/null >"$D/out" 2>&1
	status=$?
}

# refused WHAT CODE USER NAME [options]
refused()
{
	local what=$1 code=$2

	shift 2
	register "$@"
	if [ $status -eq 1 ] && grep -q "^attestctl: ssh enroll: .*($code)$" "$D/out"; then
		ok "$what: $code"
	else
		not_ok "$what: $code"
		echo "#   status $status"
	fi
}

accepted()
{
	local what=$1

	shift
	register "$@"
	is "$what" test $status -eq 0
}

attestctl()
{
	timeout 20 "$ATTESTCTL" --config "$D/conf" "$@" >"$D/out" 2>&1
}

fresh
key desk
plug desk

# What is made over a challenge is registered, and is a credential.
for type in ecdsa-sk ed25519-sk; do
	is "a challenge for $type" challenge alice $type
	is "it says how to use it" \
	    grep -q "ssh-keygen -t .*" "$D/out"
	is "ssh-keygen makes $type" sk_key $type $type desk
	accepted "$type is registered" alice $type --label $type
	is "with its fingerprint" grep -qF \
	    "$(ssh-keygen -lf "$D/$type.pub" | cut -d' ' -f2)" "$D/out"
	is "and its attestation" grep -q "basic attestation (packed)" "$D/out"
done
is "both are listed" attestctl list alice
is "as accepted" test "$(grep -c 'accepted.*ssh:' "$D/out")" = 2
is "an audit accepts both" attestctl audit
login "they log in as any credential does" SUCCESS
is "the record is JSON" attestctl list --json alice
is "and says what for" grep -q '"rp_id": "ssh:"' "$D/out"
refused "a challenge is good once" ssh-challenge-used alice ed25519-sk
refused "even when it is said" ssh-challenge-used alice ed25519-sk \
    --challenge "$D/ed25519-sk.challenge"

# Not where another machine is to answer: an agent there would sign as well,
# and show nobody for which host.
conf remote=respond
login "they do not answer from another machine" AUTHINFO_UNAVAIL \
    --rhost 192.0.2.1 --tty ssh
is "another machine: the log says why" audit reason=ssh-key-only
is "another machine: nothing was asked" not says prompt-echo .
conf
login "sshd does not say where it is: no key here is asked" \
    AUTHINFO_UNAVAIL --tty ssh
is "sshd does not say: the log says so" audit reason=remote-caller
is "a challenge for a key with options" challenge carl tied
is "a key" sk_key tied ed25519-sk desk
accepted "which may do one thing" carl tied --command /bin/true
user=carl
login "a key with options logs in by sshd alone" AUTHINFO_UNAVAIL
is "a key with options: the log says why" audit reason=ssh-key-only
user=alice
# Who was refused before the key was asked may have left it in mid-sentence.
rekey desk

# Its anchor goes, and the key with it.
mv "$D/roots.d/ca.pem" "$D/ca.pem"
is "without their anchor an audit refuses them" not attestctl audit
is "and says why" grep -q anchor-unknown "$D/out"
login "they do not log in then" CRED_EXPIRED
rekey desk
mv "$D/ca.pem" "$D/roots.d/ca.pem"
# A record is nobody else's.
cp "$D/credentials.d/alice" "$D/credentials.d/bob"
is "a record that was copied to another user is refused" \
    not attestctl audit bob
is "as what it is" grep -q record-challenge "$D/out"
rm "$D/credentials.d/bob"
is "one is removed" attestctl remove alice ecdsa-sk
is "the other one stays" attestctl list alice
is "alone" test "$(grep -c 'ssh:' "$D/out")" = 1

# Whose attestation, whose key, whose challenge.
is "a challenge for bob" challenge bob bobs
is "bob makes a key" sk_key bobs ed25519-sk desk
refused "another user's attestation" ssh-challenge-other-user alice bobs
refused "also with its challenge" ssh-challenge-other-user alice bobs \
    --challenge "$D/bobs.challenge"
is "a challenge for alice" challenge alice one
is "a key of hers" sk_key one ed25519-sk desk
cp "$D/one.challenge" "$D/two.challenge"
is "and another over the same challenge" sk_key two ed25519-sk desk
cp "$D/one.attestation" "$D/mixed.attestation"
cp "$D/two.pub" "$D/mixed.pub"
refused "another key's attestation" ssh-key-mismatch alice mixed
# The 32 bytes of a public key before the application, "ssh:", in its blob are
# put in the place of those that were attested.
python3 - "$D" <<-'EOT'
	import base64, sys
	d = sys.argv[1]
	def key(name):
	    blob = base64.b64decode(open("%s/%s.pub" % (d, name)).read().split()[1])
	    return blob[-40:-8]
	file = open(d + "/one.attestation", "rb").read()
	assert file.count(key("one")) == 1
	open(d + "/mixed.attestation", "wb").write(
	    file.replace(key("one"), key("two")))
EOT
refused "an attestation whose key differs" ssh-challenge-unknown alice mixed
refused "over the challenge that is said" statement-signature alice mixed \
    --challenge "$D/one.challenge"
accepted "the key that was attested" alice one --label one --json
is "its record is shown" grep -q '"label": "one"' "$D/out"
register alice one --json
is "a refusal is JSON, too" grep -q '"verdict": "refused"' "$D/out"

# What ssh-keygen makes up itself, and what has expired, is no challenge.
is "a key over a challenge of ssh-keygen's" sk_key own ed25519-sk desk
refused "no challenge of ours" ssh-challenge-unknown alice own
head -c 32 /dev/urandom >"$D/own.challenge"
refused "nor one that was made up" ssh-challenge-unknown alice own \
    --challenge "$D/own.challenge"
is "a challenge that is to expire" challenge alice late
is "a key over it" sk_key late ecdsa-sk desk
sed -i '$s/issued=[^ ]* expires=[^ ]*/issued=2026-01-01T00:00:00Z expires=2026-01-01T01:00:00Z/' \
    "$D/state/challenges/alice"
refused "too late" ssh-challenge-expired alice late
is "a challenge for another application" challenge alice work \
    --application ssh:work
is "a key for the usual one" sk_key work ed25519-sk desk
refused "the key is for another application" ssh-application alice work
is "a key for that application" sk_key work ed25519-sk desk \
    -O application=ssh:work
accepted "an application of its own" alice work

# What is no attestation, or none of a security key.
is "a challenge" challenge alice file
is "a key" sk_key file ecdsa-sk desk
python3 - "$D" <<-'EOT'
	import struct, sys
	d = sys.argv[1]
	file = open(d + "/file.attestation", "rb").read()
	parts, at = [], 0
	for _ in range(4):
	    size = struct.unpack(">I", file[at:at + 4])[0]
	    parts.append(file[at + 4:at + 4 + size])
	    at += 4 + size
	string = lambda b: struct.pack(">I", len(b)) + b
	# OpenSSH 8.2 and 8.3: no authenticator data.
	open(d + "/old.attestation", "wb").write(
	    string(b"ssh-sk-attest-v00") + string(parts[1]) +
	    string(parts[2]) + file[at:])
	open(d + "/long.attestation", "wb").write(file + b"\0")
	open(d + "/flags.attestation", "wb").write(
	    file[:at] + struct.pack(">I", 1) + string(b""))
EOT
for name in old long flags; do
	cp "$D/file.pub" "$D/$name.pub"
done
refused "version v00" ssh-attestation-version alice old
is "the reason says what it lacks" \
    grep -q "lacks the authenticator data" "$D/out"
refused "a byte too many" ssh-attestation-malformed alice long
refused "a reserved flag" ssh-attestation-malformed alice flags
cp "$D/file.attestation" "$D/plain.attestation"
ssh-keygen -q -t ed25519 -N '' -f "$D/plain"
refused "an ordinary key" ssh-key-type alice plain
is "its type is named" grep -q '"ssh-ed25519"' "$D/out"
register alice file --label $'\n'
is "a label that is none is no refusal" test $status -eq 2
is "and is named" grep -q 'label "\\x0a" is not UTF-8' "$D/out"

# Who vouches for it. ssh-keygen makes no key that is not attested; anybody can
# leave the attestation away.
python3 - "$D" <<-'EOT'
	import struct, sys
	d = sys.argv[1]
	file = open(d + "/file.attestation", "rb").read()
	head = 4 + struct.unpack(">I", file[:4])[0]
	at = head
	for _ in range(2):
	    at += 4 + struct.unpack(">I", file[at:at + 4])[0]
	open(d + "/none.attestation", "wb").write(
	    file[:head] + bytes(8) + file[at:])
EOT
cp "$D/file.pub" "$D/none.pub"
refused "the same key, un-attested" attestation-none alice none
conf attestation=none
accepted "is enough where policy says so" alice none
conf
key_stop desk
key_foreign desk --format packed-self
is "a challenge" challenge alice self
is "a key that vouches for itself" sk_key self ed25519-sk desk
refused "is not enough" attestation-self alice self
conf attestation=self
accepted "but where policy says so" alice self
conf
key_stop desk
"$SOFTKEY" --make-ca "$D/u2f" --ca-name "U2F CA" --u2f-leaf >/dev/null
key_foreign desk --u2f-only --attestation-key "$D/u2f/attestation.key" \
    --attestation-chain "$D/u2f/attestation.pem"
is "a challenge" challenge alice old_key
is "a key of U2F" sk_key old_key ecdsa-sk desk
refused "a foreign anchor" anchor-unknown alice old_key
cp "$D/u2f/ca.pem" "$D/roots.d/u2f.pem"
chmod 600 "$D/roots.d/u2f.pem"
accepted "a U2F key is registered" alice old_key
is "as one" grep -q "(fido-u2f)" "$D/out"

# The file has the first certificate alone: what is between is configured.
key_stop desk
"$SOFTKEY" --make-ca "$D/long" --intermediate --ca-name "Long CA" >/dev/null
key_foreign desk --attestation-key "$D/long/attestation.key" \
    --attestation-chain "$D/long/attestation.pem"
cp "$D/long/ca.pem" "$D/roots.d/long.pem"
chmod 600 "$D/roots.d/long.pem"
is "a challenge" challenge alice far
is "a key whose maker has an intermediate" sk_key far ed25519-sk desk
refused "the intermediate is nowhere" anchor-unknown alice far
cp "$D/long/intermediate.pem" "$D/intermediates.d/long.pem"
chmod 600 "$D/intermediates.d/long.pem"
accepted "it is configured" alice far
rm "$D/roots.d/long.pem"
attestctl audit alice
is "an intermediate vouches for nothing" grep -q "anchor-unknown: .*Long CA" "$D/out"

# With verification.
conf user_verification=required
rekey desk
is "a challenge" challenge alice weak
is "it says what the policy wants" grep -q "verify-required" "$D/out"
is "a key without a PIN" sk_key weak ed25519-sk desk
refused "nobody was verified" uv-missing alice weak

# Judged, and not stored.
conf
is "a challenge" challenge alice seen
is "a key" sk_key seen ed25519-sk desk
cp "$D/credentials.d/alice" "$D/before"
is "it is judged by anybody" attestctl ssh verify \
    --public-key "$D/seen.pub" --attestation "$D/seen.attestation" \
    --challenge "$D/seen.challenge"
is "as accepted" grep -q accepted "$D/out"
is "nothing is stored" cmp "$D/before" "$D/credentials.d/alice"
accepted "and is good still" alice seen

finish
