# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/base/http.h src/lib/base/http.c \
	src/lib/maa/retry.h src/lib/maa/retry.c \
	src/lib/maa/ima_log.h src/lib/maa/ima_log.c \
	src/lib/maa/log_reader.h src/lib/maa/log_reader.c \
	src/lib/maa/measured.h src/lib/maa/measured.c \
	src/lib/maa/tcg_log.h src/lib/maa/tcg_log.c \
	src/lib/maa/json_text.h src/lib/maa/json_text.c \
	src/lib/maa/tpm_check.h src/lib/maa/tpm_check.c \
	src/lib/maa/tpm_exchange.h src/lib/maa/tpm_exchange.c \
	src/lib/maa/tpm_request.h src/lib/maa/tpm_request.c
