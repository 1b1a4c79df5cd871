# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# Every registration of tests/unit/forge.def by a key: refused with the code of
# its row, or registered if nothing is wrong.

# What the device process does not even pass on: no canonical CBOR, or longer
# than the 4096 bytes that libfido2 takes.
broken_replies="format-bytes format-not-utf8 statement-deep statement-huge
    x5c-long compound-nine"

# configure KIND: what such a statement is accepted under.
configure()
{
	case $1 in
	u2f) conf ;;
	self) conf user_verification=required attestation=self ;;
	none) conf user_verification=required attestation=none ;;
	compound)
		conf user_verification=required \
		    formats="packed android-key compound"
		;;
	safetynet)
		conf user_verification=required formats=android-safetynet
		;;
	*) conf user_verification=required ;;
	esac
}

# register NAME CODE: the key is asked, and the answer is as expected.
register()
{
	local name=$1 code=$2 out status stored

	[[ " ${broken_replies//$'\n'/ } " != *" $name "* ]] ||
	    code=device-failed
	out=$("$ATTESTCTL" --config "$D/conf" enroll "$name" --label key \
	    </dev/null 2>&1)
	status=$?
	stored=no
	[ ! -e "$D/credentials.d/$name" ] || stored=yes
	case $code/$status/$stored/$out in
	ok/0/yes/*) ok "$name: registered" ;;
	"$code/1/no/"*"($code)."*) ok "$name: refused with $code" ;;
	*)
		not_ok "$name: $code"
		echo "#   status $status, stored: $stored, $out"
		;;
	esac
}

fresh
plug desk
"$SOFTKEY" --defect list >"$D/all"
cp "$D/all" "$D/list"
if [ "$ATT_SANITIZED" = yes ]; then
	echo "# with sanitizers every eighth; unit tests judge all of them so"
	awk 'NR % 8 == 1' "$D/all" >"$D/list"
fi
for kind in $(awk '{ print $2 }' "$D/list" | sort -u); do
	awk -v kind="$kind" '$2 == kind { print $1, $3 }' "$D/list" >"$D/rows"
	rekey desk --uv=ok --authority "$ATT_CA" \
	    --defect "$(cut -d' ' -f1 "$D/rows" | paste -sd,)"
	configure "$kind"
	while read -r name code; do
		register "$name" "$code"
	done <"$D/rows"
done
is "every row was tried" \
    test "$number" = "$(wc -l <"$D/list")"
is "there are hundreds" test "$(wc -l <"$D/all")" -gt 380
is "no process is left over" gone

finish
