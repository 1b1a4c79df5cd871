# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/trust/der.h src/lib/trust/der.c \
	src/lib/trust/certificate.h src/lib/trust/certificate.c \
	src/lib/trust/profile.c
