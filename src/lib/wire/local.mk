# SPDX-License-Identifier: BSD-2-Clause
# Part of libatt_base.la: the module needs it, so libc only.
libatt_base_la_SOURCES += \
	src/lib/wire/channel.h src/lib/wire/channel.c \
	src/lib/wire/fields.h src/lib/wire/fields.c \
	src/lib/wire/login.h src/lib/wire/login.c \
	src/lib/wire/device.h src/lib/wire/device.c src/lib/wire/request.c \
	src/lib/wire/process.h src/lib/wire/process.c \
	src/lib/wire/client.h src/lib/wire/client_program.h \
	src/lib/wire/client.c

# The module fetches nothing, and asks no TPM.
libatt_la_SOURCES += \
	src/lib/wire/agent.h src/lib/wire/agent.c \
	src/lib/wire/fetch.h src/lib/wire/fetch.c src/lib/wire/fetch_run.c \
	src/lib/wire/http_fetcher.h src/lib/wire/http_fetcher.c \
	src/lib/wire/ssh_enrolment.h src/lib/wire/ssh_enrolment.c \
	src/lib/wire/tpm.h src/lib/wire/tpm.c \
	src/lib/wire/tpm_fields.h src/lib/wire/tpm_fields.c \
	src/lib/wire/tpm_talk.h src/lib/wire/tpm_talk.c \
	src/lib/wire/tpm_session.h src/lib/wire/tpm_session.c \
	src/lib/wire/child.h src/lib/wire/child.c
