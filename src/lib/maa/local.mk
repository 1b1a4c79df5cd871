# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/base/http.h src/lib/base/http.c \
	src/lib/maa/retry.h src/lib/maa/retry.c
