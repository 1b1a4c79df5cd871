# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Whom the configuration trusts is taken out and put back with attestctl roots:
# logins follow at once.

# roots WORD...: of the host of this case; its output goes to $D/out.
roots()
{
	timeout 20 "$ATTESTCTL" --config "$D/conf" roots "$@" \
	    </dev/null >"$D/out" 2>&1
}

fresh
"$SOFTKEY" --make-ca "$D/vendor" --intermediate >/dev/null
cp "$D/vendor/ca.pem" "$D/root.pem"
cp "$D/vendor/intermediate.pem" "$D/middle.pem"
rm "$D/roots.d/ca.pem"

# Its leaf comes without the intermediate, as that of new YubiKeys does.
plug desk
key_foreign desk --attestation-key "$D/vendor/attestation.key" \
    --attestation-chain "$D/vendor/leaf.pem"
is "nobody vouches for the key" not enroll alice desk desk
is "its root is added" roots add "$D/root.pem"
is "an intermediate is still missing" not enroll alice desk desk
is "its intermediate is added" roots add --intermediate "$D/middle.pem"
enroll_or_stop alice desk desk
login "under its root" SUCCESS

is "nothing goes without a yes" not roots remove softkey-attestation-ca.pem
is "but what it would do is said" grep -q "^alice  desk   none left" "$D/out"
login "nothing has changed" SUCCESS

for one in ca:root intermediate:middle; do
	file=softkey-attestation-${one%:*}.pem
	is "${one#*:}: removed" roots remove --yes "$file"
	login "without its ${one#*:}" CRED_EXPIRED
	is "${one#*:}: the log says why" audit attestation-withdrawn
	case $one in
	ca:*) roots add "$D/root.pem" ;;
	*) roots add --intermediate "$D/middle.pem" ;;
	esac
	is "${one#*:}: adding it says who is let in" \
	    grep -q "^1 stored credential is accepted now" "$D/out"
	login "with its ${one#*:} again" SUCCESS
done
is "what rests on them is shown" roots list
is "one credential on each" \
    [ "$(grep -cE "^(anchor|intermediate) +1 " "$D/out")" = 2 ]
is "no process is left over" gone

finish
