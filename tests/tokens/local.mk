# SPDX-License-Identifier: BSD-2-Clause
# A service that signs host tokens, and what openssl says of them; of the
# product there is nothing in it that a sanitizer could watch.
if !SANITIZERS
TESTS += tests/tokens/selftest.sh
endif
EXTRA_DIST += tests/tokens/selftest.sh tests/tokens/authority.py \
	tests/tokens/service.sh tests/tokens/shapes.py tests/tokens/token.py

# Its keys take longest, so tests copy them from here; each can do without.
SERVICE = tests/tokens/.service/jwks.json
SERVICE_KEYS = enclave next small leaf no-eku no-ku ca-leaf expired by-root \
	impostor outsider
$(SERVICE): $(top_srcdir)/tests/tokens/authority.py
	$(AM_V_GEN)rm -rf tests/tokens/.service tests/tokens/.service.new && \
	    mkdir -p tests/tokens && \
	    PYTHONDONTWRITEBYTECODE=1 && export PYTHONDONTWRITEBYTECODE && \
	    signer='$(top_srcdir)/tests/tokens/token.py' && \
	    "$$signer" authority tests/tokens/.service.new && \
	    "$$signer" jwks tests/tokens/.service.new $(SERVICE_KEYS) >/dev/null && \
	    mv tests/tokens/.service.new tests/tokens/.service

.PHONY: clean-service
clean-service:
	rm -rf tests/tokens/.service tests/tokens/.service.new
clean-local: clean-service
