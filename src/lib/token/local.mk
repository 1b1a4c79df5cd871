# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/token/binding.h \
	src/lib/token/jwks.h \
	src/lib/token/token.h
