# SPDX-License-Identifier: BSD-2-Clause
# softkey: a software authenticator for the tests.

check_PROGRAMS += tests/softkey/softkey

tests_softkey_softkey_SOURCES = \
	tests/softkey/attest.c \
	tests/softkey/attest.h \
	tests/softkey/attest_fido_u2f.c \
	tests/softkey/attest_none.c \
	tests/softkey/attest_packed.c \
	tests/softkey/buf.c \
	tests/softkey/buf.h \
	tests/softkey/ca.c \
	tests/softkey/ca.h \
	tests/softkey/cbor_io.c \
	tests/softkey/cbor_io.h \
	tests/softkey/clientpin.c \
	tests/softkey/credman.c \
	tests/softkey/ctap.c \
	tests/softkey/ctap.h \
	tests/softkey/ctap2.c \
	tests/softkey/ctap2.h \
	tests/softkey/fatal.c \
	tests/softkey/fatal.h \
	tests/softkey/forgery.h \
	tests/softkey/getassert.c \
	tests/softkey/getinfo.c \
	tests/softkey/hid.c \
	tests/softkey/hid.h \
	tests/softkey/keys.c \
	tests/softkey/keys.h \
	tests/softkey/main.c \
	tests/softkey/makecred.c \
	tests/softkey/misbehave.c \
	tests/softkey/misbehave.h \
	tests/softkey/options.c \
	tests/softkey/options.h \
	tests/softkey/pin.c \
	tests/softkey/pin.h \
	tests/softkey/port.c \
	tests/softkey/port.h \
	tests/softkey/pty.c \
	tests/softkey/serve.c \
	tests/softkey/serve.h \
	tests/softkey/softkey.c \
	tests/softkey/softkey.h \
	tests/softkey/spoil.c \
	tests/softkey/spoil.h \
	tests/softkey/state.c \
	tests/softkey/state.h \
	tests/softkey/state_file.c \
	tests/softkey/trace.c \
	tests/softkey/trace.h \
	tests/softkey/u2f.c \
	tests/softkey/uhid.c \
	tests/softkey/verification.c
# Not AM_CPPFLAGS: softkey shares no header with the library.
tests_softkey_softkey_CPPFLAGS = $(ATT_CPPFLAGS) $(CRYPTO_CFLAGS) \
	$(CBOR_CFLAGS)
tests_softkey_softkey_CFLAGS = $(PROGRAM_CFLAGS)
tests_softkey_softkey_LDFLAGS = $(PROGRAM_LDFLAGS)
tests_softkey_softkey_LDADD = tests/softkey/libforgery.la $(CRYPTO_LIBS) \
	$(CBOR_LIBS) -lutil

# What unit tests forge, as answers of a key: encoders, nothing that judges.
check_LTLIBRARIES += tests/softkey/libforgery.la
tests_softkey_libforgery_la_SOURCES = tests/softkey/forgery.c
tests_softkey_libforgery_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/unit
tests_softkey_libforgery_la_LIBADD = tests/unit/libforge.la libatt.la

EXTRA_DIST += tests/softkey/README.md tests/softkey/raw_client.py
