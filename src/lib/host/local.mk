# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/host/host.h src/lib/host/host.c \
	src/lib/host/host_keys.h src/lib/host/host_keys.c \
	src/lib/host/host_tpm.h src/lib/host/host_tpm.c
