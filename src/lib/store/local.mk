# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/base/file.h src/lib/base/file.c
