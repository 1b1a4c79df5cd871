# SPDX-License-Identifier: BSD-2-Clause
# "make bench": one login, measured beside pam_u2f where that is installed.
check_PROGRAMS += bench/alternate
CLEANFILES += bench/manifest.so
bench_alternate_SOURCES = bench/alternate.c
bench_alternate_CFLAGS = $(PROGRAM_CFLAGS)
bench_alternate_LDFLAGS = $(PROGRAM_LDFLAGS)

EXTRA_DIST += bench/manifest.c bench/run

# To be preloaded, so no libtool and no sanitizer.
bench/manifest.so: bench/manifest.c
	$(AM_V_CC)$(MKDIR_P) bench && $(CC) $(FIDO2_CFLAGS) -O2 -fPIC -shared \
	    -fvisibility=hidden -o $@ $(top_srcdir)/bench/manifest.c

# ROUNDS=200 measures longer.
.PHONY: bench
bench: $(PROGRAMS_OF_TESTS) bench/alternate bench/manifest.so
	$(AM_V_at)$(ENVIRONMENT_OF_TESTS) \
	MANIFEST='$(abs_top_builddir)/bench/manifest.so' \
	ALTERNATE='$(abs_top_builddir)/bench/alternate' \
	$(BASH) $(top_srcdir)/bench/run $(ROUNDS)
