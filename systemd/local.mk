# SPDX-License-Identifier: BSD-2-Clause
# Timers that keep the FIDO metadata and the host token fresh. They are
# installed, not enabled. And the user of pam_attest-ssh-keys, for
# systemd-sysusers.
UNITS = pam-attest-mds pam-attest-host
UNIT_SERVICES = $(UNITS:%=systemd/%.service)
UNIT_TIMERS = $(UNITS:%=systemd/%.timer)
SYSUSERS = systemd/sysusers.d/pam_attest.conf
EXTRA_DIST += $(UNIT_SERVICES:=.in) $(UNIT_TIMERS) $(SYSUSERS)
CLEANFILES += $(UNIT_SERVICES)

if SYSTEMD_UNITS
systemdsystemunit_DATA = $(UNIT_TIMERS)
nodist_systemdsystemunit_DATA = $(UNIT_SERVICES)
sysusersdir = $(prefix)/lib/sysusers.d
sysusers_DATA = $(SYSUSERS)
endif

$(UNIT_SERVICES): Makefile $(UNIT_SERVICES:=.in)
	$(AM_V_GEN)$(MKDIR_P) systemd && $(SED) \
	    -e 's|@sbindir[@]|$(sbindir)|' \
	    -e 's|@sysconfdir[@]|$(sysconfdir)|' \
	    -e 's|@localstatedir[@]|$(localstatedir)|' \
	    $(top_srcdir)/$@.in >$@
