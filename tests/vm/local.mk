# SPDX-License-Identifier: BSD-2-Clause
# Tests on a machine of their own, in QEMU. They take some minutes, so only
# "make installcheck-vm" and "./check --vm" run them. CASES=key runs that alone.
EXTRA_DIST += tests/vm/run tests/vm/lib.sh tests/vm/init tests/vm/guest \
	tests/vm/cases tests/vm/service.sh tests/vm/case_again.sh \
	tests/vm/case_host.sh tests/vm/case_key.sh tests/vm/case_refresh.sh \
	tests/vm/case_ssh.sh tests/vm/case_stranger.sh

.PHONY: installcheck-vm
installcheck-vm: tests/softkey/softkey tests/system/log_listener
	$(ENVIRONMENT_OF_TESTS) top_builddir='$(abs_top_builddir)' \
	LOG_LISTENER='$(abs_top_builddir)/tests/system/log_listener' \
	$(BASH) $(top_srcdir)/tests/vm/run $(CASES)
