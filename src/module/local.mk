# SPDX-License-Identifier: BSD-2-Clause
# The PAM module: libc and libpam, and no symbol but the entry points. What it
# does not use of libatt_base.la is left out.
pam_LTLIBRARIES += pam_attest.la
pam_attest_la_SOURCES = src/module/pam_attest.c src/module/relay.h \
	src/module/relay.c
# Objects of its own: a test compiles the same sources into a program.
pam_attest_la_CPPFLAGS = $(AM_CPPFLAGS)
pam_attest_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-no-undefined -Wl,--gc-sections \
	-Wl,--version-script,$(top_srcdir)/src/module/pam_attest.map
pam_attest_la_LIBADD = libatt_base.la $(PAM_LIBS)
pam_attest_la_DEPENDENCIES = libatt_base.la src/module/pam_attest.map
EXTRA_DIST += src/module/pam_attest.map

# PAM loads the .so; libtool's .la would only be in the way. Without it
# "libtool --mode=uninstall" does not find the .so.
.PHONY: remove-module-la remove-module-so
remove-module-la:
	rm -f '$(DESTDIR)$(pamdir)/pam_attest.la'
remove-module-so:
	rm -f '$(DESTDIR)$(pamdir)/pam_attest.so'
install-data-hook: remove-module-la
uninstall-hook: remove-module-so
