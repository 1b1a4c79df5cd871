# SPDX-License-Identifier: BSD-2-Clause
# A timer that keeps the FIDO metadata fresh. It is installed, not enabled.
EXTRA_DIST += systemd/pam-attest-mds.service.in systemd/pam-attest-mds.timer
CLEANFILES += systemd/pam-attest-mds.service

if SYSTEMD_UNITS
systemdsystemunit_DATA = systemd/pam-attest-mds.timer
nodist_systemdsystemunit_DATA = systemd/pam-attest-mds.service
endif

systemd/pam-attest-mds.service: systemd/pam-attest-mds.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) systemd && $(SED) \
	    -e 's|@sbindir[@]|$(sbindir)|' \
	    -e 's|@localstatedir[@]|$(localstatedir)|' \
	    $(top_srcdir)/systemd/pam-attest-mds.service.in >$@
