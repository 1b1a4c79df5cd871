# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/remote/challenge.h src/lib/remote/challenge.c \
	src/lib/remote/line.h src/lib/remote/line.c \
	src/lib/remote/response.h src/lib/remote/response.c
