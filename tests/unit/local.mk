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
