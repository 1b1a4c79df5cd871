# SPDX-License-Identifier: BSD-2-Clause
# A service that signs host tokens, and what openssl says of them.
TESTS += tests/tokens/selftest.sh
EXTRA_DIST += tests/tokens/selftest.sh tests/tokens/authority.py \
	tests/tokens/shapes.py tests/tokens/token.py
