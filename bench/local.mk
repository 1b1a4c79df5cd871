# SPDX-License-Identifier: BSD-2-Clause
# "make bench": one login, measured beside pam_u2f where that is installed;
# registrations, verified beside libfido2 and @simplewebauthn/server; a store of
# 100,000 of them, judged; host tokens, verified beside @azure/attestation;
# metadata of 10 MB, imported and read; what sshd asks at each connection, with
# 5,000 users; and an SSH agent, beside pam_ssh_agent_auth.
check_PROGRAMS += bench/alternate bench/audit bench/mds \
	bench/token bench/verify
CLEANFILES += bench/manifest.so
BENCH_TIMES = bench/times.c bench/times.h
BENCH_FLOOR = bench/floor.c bench/floor.h $(BENCH_TIMES)
bench_alternate_SOURCES = bench/alternate.c $(BENCH_TIMES)
bench_alternate_CFLAGS = $(PROGRAM_CFLAGS)
bench_alternate_LDFLAGS = $(PROGRAM_LDFLAGS)

bench_audit_SOURCES = bench/audit.c $(BENCH_FLOOR)
bench_audit_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
bench_audit_LDADD = $(LIBS_OF_FORGE)

bench_mds_SOURCES = bench/mds.c $(BENCH_TIMES)
bench_mds_LDADD = libatt.la $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)

bench_token_SOURCES = bench/token.c $(BENCH_FLOOR)
bench_token_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit

bench_verify_SOURCES = bench/verify.c $(BENCH_FLOOR)
bench_verify_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit \
	$(FIDO2_CFLAGS)
bench_verify_LDADD = tests/unit/libforge.la libatt.la $(CBOR_LIBS) \
	$(CRYPTO_LIBS) $(FIDO2_LIBS)

EXTRA_DIST += bench/agent.sh bench/audit.sh bench/azure_attestation.mjs bench/lib.sh \
	bench/manifest.c bench/mds.sh bench/run bench/simplewebauthn.mjs \
	bench/ssh_keys.sh bench/token.sh bench/verify.sh

# To be preloaded, so no libtool and no sanitizer.
bench/manifest.so: bench/manifest.c
	$(AM_V_CC)$(MKDIR_P) bench && $(CC) $(FIDO2_CFLAGS) -O2 -fPIC -shared \
	    -fvisibility=hidden -o $@ $(top_srcdir)/bench/manifest.c

# ROUNDS=200 measures longer, CREDENTIALS=1000 audits fewer. The login and
# the keys of SSH want what "make install" installs.
.PHONY: bench bench-agent bench-audit bench-login bench-mds bench-ssh-keys bench-token \
	bench-verify
bench: bench-verify bench-token bench-audit bench-mds bench-login \
	bench-ssh-keys bench-agent
bench-audit: bench/audit $(sbin_PROGRAMS)
	$(AM_V_at)AUDIT='$(abs_top_builddir)/bench/audit' \
	ATTESTCTL='$(abs_top_builddir)/attestctl' \
	$(BASH) $(top_srcdir)/bench/audit.sh $(CREDENTIALS)
bench-mds: bench/mds $(sbin_PROGRAMS)
	$(AM_V_at)MDS='$(abs_top_builddir)/bench/mds' \
	BLOB='$(abs_top_srcdir)/tests/vectors/blob.py' \
	ATTESTCTL='$(abs_top_builddir)/attestctl' \
	$(BASH) $(top_srcdir)/bench/mds.sh $(ROUNDS)
bench-token: bench/token
	$(AM_V_at)TOKEN='$(abs_top_builddir)/bench/token' \
	BENCH_BUILD='$(abs_top_builddir)' \
	BENCH_SOURCE='$(abs_top_srcdir)/bench' \
	$(BASH) $(top_srcdir)/bench/token.sh $(ROUNDS)
bench-verify: bench/verify bench/alternate $(sbin_PROGRAMS)
	$(AM_V_at)VERIFY='$(abs_top_builddir)/bench/verify' \
	ALTERNATE='$(abs_top_builddir)/bench/alternate' \
	ATTESTCTL='$(abs_top_builddir)/attestctl' \
	BENCH_BUILD='$(abs_top_builddir)' \
	BENCH_SOURCE='$(abs_top_srcdir)/bench' \
	$(BASH) $(top_srcdir)/bench/verify.sh $(ROUNDS)
bench-login: $(PROGRAMS_OF_TESTS) bench/alternate bench/manifest.so
	$(AM_V_at)$(ENVIRONMENT_OF_TESTS) \
	MANIFEST='$(abs_top_builddir)/bench/manifest.so' \
	ALTERNATE='$(abs_top_builddir)/bench/alternate' \
	$(BASH) $(top_srcdir)/bench/run $(ROUNDS)
bench-ssh-keys: $(PROGRAMS_OF_TESTS) bench/alternate
	$(AM_V_at)$(ENVIRONMENT_OF_TESTS) \
	ALTERNATE='$(abs_top_builddir)/bench/alternate' \
	$(BASH) $(top_srcdir)/bench/ssh_keys.sh $(ROUNDS)
bench-agent: $(PROGRAMS_OF_TESTS) bench/alternate bench/manifest.so
	$(AM_V_at)$(ENVIRONMENT_OF_TESTS) \
	MANIFEST='$(abs_top_builddir)/bench/manifest.so' \
	ALTERNATE='$(abs_top_builddir)/bench/alternate' \
	$(BASH) $(top_srcdir)/bench/agent.sh $(ROUNDS)
