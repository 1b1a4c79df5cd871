# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/conf/options.def src/lib/conf/choices.def \
	src/lib/conf/formats.def src/lib/conf/token_types.def \
	src/lib/conf/options.h src/lib/conf/options.c \
	src/lib/conf/layers.h src/lib/conf/read.c \
	src/lib/conf/value.h src/lib/conf/value.c \
	src/lib/conf/check_host.c src/lib/conf/check_maa.c \
	src/lib/conf/host_profile.def src/lib/conf/host_profile.h \
	src/lib/conf/host_profile.c \
	src/lib/conf/value_duration.c src/lib/conf/value_ids.c \
	src/lib/conf/value_lines.c src/lib/conf/value_maybe.c \
	src/lib/conf/value_names.c src/lib/conf/value_pcrs.c
