# SPDX-License-Identifier: BSD-2-Clause
# Part of libatt_base.la: the module needs it, so libc only.
libatt_base_la_SOURCES += \
	src/lib/wire/channel.h src/lib/wire/login.h src/lib/wire/client.h \
	src/lib/wire/device.h
