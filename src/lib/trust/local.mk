# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/trust/der.h src/lib/trust/der.c \
	src/lib/trust/key_description.h src/lib/trust/key_description.c \
	src/lib/trust/pem.h src/lib/trust/pem.c \
	src/lib/trust/subject_key.h src/lib/trust/subject_key.c \
	src/lib/trust/certificate.h src/lib/trust/certificate_parts.h \
	src/lib/trust/certificate_decode.c src/lib/trust/certificate.c \
	src/lib/trust/profile.c src/lib/trust/profile.h \
	src/lib/trust/profile_report.c \
	src/lib/trust/profile_tpm.c \
	src/lib/trust/tpm_vendors.c src/lib/trust/tpm_vendors.h \
	src/lib/trust/memory.h src/lib/trust/memory.c \
	src/lib/trust/anchors.h src/lib/trust/anchor_set.h \
	src/lib/trust/anchors.c \
	src/lib/trust/rules.h src/lib/trust/rules.c \
	src/lib/trust/path.c \
	src/lib/trust/fitness.h src/lib/trust/fitness.c \
	src/lib/trust/blob.h src/lib/trust/blob.c \
	src/lib/trust/x5c.h src/lib/trust/x5c.c \
	src/lib/trust/metadata_index.h src/lib/trust/metadata_index_form.h \
	src/lib/trust/metadata_index.c src/lib/trust/metadata_index_write.c \
	src/lib/trust/model.h src/lib/trust/model.c \
	src/lib/trust/trust.h src/lib/trust/trust.c
