# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/base/file.h src/lib/base/file.c \
	src/lib/base/kept.h src/lib/base/kept.c \
	src/lib/store/challenges.h src/lib/store/challenges.c \
	src/lib/store/counter.c \
	src/lib/store/credentials.h src/lib/store/credentials.c \
	src/lib/store/evidence.c \
	src/lib/store/percent.h src/lib/store/percent.c \
	src/lib/store/place.h src/lib/store/place.c \
	src/lib/store/record.h src/lib/store/record.c \
	src/lib/store/store.h src/lib/store/store.c \
	src/lib/store/utc.h src/lib/store/utc.c
