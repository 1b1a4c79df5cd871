# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# A credential is its own evidence: it is judged again at every login.

store()
{
	echo "$D/credentials.d/$1"
}

# audited STATUS PATTERN: what attestctl audit ends with, and shows.
audited()
{
	"$ATTESTCTL" --config "$D/conf" audit >"$D/out" 2>&1
	[ $? = "$1" ] && grep -q "$2" "$D/out"
}

fresh
key desk
enroll_or_stop alice desk desk
plug desk
login "the evidence stands" SUCCESS
is "the evidence stands: so does the audit" audited 0 "alice .*  accepted  -"

# What the administrator withdraws is withdrawn.
mv "$D/roots.d/ca.pem" "$D/ca.pem"
login "no anchor at all" CRED_EXPIRED
"$SOFTKEY" --make-ca "$D/foreign" --ca-name "Foreign CA" >/dev/null
cp "$D/foreign/ca.pem" "$D/roots.d/"
chmod 600 "$D/roots.d/ca.pem"
login "only a foreign anchor" CRED_EXPIRED
"$SOFTKEY" --make-ca "$D/namesake" >/dev/null
cp "$D/namesake/ca.pem" "$D/roots.d/ca.pem"
login "an anchor of the same name with another key" CRED_EXPIRED
cp "$D/ca.pem" "$D/intermediates.d/ca.pem"
login "the anchor as an intermediate vouches for nothing" CRED_EXPIRED
rm "$D/intermediates.d/ca.pem"
cp "$D/ca.pem" "$D/roots.d/ca.pem"
login "the anchor is back" SUCCESS
rm "$D/roots.d/ca.pem"
cp "$ATT_CA/leaf.pem" "$D/roots.d/leaf.pem"
chmod 600 "$D/roots.d/leaf.pem"
login "the leaf itself as the anchor" SUCCESS
rm "$D/roots.d/leaf.pem"
cp "$D/ca.pem" "$D/roots.d/ca.pem"

conf aaguid_deny=736f6674-6b65-4979-8000-000000000001
login "the model is denied" CRED_EXPIRED
is "the model is denied: the log says so" says log aaguid-refused
is "the model is denied: the audit says so" \
    audited 1 "alice .*  refused  aaguid-refused: the model is on the list"
conf aaguid_allow=00000000-0000-0000-0000-000000000001
login "only another model is allowed" CRED_EXPIRED
conf aaguid_allow=736f6674-6b65-4979-8000-000000000001
login "this model is allowed" SUCCESS
conf formats=tpm
login "the format is no longer accepted" CRED_EXPIRED
is "the format: the log says so" says log format-refused
conf

# A configured intermediate helps to build a path.
"$SOFTKEY" --make-ca "$D/chain" --intermediate --ca-name "Chain CA" >/dev/null
key_foreign short --attestation-key "$D/chain/attestation.key" \
    --attestation-chain "$D/chain/leaf.pem"
cp "$D/chain/ca.pem" "$D/roots.d/chain.pem"
chmod 600 "$D/roots.d/chain.pem"
is "a key that leaves out its intermediate is not registered" \
    not enroll carol short short
cp "$D/chain/intermediate.pem" "$D/intermediates.d/"
chmod 600 "$D/intermediates.d/intermediate.pem"
is "it is when the intermediate is configured" enroll carol short short
user=carol
plug short
login "with the configured intermediate" SUCCESS
rm "$D/intermediates.d/intermediate.pem"
login "without it" CRED_EXPIRED
rm "$D/roots.d/chain.pem"
key_stop short
user=alice
plug desk

# One of two is withdrawn: the other goes on.
"$SOFTKEY" --make-ca "$D/second" --ca-name "Second CA" >/dev/null
cp "$D/second/ca.pem" "$D/roots.d/second.pem"
chmod 600 "$D/roots.d/second.pem"
key_foreign other --attestation-key "$D/second/attestation.key" \
    --attestation-chain "$D/second/attestation.pem"
enroll_or_stop alice other other
rm "$D/roots.d/second.pem"
plug desk
login "one of two is withdrawn, the other logs in" SUCCESS
plug other
login "one of two is withdrawn, and it is the one connected" AUTH_ERR
key_stop other
plug desk

# Records in the wrong place.
cp "$(store alice)" "$(store mallory)"
user=mallory
forget_traces
login "a record moved to another user" CRED_EXPIRED
is "a record moved: the log says so" says log record-challenge
is "a record moved: the key is not asked" not asked desk GetAssertion
user=alice
rm "$(store mallory)"

# Software keys slipped in: accepted when policy was loose, refused now.
for kind in packed-self none; do
	key_foreign soft --format "$kind"
	user=soft-$kind
	conf attestation=none "formats=packed none"
	enroll_or_stop "$user" soft soft
	plug soft
	login "$kind where policy asks for nothing" SUCCESS
	conf "formats=packed none"
	login "$kind where attestation is required" CRED_EXPIRED
	is "$kind: the log says why" says log "attestation-(self|none)"
	key_stop soft
done
user=alice
conf

# Does this byte of the store belong to the evidence?
is_evidence()
{
	head -c "$1" "$D/good" | tail -1 |
	    grep -Eq '(nonce|client_data|attestation_object|rp_id)="?[^ ]*$'
}

# A record with single characters changed never logs in.
plug desk
cp "$(store alice)" "$D/both"
grep -v 'label="\?other' "$D/both" >"$D/good"
size=$(stat -c %s "$D/good")
worst=none
for ((i = 7; i < size; i += size / 24)); do
	cp "$D/good" "$D/bad"
	old=$(dd if="$D/good" bs=1 skip="$i" count=1 2>/dev/null)
	new=A
	[ "$old" != A ] || new=B
	printf %s "$new" |
	    dd of="$D/bad" bs=1 seek="$i" conv=notrunc 2>/dev/null
	cp "$D/bad" "$(store alice)"
	host -- auth
	case $code in
	SUCCESS)
		# A label, a date or who registered it may change.
		is_evidence "$i" && worst="byte $i: $code"
		;;
	CRED_EXPIRED | SERVICE_ERR | USER_UNKNOWN | AUTH_ERR) ;;
	*) worst="byte $i: $code" ;;
	esac
done
is "a record with one character changed never logs in (${worst})" \
    test "$worst" = none
rm -f "$(store alice)"

# Files that are no store.
spoil()
{
	local what=$1 want=$2

	host -- auth
	if [[ $code =~ ^($want)$ ]]; then
		ok "$what: $want"
	else
		not_ok "$what: $want"
		echo "#   got $code"
	fi
}

head -c $((size / 2)) "$D/good" >"$(store alice)"
spoil "a file cut in the middle of a record" "SERVICE_ERR"
is "a file cut in the middle: the log names file and line" \
    says log "credentials.d/alice:[0-9]+"
: >"$(store alice)"
spoil "an empty file" "USER_UNKNOWN"
printf '\0\0\0\0' >"$(store alice)"
spoil "a file of NUL bytes" "SERVICE_ERR"
head -c 200000 /dev/zero | tr '\0' x >"$(store alice)"
spoil "a line without end" "SERVICE_ERR"
head -c 40000000 /dev/zero >"$(store alice)"
spoil "a file of 40 megabytes" "SERVICE_ERR"
sed 's/$/\r/' "$D/good" >"$(store alice)"
spoil "lines that end in CR" "SERVICE_ERR"
cat "$D/good" "$D/good" >"$(store alice)"
spoil "the same record twice" "SERVICE_ERR|SUCCESS"
cp "$D/both" "$(store alice)"
login "the untouched file" SUCCESS

is "a credential is removed" \
    "$ATTESTCTL" --config "$D/conf" remove alice desk >/dev/null
login "after its removal, the other being withdrawn" CRED_EXPIRED
is "the other credential is removed" \
    "$ATTESTCTL" --config "$D/conf" remove alice other >/dev/null
login "after the removal of the last one" USER_UNKNOWN

finish
