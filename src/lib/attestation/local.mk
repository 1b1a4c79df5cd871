# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/attestation/assertion.c src/lib/attestation/assertion.h \
	src/lib/attestation/authdata.c src/lib/attestation/authdata.h \
	src/lib/attestation/format.c src/lib/attestation/format.h \
	src/lib/attestation/format_apple.c \
	src/lib/attestation/format_fido_u2f.c \
	src/lib/attestation/format_android_key.c \
	src/lib/attestation/format_android_safetynet.c \
	src/lib/attestation/format_compound.c \
	src/lib/attestation/format_none.c \
	src/lib/attestation/format_packed.c \
	src/lib/attestation/format_tpm.c \
	src/lib/attestation/models.c src/lib/attestation/models.h \
	src/lib/attestation/object.c src/lib/attestation/object.h \
	src/lib/attestation/trial.h \
	src/lib/attestation/verify.c src/lib/attestation/verify.h \
	src/lib/attestation/verify_path.c
