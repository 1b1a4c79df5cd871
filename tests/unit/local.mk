# SPDX-License-Identifier: BSD-2-Clause
# Unit tests: one cmocka program per source file, src/**/x.c having
# tests/unit/test_x.c. Add a test with a block of this form:
#
#	check_PROGRAMS += tests/unit/test_x
#	TESTS += tests/unit/test_x
#	tests_unit_test_x_SOURCES = tests/unit/test_x.c
#	tests_unit_test_x_CPPFLAGS = $(UNIT_CPPFLAGS)
#	tests_unit_test_x_LDADD = libatt.la $(UNIT_LIBS)
#
# (or libatt_base.la). A source that has its test elsewhere, or none, stands
# with its reason in tests/lint/untested.txt. A test finds files of the tree
# through the environment variable "srcdir", and may write only below
# TMPDIR or the present folder. More than 120 seconds is a failure.

UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src $(CMOCKA_CFLAGS) \
	$(CBOR_CFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
UNIT_LIBS = $(CMOCKA_LIBS) $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)

# Without cmocka every unit test fails to build, and says what is missing.
EXTRA_DIST += tests/unit/no_cmocka.h
if !HAVE_CMOCKA
UNIT_CPPFLAGS += -include $(top_srcdir)/tests/unit/no_cmocka.h
endif

# No test may hang: programs, and scripts by their extension.
TEST_EXTENSIONS = .sh .py
LOG_COMPILER = timeout
AM_LOG_FLAGS = 120
SH_LOG_COMPILER = timeout
AM_SH_LOG_FLAGS = 300 $(SHELL)
PY_LOG_COMPILER = timeout
AM_PY_LOG_FLAGS = 300 $(PYTHON3)
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir;

check_PROGRAMS += tests/unit/test_err tests/unit/test_buf tests/unit/test_spawn
TESTS += tests/unit/test_err tests/unit/test_buf tests/unit/test_spawn
tests_unit_test_err_SOURCES = tests/unit/test_err.c
tests_unit_test_err_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_err_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_buf_SOURCES = tests/unit/test_buf.c
tests_unit_test_buf_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_buf_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_spawn_SOURCES = tests/unit/test_spawn.c
tests_unit_test_spawn_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_spawn_LDADD = libatt_base.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_ceremony
TESTS += tests/unit/test_ceremony
tests_unit_test_ceremony_SOURCES = tests/unit/test_ceremony.c \
	src/verifier/authenticators.c src/verifier/ceremony.c \
	src/verifier/pin.c src/verifier/session.c
tests_unit_test_ceremony_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_ceremony_LDADD = libatt.la libatt_base.la $(UNIT_LIBS)

# The messages of PROTOCOL.md and those who send them.
WIRE_TESTS = tests/unit/test_channel tests/unit/test_fields \
	tests/unit/test_wire_login tests/unit/test_wire_device \
	tests/unit/test_wire_request
EXTRA_DIST += tests/unit/message_checks.h
check_PROGRAMS += $(WIRE_TESTS)
TESTS += $(WIRE_TESTS)
tests_unit_test_channel_SOURCES = tests/unit/test_channel.c
tests_unit_test_channel_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_channel_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_fields_SOURCES = tests/unit/test_fields.c
tests_unit_test_fields_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_fields_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_wire_login_SOURCES = tests/unit/test_wire_login.c
tests_unit_test_wire_login_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_wire_login_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_wire_device_SOURCES = tests/unit/test_wire_device.c
tests_unit_test_wire_device_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_wire_device_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_wire_request_SOURCES = tests/unit/test_wire_request.c
tests_unit_test_wire_request_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_wire_request_LDADD = libatt_base.la $(UNIT_LIBS)
