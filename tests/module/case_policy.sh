# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# What options change about who may register: each relaxation lets through the
# one thing that it names, and no option lets through what nobody vouches for.

model=70616d5f-6174-7465-7374-20666f726765
other=d8522d9f-575b-4866-88a9-ba99fa02f35b

fresh
# One registration a line: --defect of softkey, the code, an option.
cat >"$D/table" <<TABLE
fine ok aaguid_allow=$model
fine aaguid-refused aaguid_allow=$other
fine aaguid-refused aaguid_deny=$model
fine-none attestation-none attestation=self
fine-none ok attestation=none
fine-self attestation-self attestation=required
fine-self ok attestation=self
fine-self ok attestation=none
u2f-fine aaguid-refused aaguid_allow=$model
u2f-fine aaguid-refused aaguid_allow=00000000-0000-0000-0000-000000000000
apple-fine ok aaguid_allow=$model
android-fine aaguid-refused aaguid_allow=$model
tpm-fine aaguid-refused aaguid_allow=$model
tpm-fine-aaguid ok aaguid_allow=$model
tpm-fine format-refused formats=packed
compound-fine format-refused formats=compound
flags-be ok backup_eligible=yes
x5c-unrelated ok x5c_extra=yes
cert-aaguid-missing ok require_aaguid_extension=no
cert-aaguid-other aaguid-mismatch require_aaguid_extension=no
sig-not-minimal ok ecdsa_encoding=any
sig-trailing signature-encoding ecdsa_encoding=any
u2f-aaguid ok u2f_zero_aaguid=no
tpm-alg-sha1 ok tpm_sha1=yes
tpm-extra-data-other-hash tpm-extra-data tpm_sha1=yes
tpm-vendor-fido ok tpm_vendor_check=no
tpm-cert-no-manufacturer certificate-profile tpm_vendor_check=no
tpm-not-fixed-tpm ok tpm_attributes_check=no
tpm-name-handle tpm-name tpm_attributes_check=no
android-lists-software ok android_key_lists=any
android-origin-split android-key-origin android_key_lists=any
android-lists-empty ok android_key_lists=absent
android-origin-imported android-key-origin android_key_lists=absent
android-applications-software android-key-applications android_key_lists=absent
TABLE

plug desk
key desk --uv=ok --authority "$ATT_CA" \
    --defect "$(cut -d' ' -f1 "$D/table" | paste -sd,)"
while read -r name code option; do
	conf "$option"
	out=$("$ATTESTCTL" --config "$D/conf" enroll "u$number" --label key \
	    </dev/null 2>&1)
	case $code/$?/$out in
	ok/0/*) ok "$name is registered under $option" ;;
	"$code/1/"*"($code)."*) ok "$name is refused under $option: $code" ;;
	*)
		not_ok "$name under $option: $code"
		echo "#   $out"
		;;
	esac
done <"$D/table"
is "no process is left over" gone

# An allow list of models is not passed by who says which model it is.
for format in self none; do
	rekey desk --uv=ok --defect "fine-$format"
	conf "attestation=$format" "aaguid_allow=$model"
	enroll alice desk desk
	is "$format: no statement of its own passes an allow list" \
	    grep -q "(aaguid-refused)" "$D/out"
done

finish
