# SPDX-License-Identifier: BSD-2-Clause
# The rules of CONTRIBUTING.md that a program can hold; see each script.
LINTS = tests/lint/sources.py tests/lint/manual.py tests/lint/scripts.py \
	tests/lint/checks.py \
	tests/lint/exports.py
# What the sources say does not change with the compiler's flags.
if !SANITIZERS
TESTS += $(LINTS)
endif
EXTRA_DIST += $(LINTS) tests/lint/report.py tests/lint/untested.txt

# This one looks at what was built.
tests/lint/exports.log: $(pam_LTLIBRARIES) $(programs_PROGRAMS) \
	$(sbin_PROGRAMS) tests/softkey/softkey$(EXEEXT)

AM_TESTS_ENVIRONMENT += \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	LINT_CC='$(CC)'; export LINT_CC; \
	LINT_CFLAGS='$(CBOR_CFLAGS) $(CRYPTO_CFLAGS) $(FIDO2_CFLAGS) \
	    $(JANSSON_CFLAGS)'; export LINT_CFLAGS;
