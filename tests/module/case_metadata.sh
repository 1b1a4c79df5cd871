# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# What metadata reports, the next login follows. The BLOBs are signed here,
# for the metadata service, under a root of the case.

model=736f6674-6b65-4979-8000-000000000001
stranger=736f6674-6b65-4979-8000-0000000000ff

make_service()
{
	local folder=$D/service

	mkdir "$folder"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/root.key" \
	    -out "$folder/root.pem" -days 2 -subj "/CN=Metadata Root" \
	    -addext keyUsage=keyCertSign 2>/dev/null &&
	openssl req -newkey rsa:2048 -nodes -keyout "$folder/signer.key" \
	    -out "$folder/signer.csr" -subj "/CN=signer" 2>/dev/null &&
	printf '%s\n' subjectAltName=DNS:mds.fidoalliance.org \
	    extendedKeyUsage=serverAuth basicConstraints=CA:FALSE \
	    >"$folder/signer.ext" &&
	openssl x509 -req -in "$folder/signer.csr" -CA "$folder/root.pem" \
	    -CAkey "$folder/root.key" -CAcreateserial -days 2 \
	    -extfile "$folder/signer.ext" -out "$folder/signer.pem" 2>/dev/null
}

# certificate FILE: base64 as x5c and metadata have it.
certificate()
{
	openssl x509 -in "$1" -outform DER | base64 -w0
}

base64url()
{
	base64 -w0 | tr -- +/ -_ | tr -d =
}

# report STATUS [EFFECTIVE [SUNSET]]
report()
{
	jq -n --arg status "$1" --arg from "${2:-}" --arg until "${3:-}" \
	    '{status: $status} +
	    if $from == "" then {} else {effectiveDate: $from} end +
	    if $until == "" then {} else {sunsetDate: $until} end'
}

# entry IDENTITY [--root FILE] [--way TYPE] [REPORT]...: one entry.
entry()
{
	local id=$1 roots='[]' way=basic_full identity

	shift
	identity=$(jq -n --arg id "$id" \
	    'if ($id | length) == 40
	    then {attestationCertificateKeyIdentifiers: [$id]}
	    else {aaguid: $id} end')
	if [ "${1:-}" = --root ]; then
		roots=$(certificate "$2" | jq -R '[.]')
		shift 2
	fi
	if [ "${1:-}" = --way ]; then
		way=$2
		shift 2
	fi
	printf '%s\n' "${@:-$(report NOT_FIDO_CERTIFIED)}" |
	    jq -s --argjson id "$identity" --argjson roots "$roots" \
		--arg way "$way" \
		'$id + {statusReports: .,
		    timeOfLastStatusChange: "2026-01-01",
		    metadataStatement: ($id + {description: "Softkey",
			attestationTypes: [$way],
			attestationRootCertificates: $roots})}'
}

# import [--next DAY] ENTRY...: signs a BLOB of these and imports it.
blob_number=0
import()
{
	local next=2099-01-01 head body

	if [ "$1" = --next ]; then
		next=$2
		shift 2
	fi
	blob_number=$((blob_number + 1))
	head=$(certificate "$D/service/signer.pem" |
	    jq -Rc '{alg: "RS256", typ: "JWT", x5c: [.]}' | base64url)
	body=$(printf '%s\n' "$@" |
	    jq -sc --argjson no $blob_number --arg next "$next" \
		'{legalHeader: "terms", no: $no, nextUpdate: $next,
		    entries: .}' | base64url)
	printf '%s.%s' "$head" "$body" >"$D/input"
	{
		cat "$D/input"
		printf .
		openssl dgst -sha256 -sign "$D/service/signer.key" "$D/input" |
		    base64url
	} >"$D/blob.jwt"
	if ! "$ATTESTCTL" --config "$D/conf" mds import --json "$D/blob.jwt" \
	    >"$D/out" 2>&1; then
		not_ok "importing BLOB no $blob_number"
	fi
}

# A configuration that knows the root of the service.
serve()
{
	conf "mds_roots=$D/service/root.pem" "$@"
}

# expired WHAT CODE PATTERN: the login fails, and the log says why.
expired()
{
	login "$1" CRED_EXPIRED
	is "$1: the log says so" says log "$2.*$3"
}

fresh
if ! make_service; then
	not_ok "the metadata service cannot be made"
	finish
	exit 0
fi
serve
key desk
enroll_or_stop alice desk desk
plug desk
login "no metadata changes nothing" SUCCESS

# A compromise: refused at the next login, and at registrations.
import "$(entry $model "$(report FIDO_CERTIFIED_L1 2025-01-01)")"
login "the model is in order" SUCCESS
import "$(entry $model "$(report FIDO_CERTIFIED_L1 2025-01-01)" \
    "$(report USER_KEY_REMOTE_COMPROMISE 2026-02-03)")"
expired "the model is compromised" attestation-withdrawn \
    "'Softkey': USER_KEY_REMOTE_COMPROMISE since 2026-02-03"
if command -v pamtester >/dev/null; then
	is "pamtester does not let it in" not tester authenticate </dev/null
	is "pamtester says that the credentials are expired" \
	    grep -qi "credentials expired" "$D/out"
else
	skip "pamtester is not installed" "the login through pamtester"
fi
is "the audit names model and status" sh -c '"$1" --config "$2" audit --json |
    jq -e ".credentials[0] | .reason.code == \"metadata-status\" and
    .model.description == \"Softkey\" and
    .model.status.name == \"USER_KEY_REMOTE_COMPROMISE\"" >/dev/null' \
    sh "$ATTESTCTL" "$D/conf"
is "a compromised model is not registered" not enroll bob desk desk
is "its user is told the status" \
    grep -q "USER_KEY_REMOTE_COMPROMISE since 2026-02-03 (metadata-status)" \
    "$D/out"
serve mds_status_deny=REVOKED
login "another status is what is denied" SUCCESS
serve mds=off
login "metadata is off" SUCCESS
serve
import "$(entry $model "$(report REVOKED 2098-01-01)" \
    "$(report USER_VERIFICATION_BYPASS 2025-01-01 2025-02-01)")"
login "reports that are not in force" SUCCESS
import "$(entry $model --way basic_surrogate)"
expired "the model attests in another way" attestation-withdrawn \
    "its attestation is not of type basic"

# What has to be said for the model.
import "$(entry $model "$(report FIDO_CERTIFIED_L1 2025-01-01)")"
serve mds=require min_certification=L1
login "the model is certified" SUCCESS
serve mds=require min_certification=L1plus
expired "the certification wanted is raised" attestation-withdrawn \
    metadata-level
import "$(entry $stranger)"
serve mds=require
expired "the entry is gone and required" attestation-withdrawn \
    metadata-no-entry
is "a model without an entry is not registered" not enroll bob desk desk
is "its user is told" grep -q "(metadata-no-entry)" "$D/out"
serve
login "the entry is gone" SUCCESS

# Anchors of an entry are for its model.
rm "$D/roots.d/ca.pem"
expired "no anchor is left" attestation-withdrawn anchor-unknown
import "$(entry $stranger --root "$ATT_CA/ca.pem")"
expired "the anchor is another model's" attestation-withdrawn anchor-unknown
import "$(entry $model --root "$ATT_CA/ca.pem")"
login "the anchor is the model's" SUCCESS
is "the audit line names it" audit 'anchor="'
is "with it, the model is registered" enroll carol desk desk

# U2F models are known by their attestation key, or that of its issuer.
u2f=$(openssl x509 -in "$ATT_CA/ca.pem" -noout -ext subjectKeyIdentifier |
    tail -1 | tr -d ' :' | tr A-F a-f)
key old --u2f-only
import "$(entry "$u2f" --root "$ATT_CA/ca.pem")"
is "a U2F model is registered by the key of its issuer" enroll dora old old
user=dora
plug old
login "the U2F model is in order" SUCCESS
import "$(entry "$u2f" --root "$ATT_CA/ca.pem" \
    "$(report ATTESTATION_KEY_COMPROMISE 2026-02-03)")"
expired "the attestation key of the U2F model is compromised" \
    attestation-withdrawn "ATTESTATION_KEY_COMPROMISE since 2026-02-03"
user=alice
plug desk

# The models that the BLOB of FIDO's conformance tests has as compromised.
compromised()
{
	cut -d. -f2 "$1" | tr -- -_ +/ | base64 -di 2>/dev/null |
	    jq -r '.entries[] | select(.aaguid) | .aaguid as $id |
		.statusReports[] | select(.status | test("COMPROM|BYPASS")) |
		"\($id) \(.status) since \(.effectiveDate)"'
}

conformance=$ATT_WORK/mds/simplewebauthn-verifyJWT.jwt
if [ -e "$conformance" ]; then
	rm "$D/mds/index"
	serve
	"$ATTESTCTL" --config "$D/conf" mds import \
	    --root "$ATT_WORK/mds/fido-fake-mds3-root.pem" "$conformance" \
	    >"$D/out" 2>&1 || not_ok "importing the conformance BLOB"
	compromised "$conformance" >"$D/compromised"
	is "eight models are compromised" \
	    test "$(wc -l <"$D/compromised")" -eq 8
	while read -r id reported; do
		key_foreign bad --aaguid "$id"
		is "$id is not registered" not enroll erna bad bad
		is "$id: its user is told $reported" \
		    grep -q "$reported (metadata-status)" "$D/out"
		key_stop bad
	done <"$D/compromised"
else
	skip "no shared vectors" "the models of the conformance BLOB"
fi

# Metadata that is old, or damaged.
rm "$D/mds/index"
import --next 2026-01-01 "$(entry $model --root "$ATT_CA/ca.pem")"
serve mds_max_age=1
login "metadata is overdue" SUCCESS
is "metadata is overdue: the log says so" says log "mds_stale = warn"
serve mds_max_age=1 mds_stale=refuse
login "metadata is overdue and refused" SERVICE_ERR
is "metadata is refused: the log says what to do" \
    says log "metadata-stale.*attestctl mds update"
serve
printf X | dd of="$D/mds/index" bs=1 seek=60 conv=notrunc 2>/dev/null
login "metadata is damaged" SERVICE_ERR
is "metadata is damaged: the log says so" says log "metadata-damaged"
rm "$D/mds/index"
serve mds=require
login "metadata is required and missing" SERVICE_ERR
is "no process is left over" gone

finish
