# SPDX-License-Identifier: BSD-2-Clause
# The shared vectors are not part of this tree; without them the runner says
# how many it skipped.
TESTS += tests/vectors/run.py
EXTRA_DIST += tests/vectors/run.py tests/vectors/expected.json
tests/vectors/run.log: attestctl
