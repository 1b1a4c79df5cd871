# SPDX-License-Identifier: BSD-2-Clause
# What programs that let somebody in have to agree on.
libatt_la_SOURCES += \
	src/lib/login/needs_uv.h src/lib/login/needs_uv.c \
	src/lib/login/ssh_attestation.h src/lib/login/ssh_attestation.c \
	src/lib/login/ssh_credential.h src/lib/login/ssh_credential.c
